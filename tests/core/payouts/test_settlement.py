"""Settlement plans and the reports of what they paid: every centavo of a payout is in exactly one report."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, date, datetime, time

import pytest

from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.payouts.errors import BankNotReachable, NoReport, UnknownPayout
from pasarela.core.payouts.model import (
    ChargeFee,
    EntryType,
    Payout,
    PayoutFilter,
    PayoutKind,
    PayoutReport,
    Schedule,
    SettlementPlan,
)
from pasarela.core.payouts.rules import next_settlement
from pasarela.kernel.bank_days import bank_instant
from pasarela.kernel.paging import Page
from tests.core.payouts_world import CLABE, MXN, RETIRED, TUESDAY_NINE, World, to_clabe
from tests.factories.transfers import book_in, posted

TUESDAY_EIGHT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
WEDNESDAY_EIGHT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def plan(world: World, customer_id: str | None = None, *, minimum: int = 1) -> SettlementPlan:
    return SettlementPlan(world.caller.tenant_id, customer_id, Schedule.DAILY, CLABE, "Mi empresa", minimum)


async def automatic(world: World) -> list[Payout]:
    wanted = PayoutFilter(kind=PayoutKind.AUTOMATIC)
    return await world.payouts.queries.list(world.caller.tenant_id, None, wanted, Page())


async def report(world: World, payout_id: str) -> PayoutReport:
    return await world.payouts.reports.payout(world.caller.tenant_id, payout_id)


async def test_a_plan_pays_the_whole_balance_on_each_bank_day(world: World) -> None:
    await world.payouts.plans.put(plan(world))
    await world.fund_merchant(5_000)

    await world.pass_to(bank_instant(date(2026, 11, 23), time(8)))
    (first,) = await automatic(world)
    assert (first.amount.minor, first.kind, first.batch_at) == (5_000, PayoutKind.AUTOMATIC, TUESDAY_NINE)
    assert await world.available() == 0

    await world.fund_merchant(700)
    await world.pass_to(TUESDAY_EIGHT)
    await world.pass_to(WEDNESDAY_EIGHT)

    assert [each.amount.minor for each in await automatic(world)] == [700, 5_000]
    assert await world.balanced()


async def test_too_little_waits_for_more(world: World) -> None:
    await world.payouts.plans.put(plan(world, minimum=1_000))
    await world.fund_merchant(999)

    await world.pass_to(TUESDAY_EIGHT)
    assert await automatic(world) == []
    await world.fund_merchant(1)
    await world.pass_to(WEDNESDAY_EIGHT)
    assert [each.amount.minor for each in await automatic(world)] == [1_000]


async def test_a_dropped_plan_pays_nothing(world: World) -> None:
    await world.payouts.plans.put(plan(world))
    await world.payouts.plans.drop(world.caller.tenant_id, None)
    await world.fund_merchant(100)

    assert await world.pass_to(WEDNESDAY_EIGHT) == []


async def test_a_plan_needs_a_bank_that_can_be_reached(world: World) -> None:
    bad = SettlementPlan(world.caller.tenant_id, None, Schedule.DAILY, RETIRED, "X")
    with pytest.raises(BankNotReachable):
        await world.payouts.plans.put(bad)
    assert await world.payouts.plans.get(world.caller.tenant_id, None) is None


async def test_what_a_merchant_owes_in_fees_is_kept_back(world: World) -> None:
    await world.fund_merchant(1_000)
    owed, revenue = account(AccountKind.FEES_OWED, MXN), account(AccountKind.FEE_REVENUE, MXN)
    await book_in(world.database, posted("trx/sale", (owed, -300), (revenue, 300), tenant_id=world.caller.tenant_id))

    payout = await world.payouts.settlement.sweep(plan(world), "tr1")

    assert payout is not None
    assert payout.amount.minor == 700
    assert await world.payouts.settlement.sweep(plan(world), "tr2") is None
    assert await report(world, "tr1") == PayoutReport(1_000, 300, 0, 0)


async def test_reports_divide_the_account_without_gap_or_overlap(world: World) -> None:
    await world.customer("a1", 70_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 20_000, customer_id="a1"))
    await world.payouts.fees.charge(world.caller, ChargeFee("tr2", "a1", to_clabe("x", 5_000).amount))
    first = await world.payouts.settlement.sweep(plan(world, "a1"), "tr3")
    await world.payouts.cancel(world.caller, "a1", "tr1")
    second = await world.payouts.settlement.sweep(plan(world, "a1"), "tr4")

    assert first is not None
    assert second is not None
    assert (first.amount.minor, second.amount.minor) == (45_000, 20_000)
    assert await report(world, "tr3") == PayoutReport(70_000, 25_000, 0, 0)
    # Cancelling gave money back after the first payout had left without it.
    assert await report(world, "tr4") == PayoutReport(20_000, 0, 0, 0)


async def test_an_automatic_payout_that_comes_back_is_in_the_next(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.settlement.sweep(plan(world), "tr1")
    await world.by_hand.give_back("tr1", "cuenta cancelada")

    again = await world.payouts.settlement.sweep(plan(world), "tr2")

    assert again is not None
    assert again.amount.minor == 1_000
    assert await report(world, "tr2") == PayoutReport(1_000, 0, 0, 0)


async def test_a_sale_counts_whole_and_its_fee_on_the_way_out(world: World) -> None:
    payable, clearing = account(AccountKind.MERCHANT_PAYABLE, MXN), account(AccountKind.NETWORK_CLEARING, MXN)
    fees, tax = account(AccountKind.FEE_REVENUE, MXN), account(AccountKind.TAX_PAYABLE, MXN)
    tenant_id = world.caller.tenant_id
    await book_in(
        world.database,
        posted("tr1/sale", (clearing, -10_000), (payable, 9_400), (fees, 517), (tax, 83), tenant_id=tenant_id),
        replace(posted("tr2/chargeback", (payable, -1_000), (clearing, 1_000), tenant_id=tenant_id), kind="chargeback"),
        posted("tr3/sale", (clearing, -50), (payable, 50), tenant_id=tenant_id),
    )
    payout = await world.payouts.settlement.sweep(plan(world), "tr4")

    assert payout is not None
    entries = await world.payouts.reports.payout_entries(tenant_id, "tr4")
    counted_as = {(entry.subject, entry.type, entry.amount) for entry in entries}
    assert counted_as == {
        ("tr1", EntryType.IN, 10_000),
        ("tr1", EntryType.OUT, 600),
        ("tr2", EntryType.CHARGED_ADJUSTMENT, 1_000),
        ("tr3", EntryType.IN, 50),
    }
    counted = await report(world, "tr4")
    assert counted.incoming - counted.outgoing - counted.charged_adjustments == payout.amount.minor


async def test_only_automatic_payouts_have_a_report(world: World) -> None:
    await world.fund_merchant(100)
    await world.payouts.create(world.caller, to_clabe("tr1", 100))
    with pytest.raises(NoReport):
        await report(world, "tr1")
    with pytest.raises(UnknownPayout):
        await report(world, "tr9")


async def test_the_fees_of_a_month(world: World) -> None:
    payable, clearing = account(AccountKind.MERCHANT_PAYABLE, MXN), account(AccountKind.NETWORK_CLEARING, MXN)
    fees, tax = account(AccountKind.FEE_REVENUE, MXN), account(AccountKind.TAX_PAYABLE, MXN)
    tenant_id = world.caller.tenant_id
    await book_in(
        world.database,
        posted("tr1/sale", (clearing, -10_000), (payable, 9_400), (fees, 517), (tax, 83), tenant_id=tenant_id),
        posted("tr1/refund", (clearing, 5_000), (payable, -4_700), (fees, -258), (tax, -42), tenant_id=tenant_id),
    )
    month = (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), datetime(2026, 12, 1, 6, 0, tzinfo=UTC))

    found = await world.payouts.reports.fees(tenant_id, *month)
    elsewhere = await world.payouts.reports.fees(tenant_id, month[1], datetime(2027, 1, 1, 6, 0, tzinfo=UTC))

    assert (astuple(found), found.total) == ((517, 83, 0, 0, 258, 42, 0, 0), 300)
    assert elsewhere.total == 0


@pytest.mark.parametrize(
    ("schedule", "after", "next_day"),
    [
        (Schedule.DAILY, date(2026, 11, 20), date(2026, 11, 23)),
        (Schedule.WEEKLY, date(2026, 11, 23), date(2026, 11, 30)),
        (Schedule.WEEKLY, date(2026, 11, 9), date(2026, 11, 17)),  # Monday the 16th is a holiday
        (Schedule.MONTHLY, date(2026, 11, 23), date(2026, 12, 1)),
        (Schedule.MONTHLY, date(2026, 12, 1), date(2027, 1, 4)),
    ],
)
def test_when_a_plan_is_due(schedule: Schedule, after: date, next_day: date) -> None:
    eight = time(8)
    assert next_settlement(schedule, bank_instant(after, eight)) == bank_instant(next_day, eight)


async def test_a_cancelled_automatic_payout_is_in_the_next(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.settlement.sweep(plan(world), "tr1")
    await world.payouts.cancel(world.caller, None, "tr1")
    await world.fund_merchant(50)

    again = await world.payouts.settlement.sweep(plan(world), "tr2")

    assert again is not None
    assert again.amount.minor == 1_050
    assert await report(world, "tr1") == PayoutReport(1_000, 0, 0, 0)
    assert await report(world, "tr2") == PayoutReport(1_050, 0, 0, 0)


async def test_one_that_comes_back_when_it_was_completed_is_in_the_next(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.settlement.sweep(plan(world), "tr1")
    await world.by_hand.settle("tr1")
    await world.by_hand.give_back("tr1", "cuenta cancelada")

    again = await world.payouts.settlement.sweep(plan(world), "tr2")

    assert again is not None
    assert again.amount.minor == 1_000
    assert await report(world, "tr1") == PayoutReport(1_000, 0, 0, 0)
    assert await report(world, "tr2") == PayoutReport(1_000, 0, 0, 0)
    (entry,) = await world.payouts.reports.payout_entries(world.caller.tenant_id, "tr2")
    assert (entry.subject, entry.kind, entry.type) == ("tr1", "payout_returned", EntryType.IN)
    assert await world.balanced()
