"""Payouts from their creation to their end: reserve, batch, settle, return, cancel, silence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payouts.errors import (
    BankNotReachable,
    NoAccount,
    NotInState,
    OrderIdTaken,
    ReplayMismatch,
    UnknownDestination,
    UnknownPayout,
    WrongClabe,
    WrongDestinationType,
)
from pasarela.core.payouts.model import (
    CreatePayout,
    InlineAccount,
    NewBankAccount,
    PayoutFilter,
    PayoutStatus,
    RegisteredDestination,
)
from pasarela.core.payouts.orders import reference_of
from pasarela.kernel.errors import Refusal
from pasarela.kernel.paging import Page
from tests.core.payouts_world import CLABE, RETIRED, TUESDAY_NINE, TUESDAY_TEN, World, mxn, to_clabe
from tests.factories.tables import rows, stored

TABLES = ("ledger_accounts", "ledger_transfers", "outbox_events", "due_work", "claims")


async def test_money_is_reserved_at_once_and_leaves_on_the_next_bank_day(world: World) -> None:
    await world.fund_merchant(10_000)

    payout = await world.payouts.create(world.caller, to_clabe("tr1", 4_000))
    assert (payout.status, payout.batch_at) == (PayoutStatus.SCHEDULED, TUESDAY_NINE)
    assert await world.available() == 6_000

    await world.pass_to(TUESDAY_NINE)
    sent = await world.payouts.queries.get(world.caller.tenant_id, None, "tr1")
    assert (sent.status, sent.tracking_key) == (PayoutStatus.SENT, "TR1")

    await world.pass_to(TUESDAY_TEN)
    done = await world.payouts.queries.get(world.caller.tenant_id, None, "tr1")
    assert (done.status, done.operated_at) == (PayoutStatus.COMPLETED, TUESDAY_TEN)
    assert await world.available() == 6_000
    assert await world.events() == [("payout.created", "tr1"), ("payout.completed", "tr1")]
    assert await world.balanced()


async def test_a_payout_made_on_friday_leaves_on_monday(world: World) -> None:
    await world.fund_merchant(100)
    world.clock.at = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)

    payout = await world.payouts.create(world.caller, to_clabe("tr1", 100))

    assert payout.batch_at == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


async def test_a_customers_payout_draws_on_his_balance(world: World) -> None:
    await world.customer("a1", 5_000)
    await world.fund_merchant(5_000)

    payout = await world.payouts.create(world.caller, to_clabe("tr1", 5_000, customer_id="a1"))

    assert payout.customer_id == "a1"
    assert (await world.available("a1"), await world.available()) == (0, 5_000)
    with pytest.raises(UnknownPayout):
        await world.payouts.queries.get(world.caller.tenant_id, None, "tr1")


async def test_a_returned_payout_gives_the_money_back(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))

    failed = await world.by_hand.give_back("tr1", "cuenta inexistente")

    assert (failed.status, failed.failure) == (PayoutStatus.FAILED, "cuenta inexistente")
    assert await world.available() == 1_000
    assert await world.events() == [("payout.created", "tr1"), ("payout.failed", "tr1")]
    await world.pass_to(TUESDAY_TEN)
    assert (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status is PayoutStatus.FAILED
    assert await world.balanced()


async def test_a_completed_payout_may_still_come_back(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))

    assert (await world.by_hand.settle("TR1")).status is PayoutStatus.COMPLETED
    assert await world.available() == 0
    assert (await world.by_hand.give_back("tr1", "cuenta cancelada")).status is PayoutStatus.FAILED
    assert await world.available() == 1_000
    with pytest.raises(NotInState):
        await world.by_hand.settle("tr1")
    await world.work()
    assert await world.balanced()


async def test_before_its_batch_a_payout_can_be_cancelled(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))

    cancelled = await world.payouts.cancel(world.caller, None, "tr1")

    assert cancelled.status is PayoutStatus.CANCELLED
    assert await world.available() == 1_000
    assert await world.pass_to(TUESDAY_NINE) == []
    with pytest.raises(NotInState):
        await world.payouts.cancel(world.caller, None, "tr1")


async def test_after_its_batch_it_can_not(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))
    await world.pass_to(TUESDAY_NINE)
    before = await stored(world.database, *TABLES)

    with pytest.raises(NotInState):
        await world.payouts.cancel(world.caller, None, "tr1")

    assert await stored(world.database, *TABLES) == before


async def test_cancelling_and_sending_at_once_does_one_of_them(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))

    done = await asyncio.gather(
        world.payouts.cancel(world.caller, None, "tr1"),
        world.payouts.send(world.caller.tenant_id, "tr1"),
        return_exceptions=True,
    )

    refused = [each for each in done if isinstance(each, NotInState)]
    status = (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status
    assert (status, len(refused)) in [(PayoutStatus.SENT, 1), (PayoutStatus.CANCELLED, 0)]
    assert await world.balanced()


async def refused(world: World, command: CreatePayout, error: type[Refusal]) -> None:
    before = await stored(world.database, *TABLES)
    with pytest.raises(error):
        await world.payouts.create(world.caller, command)
    assert await stored(world.database, *TABLES) == before
    assert await rows(world.database, "SELECT * FROM payouts WHERE payout_id = $1", command.payout_id) == []


async def test_more_than_there_is(world: World) -> None:
    await world.fund_merchant(999)
    await refused(world, to_clabe("tr1", 1_000), InsufficientFunds)


async def test_an_unknown_customer_and_one_without_account(world: World) -> None:
    await world.customer("a1", account=False)
    await refused(world, to_clabe("tr1", 1, customer_id="a2"), UnknownCustomer)
    await refused(world, to_clabe("tr1", 1, customer_id="a1"), NoAccount)


@pytest.mark.parametrize(
    ("clabe", "error"),
    [(RETIRED, BankNotReachable), (CLABE[:-1] + "7", WrongClabe), ("12", WrongClabe), ("999" + "0" * 15, WrongClabe)],
)
async def test_an_account_that_can_not_be_paid(world: World, clabe: str, error: type[Refusal]) -> None:
    await world.fund_merchant(1_000)
    command = replace(to_clabe("tr1", 100), destination=InlineAccount(clabe, "X"))
    await refused(world, command, error)


async def test_an_order_id_is_used_once(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 100, order_id="oid-1"))
    await refused(world, to_clabe("tr2", 100, order_id="oid-1"), OrderIdTaken)


async def test_the_same_command_again_is_the_same_payout(world: World) -> None:
    await world.fund_merchant(1_000)
    first = await world.payouts.create(world.caller, to_clabe("tr1", 600, order_id="oid-1"))

    assert await world.payouts.create(world.caller, to_clabe("tr1", 600, order_id="oid-1")) == first
    assert await world.available() == 400
    with pytest.raises(ReplayMismatch):
        await world.payouts.create(world.caller, to_clabe("tr1", 601, order_id="oid-1"))


async def test_many_at_once_never_overdraw(world: World) -> None:
    await world.fund_merchant(1_000)

    done = await asyncio.gather(
        *(world.payouts.create(world.caller, to_clabe(f"tr{n}", 300)) for n in range(5)), return_exceptions=True
    )

    assert sum(isinstance(each, InsufficientFunds) for each in done) == 2
    assert await world.available() == 100
    assert await world.balanced()


async def test_a_registered_account_is_a_destination_of_its_owner_only(world: World) -> None:
    await world.customer("a1", 1_000)
    await world.payouts.bank_accounts.register(world.caller, NewBankAccount("b1", "a1", CLABE, "Mi empresa"))
    await world.fund_merchant(1_000)
    command = CreatePayout("tr1", "a1", mxn(100), RegisteredDestination("b1"))

    payout = await world.payouts.create(world.caller, command)

    assert payout.destination.bank_account is not None
    assert (payout.destination.bank_account.bank_account_id, payout.destination.bank_account.clabe) == ("b1", CLABE)
    await refused(world, replace(command, payout_id="tr2", customer_id=None), UnknownDestination)
    await refused(world, replace(command, payout_id="tr2", to_card=True), WrongDestinationType)


@pytest.mark.parametrize("mode", ["timeout", "drop", "late_approval"])
async def test_an_order_without_an_answer_is_asked_for_and_sent_once(world: World, mode: str) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 400))
    world.faults.modes = [mode]

    await world.pass_to(TUESDAY_NINE)
    assert (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status is PayoutStatus.SENDING
    await world.pass_to(TUESDAY_NINE + timedelta(minutes=1))
    assert (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status is PayoutStatus.SENT
    await world.pass_to(TUESDAY_TEN)

    assert (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status is PayoutStatus.COMPLETED
    assert len(await rows(world.database, "SELECT * FROM simulated_spei_orders")) == 1
    assert await world.available() == 600
    assert await world.balanced()


async def test_silence_that_never_ends_stays_visible(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 400))
    world.faults.modes = ["timeout"] * 100

    await world.pass_to(TUESDAY_NINE)
    for _ in range(12):
        await world.pass_to(world.clock.at + timedelta(days=1))

    assert (await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")).status is PayoutStatus.SENDING
    assert await world.available() == 600


async def test_an_order_that_spei_refuses_fails(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 400))
    world.faults.modes = ["decline:14"]

    await world.pass_to(TUESDAY_NINE)

    failed = await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")
    assert (failed.status, failed.failure) == (PayoutStatus.FAILED, "refused on request (14)")
    assert await world.available() == 1_000


async def test_a_settlement_heard_twice_counts_once(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 400))
    await world.pass_to(TUESDAY_NINE)
    world.faults.modes = ["duplicate"]

    await world.pass_to(TUESDAY_TEN)

    assert (await world.events())[1:] == [("payout.completed", "tr1")]
    assert await world.balanced()


async def test_by_hand_needs_a_payout(world: World) -> None:
    with pytest.raises(UnknownPayout):
        await world.by_hand.settle("tr1")


async def test_lists_are_the_owners_newest_first_and_filtered(world: World) -> None:
    await world.customer("a1", 1_000)
    await world.fund_merchant(1_000)
    for number in range(3):
        world.clock.advance(seconds=1)
        await world.payouts.create(world.caller, to_clabe(f"tr{number}", 100 + number, order_id=f"o{number}"))
    await world.payouts.create(world.caller, to_clabe("tr9", 100, customer_id="a1"))

    async def listed(wanted: PayoutFilter, page: Page) -> list[str]:
        found = await world.payouts.queries.list(world.caller.tenant_id, None, wanted, page)
        return [payout.payout_id for payout in found]

    assert await listed(PayoutFilter(), Page()) == ["tr2", "tr1", "tr0"]
    assert await listed(PayoutFilter(), Page(1, 1)) == ["tr1"]
    assert await listed(PayoutFilter(amount_at_least=101, amount_at_most=101), Page()) == ["tr1"]
    assert await listed(PayoutFilter(order_id="o0"), Page()) == ["tr0"]
    assert await listed(PayoutFilter(statuses=(PayoutStatus.COMPLETED,)), Page()) == []


async def test_another_tenants_payouts_do_not_exist(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 100))
    stranger = await world.register()

    with pytest.raises(UnknownPayout):
        await world.payouts.queries.get(stranger.tenant_id, None, "tr1")
    with pytest.raises(UnknownPayout):
        await world.payouts.cancel(stranger, None, "tr1")
    assert await world.payouts.queries.list(stranger.tenant_id, None, PayoutFilter(), Page()) == []


def test_a_reference_has_seven_digits_and_is_not_zero() -> None:
    assert reference_of("trwpxhrgfeub9eqdyvqz") == reference_of("trwpxhrgfeub9eqdyvqz")
    assert len(reference_of("0")) == 7
    assert int(reference_of("0")) == 1
