"""Settlement plans: who may have one, what replaces it, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.payouts.errors import BankNotReachable, NoAccount, WrongClabe
from pasarela.core.payouts.model import PayoutFilter, PayoutKind, Schedule, SettlementPlan
from pasarela.infra.outbox import Outbox
from pasarela.kernel.errors import Refusal
from pasarela.kernel.paging import Page
from tests.core.payouts_world import CLABE, RETIRED, World
from tests.factories.tables import rows

TUESDAY_EIGHT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MONDAY_EIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
FIRST_OF_DECEMBER_EIGHT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


def plan(world: World, customer_id: str | None = None) -> SettlementPlan:
    return SettlementPlan(world.caller.tenant_id, customer_id, Schedule.WEEKLY, CLABE, "Mi empresa")


async def due(world: World) -> list[tuple[str, datetime]]:
    found = await rows(world.database, "SELECT subject, due_at FROM due_work WHERE kind = 'payouts.settle_balance'")
    return sorted((row["subject"], row["due_at"]) for row in found)


async def swept(world: World, customer_id: str | None) -> list[int]:
    wanted = PayoutFilter(kind=PayoutKind.AUTOMATIC)
    found = await world.payouts.queries.list(world.caller.tenant_id, customer_id, wanted, Page())
    return [payout.amount.minor for payout in found]


async def test_a_plan_replaces_the_one_before(world: World) -> None:
    weekly = plan(world)
    monthly = replace(weekly, schedule=Schedule.MONTHLY, minimum=500)
    await world.payouts.plans.put(weekly)
    assert await due(world) == [("merchant", MONDAY_EIGHT)]

    await world.payouts.plans.put(monthly)

    assert await world.payouts.plans.get(world.caller.tenant_id, None) == monthly
    assert world.payouts.plans.next_at(monthly) == FIRST_OF_DECEMBER_EIGHT
    assert await due(world) == [("merchant", FIRST_OF_DECEMBER_EIGHT)]


async def test_a_customers_balance_goes_where_his_plan_says(world: World) -> None:
    await world.customer("a1", 700)
    await world.fund_merchant(900)
    await world.payouts.plans.put(replace(plan(world, "a1"), schedule=Schedule.DAILY))

    await world.pass_to(TUESDAY_EIGHT)

    assert (await swept(world, "a1"), await swept(world, None)) == ([700], [])
    assert (await world.available("a1"), await world.available()) == (0, 900)


async def test_the_merchants_plan_is_listed_first(world: World) -> None:
    await world.customer("a2")
    await world.customer("a1")
    plans = [plan(world), plan(world, "a1"), plan(world, "a2")]
    for each in reversed(plans):
        await world.payouts.plans.put(each)

    assert await world.payouts.plans.list(world.caller.tenant_id, Page()) == plans
    assert await world.payouts.plans.list(world.caller.tenant_id, Page(1, 1)) == plans[1:2]
    assert await world.payouts.plans.list((await world.register()).tenant_id, Page()) == []


async def test_a_dropped_plan_is_gone_once(world: World) -> None:
    await world.payouts.plans.put(plan(world))

    assert await world.payouts.plans.drop(world.caller.tenant_id, None)
    assert not await world.payouts.plans.drop(world.caller.tenant_id, None)
    assert await due(world) == []
    await world.payouts.plans.go_on(world.caller.tenant_id, None, world.clock.now())
    assert await due(world) == []


async def test_the_plan_of_a_deleted_customer_ends(world: World) -> None:
    await world.customer("a1")
    await world.payouts.plans.put(plan(world, "a1"))
    await DeleteCustomer(world.database, Outbox(), world.clock, world.ids)(world.caller, "a1")

    await world.pass_to(MONDAY_EIGHT)

    assert await world.payouts.plans.get(world.caller.tenant_id, "a1") is None
    assert await due(world) == []


@pytest.mark.parametrize(
    ("customer_id", "clabe", "error"),
    [
        (None, RETIRED, BankNotReachable),
        (None, "12", WrongClabe),
        ("a9", CLABE, UnknownCustomer),
        ("a1", CLABE, NoAccount),
    ],
)
async def test_a_plan_that_can_not_be(world: World, customer_id: str | None, clabe: str, error: type[Refusal]) -> None:
    await world.customer("a1", account=False)

    with pytest.raises(error):
        await world.payouts.plans.put(replace(plan(world, customer_id), clabe=clabe))

    assert await world.payouts.plans.list(world.caller.tenant_id, Page()) == []
    assert await due(world) == []
