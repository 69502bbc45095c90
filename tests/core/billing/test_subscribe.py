"""`Subscribe`: trials, first charges, refusals, replays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from pasarela.core.billing.errors import ReplayMismatch, UnknownPlan, UnknownSubscription
from pasarela.core.billing.model import SubscriptionStatus
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.payments.errors import CardRefused, PaymentDeclined, SourceSpent, UnknownSource
from pasarela.core.payments.model import PaymentStatus, SavedSource
from pasarela.kernel.decline import Decline
from tests.core.billing_world import CUSTOMER, PLAN, PRICE, TRIAL_PLAN, BillingWorld, a_plan
from tests.factories.cards import MASTERCARD, card, inline
from tests.factories.tables import stored
from tests.fakes.card_rail import ScriptedRail, declined

S = SubscriptionStatus


async def test_a_trial_asks_the_issuer_and_charges_nothing(world: BillingWorld, rail: ScriptedRail) -> None:
    made = await world.subscribe(TRIAL_PLAN)

    assert (made.status, made.period_number) == (S.TRIAL, 0)
    assert (made.trial_end_date, made.charge_date) == (date(2026, 12, 22), date(2026, 12, 23))
    assert rail.kinds() == ["verification"]
    assert await world.get(made) == made
    assert await world.charges() == []
    assert await world.events(made.subscription_id) == ["subscription.created"]


async def test_without_a_trial_it_is_paid(world: BillingWorld, rail: ScriptedRail) -> None:
    made = await world.subscribe()

    assert (made.status, made.period_number) == (S.ACTIVE, 1)
    assert (made.trial_end_date, made.charge_date) == (date(2026, 11, 22), date(2026, 12, 23))
    assert rail.kinds() == ["sale"]
    assert rail.charged == PRICE
    (charge,) = await world.charges()
    assert (charge.status, charge.amount.minor, charge.source_id) == (PaymentStatus.COMPLETED, PRICE, None)
    assert charge.details == {"subscription_id": made.subscription_id}
    assert await world.get(made) == made
    assert await world.events(made.subscription_id) == ["subscription.created"]
    assert await world.rows_left() == (1, 1)


async def test_the_charge_of_a_customer_with_an_account_is_his(world: BillingWorld) -> None:
    await world.create_customer(world.caller, NewCustomer("eva", "Eva", has_account=True))

    await world.subscribe(customer_id="eva")

    assert (await world.payments.balances(world.caller))["customer_balance/eva.MXN"] == PRICE


async def test_a_saved_card_is_not_asked_about_again(world: BillingWorld, rail: ScriptedRail) -> None:
    card_id = await world.payments.saved_card(world.caller, CUSTOMER)

    made = await world.subscribe(TRIAL_PLAN, source=SavedSource(card_id))

    assert (made.source_id, made.card.card_id) == (card_id, card_id)
    assert rail.sent == []


@pytest.mark.parametrize("plan_id", [PLAN, TRIAL_PLAN])
async def test_a_token_is_spent_once(world: BillingWorld, plan_id: str) -> None:
    token = SavedSource(await world.payments.token(world.caller, card(MASTERCARD)))
    command = world.subscribing(plan_id, source=token)

    made = await world.billing.subscribe(world.caller, command)

    assert (made.source_id, made.card.card_id, made.card.masked) == (token.source_id, None, "555555XXXXXX4444")
    assert await world.billing.subscribe(world.caller, command) == made
    with pytest.raises(SourceSpent):
        await world.subscribe(plan_id, source=token)
    assert await world.listed() == [made]


async def test_a_refused_first_charge_leaves_nothing_but_the_payment(world: BillingWorld, rail: ScriptedRail) -> None:
    token = SavedSource(await world.payments.token(world.caller))
    command = world.subscribing(source=token)
    rail.will(declined(Decline.INSUFFICIENT_FUNDS, "51"))

    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            await world.billing.subscribe(world.caller, command)
        assert refused.value.decline is Decline.INSUFFICIENT_FUNDS

    assert rail.kinds() == ["sale"]
    assert [charge.status for charge in await world.charges()] == [PaymentStatus.DECLINED]
    assert await world.rows_left() == (0, 0)
    assert await world.events(command.subscription_id) == []
    assert await world.pass_by(hours=1) == []


async def test_a_refused_card_gets_no_trial(world: BillingWorld, rail: ScriptedRail) -> None:
    token = SavedSource(await world.payments.token(world.caller))
    rail.will(declined(Decline.STOLEN_CARD, "43"))

    with pytest.raises(CardRefused):
        await world.subscribe(TRIAL_PLAN, source=token)

    assert await world.rows_left() == (0, 0)
    assert (await world.subscribe(TRIAL_PLAN, source=token)).status is S.TRIAL


async def test_what_is_not_there_is_refused_before_anything_happens(world: BillingWorld, rail: ScriptedRail) -> None:
    await world.billing.create_plan(world.caller, a_plan("pgone"))
    await world.billing.delete_plan(world.caller, "pgone")
    foreign = await world.payments.saved_card(world.caller, "eva")
    mine = await world.payments.saved_card(world.caller, CUSTOMER)
    await world.payments.delete_card(world.caller, mine, CUSTOMER)
    before = await stored(world.payments.database)

    for plan_id, source, refusal in (
        ("pnone", inline(), UnknownPlan),
        ("pgone", inline(), UnknownPlan),
        (PLAN, SavedSource("knone"), UnknownSource),
        (PLAN, SavedSource(foreign), UnknownSource),
        (TRIAL_PLAN, SavedSource(mine), UnknownSource),
    ):
        with pytest.raises(refusal):
            await world.subscribe(plan_id, source=source)
    with pytest.raises(UnknownCustomer):
        await world.subscribe(customer_id="nobody")

    assert await stored(world.payments.database) == before
    assert await world.rows_left() == (0, 0)
    assert rail.sent == []


@pytest.mark.parametrize("plan_id", [PLAN, TRIAL_PLAN])
async def test_the_same_call_again(world: BillingWorld, rail: ScriptedRail, plan_id: str) -> None:
    command = world.subscribing(plan_id)
    made = await world.billing.subscribe(world.caller, command)
    sent = len(rail.sent)

    assert await world.billing.subscribe(world.caller, command) == made
    with pytest.raises(ReplayMismatch):
        await world.billing.subscribe(world.caller, replace(command, customer_id="eva"))

    assert len(rail.sent) == sent
    assert await world.listed() == [made]


async def test_many_at_once(world: BillingWorld, rail: ScriptedRail) -> None:
    made = await asyncio.gather(*(world.subscribe(plan) for plan in (PLAN, TRIAL_PLAN) * 10))

    assert {one.subscription_id for one in await world.listed()} <= {one.subscription_id for one in made}
    assert rail.charged == 10 * PRICE
    assert await world.rows_left() == (20, 10)


async def test_another_merchant_sees_nothing(world: BillingWorld) -> None:
    made = await world.subscribe(TRIAL_PLAN)
    neighbour = await world.payments.merchant()
    stranger = replace(world, caller=neighbour)

    with pytest.raises(UnknownSubscription):
        await stranger.get(made)
    with pytest.raises(UnknownSubscription):
        await world.billing.cancel(neighbour, CUSTOMER, made.subscription_id)
    with pytest.raises(UnknownSubscription):
        await stranger.change(made, cancel_at_period_end=True)
    with pytest.raises(UnknownPlan):
        await world.billing.plans.get(neighbour.tenant_id, TRIAL_PLAN)
    with pytest.raises(UnknownPlan):
        await stranger.subscribe(TRIAL_PLAN)
    assert await stranger.listed() == []
    assert await world.get(made) == made
