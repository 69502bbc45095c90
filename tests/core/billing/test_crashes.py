"""A process dies around a first charge, or the network keeps silent: a payment and its subscription stay together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pytest

from pasarela.core.billing.errors import ChargeUnderWay, UnknownSubscription
from pasarela.core.billing.model import Subscription, SubscriptionStatus
from pasarela.core.billing.slice import Billing
from pasarela.core.context import Caller
from pasarela.core.payments.errors import OutcomeUnknown, PaymentDeclined
from pasarela.core.payments.model import AuthoriseCard, Payment, PaymentStatus
from pasarela.core.payments.slice import Payments
from pasarela.kernel.decline import Decline
from tests.core.billing_world import CUSTOMER, PRICE, TRIAL_PLAN, BillingWorld
from tests.fakes.card_rail import Fate, ScriptedRail, declined

S = SubscriptionStatus
YESTERDAY = date(2026, 11, 22)

Authorise = Callable[[Caller, AuthoriseCard], Awaitable[Payment]]


class Died(BaseException):
    """What a killed process does not catch."""


@dataclass
class PaymentsOf:
    """Payments whose `authorise` is another one."""

    real: Payments
    authorise: Authorise

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


def with_payments(world: BillingWorld, authorise: Authorise) -> BillingWorld:
    """Another process, that pays in this way."""
    payments = cast("Payments", PaymentsOf(world.parts.payments, authorise))
    return replace(world, billing=Billing(replace(world.parts, payments=payments)))


def dies_before_paying(world: BillingWorld) -> BillingWorld:
    async def authorise(caller: Caller, command: AuthoriseCard) -> Payment:
        raise Died

    return with_payments(world, authorise)


def dies_after_paying(world: BillingWorld) -> BillingWorld:
    async def authorise(caller: Caller, command: AuthoriseCard) -> Payment:
        with suppress(PaymentDeclined):
            await world.parts.payments.authorise(caller, command)
        raise Died

    return with_payments(world, authorise)


async def test_a_paid_subscription_comes_to_be(world: BillingWorld, rail: ScriptedRail) -> None:
    command = world.subscribing()
    with pytest.raises(Died):
        await dies_after_paying(world).billing.subscribe(world.caller, command)
    assert await world.listed() == []

    assert await world.pass_by(minutes=1) == ["billing.finish_charge"]

    (one,) = await world.listed()
    assert (one.subscription_id, one.status, one.period_number) == (command.subscription_id, S.ACTIVE, 1)
    assert await world.events(one.subscription_id) == ["subscription.created"]
    assert await world.billing.subscribe(world.caller, command) == one
    assert rail.charged == PRICE
    assert await world.pass_by(days=1) == []


@pytest.mark.parametrize("dying", [dies_before_paying, dies_after_paying])
async def test_the_call_comes_again(
    world: BillingWorld, rail: ScriptedRail, dying: Callable[[BillingWorld], BillingWorld]
) -> None:
    command = world.subscribing()
    with pytest.raises(Died):
        await dying(world).billing.subscribe(world.caller, command)

    one = await world.billing.subscribe(world.caller, command)

    assert (one.status, one.period_number) == (S.ACTIVE, 1)
    assert await world.listed() == [one]
    assert rail.charged == PRICE
    assert await world.pass_by(days=1) == []


async def test_what_was_never_paid_never_was(world: BillingWorld, rail: ScriptedRail) -> None:
    command = world.subscribing()
    with pytest.raises(Died):
        await dies_before_paying(world).billing.subscribe(world.caller, command)

    ran = [await world.pass_by(minutes=5) for _ in range(3)]

    assert ran == [["billing.finish_charge"]] * 3
    assert await world.rows_left() == (0, 0)
    assert rail.sent == []
    assert (await world.billing.subscribe(world.caller, command)).status is S.ACTIVE


async def test_what_was_refused_never_was(world: BillingWorld, rail: ScriptedRail) -> None:
    rail.will(declined(Decline.INSUFFICIENT_FUNDS, "51"))
    with pytest.raises(Died):
        await dies_after_paying(world).subscribe()

    assert await world.pass_by(minutes=1) == ["billing.finish_charge"]

    assert await world.rows_left() == (0, 0)
    assert await world.charges() != []


async def test_a_call_that_was_given_up_for_dead_comes_back(world: BillingWorld, rail: ScriptedRail) -> None:
    paying, go = asyncio.Event(), asyncio.Event()

    async def slow(caller: Caller, command: AuthoriseCard) -> Payment:
        paying.set()
        await go.wait()
        return await world.parts.payments.authorise(caller, command)

    call = asyncio.create_task(with_payments(world, slow).subscribe())
    await paying.wait()
    for _ in range(3):
        await world.pass_by(minutes=5)
    assert await world.rows_left() == (0, 0)
    go.set()

    one = await call

    assert await world.listed() == [one]
    assert (one.status, one.charge_date) == (S.ACTIVE, date(2026, 12, 23))
    assert rail.charged == PRICE


@pytest.mark.parametrize("fate", [Fate.LOSE_REQUEST, Fate.LOSE_ANSWER])
async def test_silence_subscribes_nobody(world: BillingWorld, rail: ScriptedRail, fate: Fate) -> None:
    command = world.subscribing()
    rail.will(fate)

    with pytest.raises(OutcomeUnknown):
        await world.billing.subscribe(world.caller, command)
    assert await world.listed() == []
    await world.pass_by(hours=1)

    assert await world.rows_left() == (0, 0)
    assert [charge.status for charge in await world.charges()] == [PaymentStatus.FAILED]
    assert rail.charged == 0
    with pytest.raises(UnknownSubscription):
        await world.billing.cancel(world.caller, CUSTOMER, command.subscription_id)


async def test_the_trial_goes_on_while_nobody_knows(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    rail.will(Fate.LOSE_REQUEST)

    with pytest.raises(OutcomeUnknown):
        await world.change(one, trial_end=YESTERDAY)
    for refused in (world.change(one, trial_end=YESTERDAY), world.change(one, cancel_at_period_end=True)):
        with pytest.raises(ChargeUnderWay):
            await refused
    await world.pass_by(hours=1)

    assert await world.get(one) == one
    assert (await world.change(one, trial_end=YESTERDAY)).status is S.ACTIVE
    assert rail.charged == PRICE


@pytest.mark.parametrize("dying", [dies_before_paying, dies_after_paying])
async def test_a_death_at_the_end_of_a_trial(
    world: BillingWorld, rail: ScriptedRail, dying: Callable[[BillingWorld], BillingWorld]
) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    with pytest.raises(Died):
        await dying(world).change(one, trial_end=YESTERDAY, cancel_at_period_end=True)
    assert await world.get(one) == one

    for _ in range(3):
        await world.pass_by(minutes=5)

    after = await world.get(one)
    if rail.charged:
        assert (after.status, after.period_number, after.cancel_at_period_end) == (S.ACTIVE, 1, True)
    else:
        assert after == one
    assert rail.charged == (PRICE if dying is dies_after_paying else 0)


async def test_a_cancelled_one_stays_cancelled_whatever_comes(world: BillingWorld, rail: ScriptedRail) -> None:
    one = await world.subscribe(TRIAL_PLAN)
    with pytest.raises(Died):
        await dies_after_paying(world).change(one, trial_end=YESTERDAY)

    cancelled: Subscription = await world.billing.cancel(world.caller, CUSTOMER, one.subscription_id)
    await world.pass_by(minutes=5)

    assert await world.get(one) == cancelled
    assert rail.charged == PRICE
