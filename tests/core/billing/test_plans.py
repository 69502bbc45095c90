"""Plans: create, change, delete, find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.billing.errors import ReplayMismatch, UnknownPlan
from pasarela.core.billing.model import AfterRetries, Plan, PlanChanges, RepeatUnit, SubscriptionFilter
from pasarela.kernel.paging import CreatedBetween, Page
from tests.core.billing_world import PLAN, PRICE, TRIAL_PLAN, BillingWorld, a_plan
from tests.factories.payments import mxn
from tests.fakes.stopped_clock import NOON

ANY_TIME = CreatedBetween()


async def listed(world: BillingWorld, created: CreatedBetween = ANY_TIME, page: Page | None = None) -> list[str]:
    found = await world.billing.plans.list(world.caller.tenant_id, created, page or Page())
    return [plan.plan_id for plan in found]


async def test_create_and_find(world: BillingWorld) -> None:
    made = await world.billing.create_plan(world.caller, a_plan("p1", 7))

    assert made == Plan(
        world.caller.tenant_id,
        "p1",
        "Curso",
        mxn(PRICE),
        RepeatUnit.MONTH,
        1,
        3,
        AfterRetries.CANCELLED,
        7,
        NOON,
    )
    assert await world.billing.plans.get(world.caller.tenant_id, "p1") == made


async def test_the_same_call_again(world: BillingWorld) -> None:
    made = await world.billing.create_plan(world.caller, a_plan("p1"))
    renamed = await world.billing.update_plan(world.caller, "p1", PlanChanges("Otro", 3))

    assert renamed == replace(made, name="Otro", trial_days=3)
    assert await world.billing.create_plan(world.caller, a_plan("p1")) == renamed
    with pytest.raises(ReplayMismatch):
        await world.billing.create_plan(world.caller, replace(a_plan("p1"), amount=mxn(1)))


async def test_what_is_not_said_stays(world: BillingWorld) -> None:
    made = await world.billing.create_plan(world.caller, a_plan("p1", 7))

    assert await world.billing.update_plan(world.caller, "p1", PlanChanges()) == made
    assert (await world.billing.update_plan(world.caller, "p1", PlanChanges(trial_days=0))).trial_days == 0


async def test_a_deleted_plan_keeps_its_subscriptions(world: BillingWorld) -> None:
    one = await world.subscribe(TRIAL_PLAN)

    await world.billing.delete_plan(world.caller, TRIAL_PLAN)

    for refused in (
        world.billing.plans.get(world.caller.tenant_id, TRIAL_PLAN),
        world.billing.update_plan(world.caller, TRIAL_PLAN, PlanChanges("x")),
        world.billing.delete_plan(world.caller, TRIAL_PLAN),
        world.subscribe(TRIAL_PLAN),
    ):
        with pytest.raises(UnknownPlan):
            await refused
    assert await listed(world) == [PLAN]
    assert await world.listed() == [one]
    assert (await world.change(one, cancel_at_period_end=True)).cancel_at_period_end


async def test_lists_are_newest_first_and_bounded(world: BillingWorld) -> None:
    for number in (1, 2, 3):
        world.payments.clock.advance(hours=1)
        await world.billing.create_plan(world.caller, a_plan(f"p{number}"))
    hour = timedelta(hours=1)

    assert await listed(world) == ["p3", "p2", "p1", TRIAL_PLAN, PLAN]
    assert await listed(world, page=Page(1, 2)) == ["p2", "p1"]
    assert await listed(world, CreatedBetween(NOON + hour, NOON + 3 * hour)) == ["p2", "p1"]


async def test_the_subscriptions_of_a_plan(world: BillingWorld) -> None:
    tenant_id, of_plan = world.caller.tenant_id, SubscriptionFilter(plan_id=TRIAL_PLAN)
    one = await world.subscribe(TRIAL_PLAN)
    world.payments.clock.advance(hours=1)
    other, _ = await world.subscribe(TRIAL_PLAN), await world.subscribe(PLAN)

    assert await world.billing.subscriptions.list(tenant_id, of_plan, Page()) == [other, one]
    later = replace(of_plan, created=CreatedBetween(NOON + timedelta(minutes=1)))
    assert await world.billing.subscriptions.list(tenant_id, later, Page()) == [other]
