"""Changing and cancelling subscriptions, and what ends them."""

from __future__ import annotations

from datetime import date

import pytest

from pasarela.core.billing.errors import (
    SubscriptionEnded,
    SubscriptionNotNamed,
    TrialEndsTooEarly,
    UnknownSubscription,
)
from pasarela.core.billing.model import SubscriptionStatus
from pasarela.core.payments.errors import CardRefused, PaymentDeclined, SourceSpent, UnknownSource
from pasarela.core.payments.model import PaymentStatus, SavedSource
from pasarela.kernel.decline import Decline
from tests.core.billing_world import CUSTOMER, PLAN, PRICE, TRIAL_PLAN, BillingWorld
from tests.factories.cards import MASTERCARD, card, inline
from tests.fakes.card_rail import ScriptedRail, declined

S = SubscriptionStatus
YESTERDAY, TODAY = date(2026, 11, 22), date(2026, 11, 23)


async def test_the_card_changes(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    saved = await world.payments.saved_card(world.caller, CUSTOMER)
    token = await world.payments.token(world.caller, card(MASTERCARD))

    by_token = await world.change(one, source=SavedSource(token))
    by_card = await world.change(one, source=SavedSource(saved))

    assert (by_token.card.masked, by_token.source_id) == ("555555XXXXXX4444", token)
    assert (by_card.card.card_id, by_card.source_id) == (saved, saved)
    assert rail.kinds() == ["verification", "verification"]
    assert await world.get(one) == by_card
    with pytest.raises(SourceSpent):
        await world.change(one, source=SavedSource(token))
    with pytest.raises(UnknownSource):
        await world.change(one, source=SavedSource("knone"))
    assert await world.get(one) == by_card


async def test_a_refused_card_changes_nothing(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    rail.will(declined(Decline.LOST_CARD, "41"))

    with pytest.raises(CardRefused):
        await world.change(one, source=inline(MASTERCARD), cancel_at_period_end=True, trial_end=TODAY)

    assert await world.get(one) == one


async def test_a_trial_is_prolonged_and_shortened(world: BillingWorld) -> None:
    one = await world.subscribe(TRIAL_PLAN)

    for day, charged in ((date(2027, 1, 30), date(2027, 1, 31)), (TODAY, date(2026, 11, 24))):
        changed = await world.change(one, trial_end=day)
        assert (changed.status, changed.trial_end_date, changed.charge_date) == (S.TRIAL, day, charged)
    assert await world.charges() == []


async def test_a_trial_that_is_over_is_charged_to_the_card_it_has(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)

    paid = await world.change(one, trial_end=date(2026, 11, 1), cancel_at_period_end=True)

    assert (paid.status, paid.period_number, paid.cancel_at_period_end) == (S.ACTIVE, 1, True)
    assert (paid.trial_end_date, paid.charge_date) == (YESTERDAY, date(2026, 12, 23))
    assert (paid.card, paid.fingerprint) == (one.card, one.fingerprint)
    assert rail.kinds() == ["verification", "sale"]
    assert rail.charged == PRICE
    assert await world.get(one) == paid
    assert await world.pass_by(days=29) == []
    assert await world.pass_by(days=1) == ["billing.end_of_period"]
    assert (await world.get(one)).status is S.CANCELLED


async def test_a_trial_that_is_over_is_charged_to_a_saved_or_new_card(world: BillingWorld, rail: ScriptedRail) -> None:
    saved = SavedSource(await world.payments.saved_card(world.caller, CUSTOMER))
    by_saved = await world.subscribe(TRIAL_PLAN, source=saved)
    by_new = await world.subscribe(TRIAL_PLAN, source=saved)

    await world.change(by_saved, trial_end=YESTERDAY)
    changed = await world.change(by_new, trial_end=YESTERDAY, source=inline(MASTERCARD))

    assert (changed.card.masked, changed.source_id) == ("555555XXXXXX4444", None)
    assert [charge.card and charge.card.card_id for charge in await world.charges()] == [None, saved.source_id]
    assert rail.kinds() == ["sale", "sale"]


async def test_a_refused_charge_leaves_the_trial(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    command = world.changing(one, trial_end=YESTERDAY, source=inline(MASTERCARD), cancel_at_period_end=True)
    rail.will(declined(Decline.EXPIRED_CARD, "54"))

    with pytest.raises(PaymentDeclined):
        await world.billing.change(world.caller, command)

    assert await world.get(one) == one
    assert [charge.status for charge in await world.charges()] == [PaymentStatus.DECLINED]
    assert await world.events(one.subscription_id) == ["subscription.created", "subscription.charge_failed"]
    assert await world.rows_left() == (1, 0)
    assert await world.pass_by(hours=1) == []
    assert (await world.change(one, trial_end=YESTERDAY)).status is S.ACTIVE


async def test_a_deleted_card_pays_no_trial_off(world: BillingWorld, rail: ScriptedRail) -> None:
    card_id = await world.payments.saved_card(world.caller, CUSTOMER)
    one = await world.subscribe(TRIAL_PLAN, source=SavedSource(card_id))
    await world.payments.delete_card(world.caller, card_id, CUSTOMER)

    with pytest.raises(UnknownSource):
        await world.change(one, trial_end=YESTERDAY)

    assert await world.get(one) == one
    assert rail.sent == []


async def test_what_is_paid_is_not_cut_short(world: BillingWorld) -> None:
    one = await world.subscribe(PLAN)

    with pytest.raises(TrialEndsTooEarly):
        await world.change(one, trial_end=date(2026, 12, 1))
    assert await world.change(one, trial_end=YESTERDAY) == one
    later = await world.change(one, trial_end=date(2026, 12, 31))

    assert (later.status, later.charge_date, later.period_number) == (S.TRIAL, date(2027, 1, 1), 1)


async def test_cancelling_is_for_ever(world: BillingWorld) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    await world.change(one, cancel_at_period_end=True)

    cancelled = await world.billing.cancel(world.caller, CUSTOMER, one.subscription_id)

    assert (cancelled.status, cancelled.cancelled_at) == (S.CANCELLED, world.payments.clock.at)
    assert await world.get(one) == cancelled
    assert await world.listed() == []
    for refused in (
        world.billing.cancel(world.caller, CUSTOMER, one.subscription_id),
        world.change(one, source=inline()),
        world.change(one, trial_end=YESTERDAY),
    ):
        with pytest.raises(SubscriptionEnded):
            await refused
    assert await world.events(one.subscription_id) == ["subscription.created", "subscription.cancelled"]
    assert await world.pass_by(days=60) == []


async def test_the_end_moves_with_the_trial_and_may_be_taken_back(world: BillingWorld) -> None:
    one, other = await world.subscribe(TRIAL_PLAN), await world.subscribe(TRIAL_PLAN)
    for each in (one, other):
        await world.change(each, cancel_at_period_end=True)
    await world.change(one, trial_end=date(2026, 11, 30))
    await world.change(other, cancel_at_period_end=False)

    # Until the last instant of the 30th in Mexico City, where it is six hours earlier.
    assert await world.pass_by(days=7, hours=17, minutes=59) == []
    assert await world.pass_by(minutes=1) == ["billing.end_of_period"]

    assert ((await world.get(one)).status, (await world.get(other)).status) == (S.CANCELLED, S.TRIAL)
    assert await world.pass_by(days=60) == []


async def test_a_customer_who_goes_has_no_subscriptions(world: BillingWorld) -> None:
    one, other = await world.subscribe(TRIAL_PLAN), await world.subscribe(PLAN)
    ended = await world.billing.cancel(world.caller, CUSTOMER, other.subscription_id)
    await world.change(one, cancel_at_period_end=True)
    world.payments.clock.advance(hours=1)

    await world.delete_customer(world.caller, CUSTOMER)

    assert (await world.get(one)).status is S.CANCELLED
    assert await world.get(other) == ended
    assert await world.events(one.subscription_id) == ["subscription.created", "subscription.cancelled"]
    assert await world.pass_by(days=60) == []


async def test_the_only_one(world: BillingWorld) -> None:
    only, tenant_id = world.billing.subscriptions.only, world.caller.tenant_id

    with pytest.raises(UnknownSubscription):
        await only(tenant_id, CUSTOMER)
    one = await world.subscribe(TRIAL_PLAN)
    assert await only(tenant_id, CUSTOMER) == one
    await world.subscribe(TRIAL_PLAN)
    with pytest.raises(SubscriptionNotNamed):
        await only(tenant_id, CUSTOMER)
