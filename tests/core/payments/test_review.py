"""Payments that somebody has to look at: held, then let go on, refused, cancelled, or forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import NotInState, OperationDeclined, OutcomeUnknown, UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.kernel.decline import Decline
from tests.factories.payments import World, mxn
from tests.factories.tables import stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined

SOLD = {"network_clearing.MXN": -10_000, "merchant_payable.MXN": 9_374, "fee_revenue.MXN": 540, "tax_payable.MXN": 86}


async def held_back(world: World, merchant: Caller, *, capture: bool = True) -> Payment:
    sale = world.sale(capture=capture)
    return await world.payments.authorise(replace(merchant, outcome="review"), sale)


async def test_a_sale_is_only_held(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await held_back(world, merchant)

    assert (held.status, held.reviewed_for, held.fee) == (PaymentStatus.REVIEWING, ("sandbox_review",), None)
    assert await world.get(merchant, held) == held
    assert await world.payments.queries.in_review(merchant.tenant_id, 10) == (held,)
    assert (rail.kinds(), rail.held, rail.charged) == (["authorisation"], 10_000, 0)
    assert (await world.balances(merchant), await world.reserved(merchant)) == ({}, (10_000, 0))
    assert await world.events(merchant, held.payment_id) == ["payment.in_review"]
    with pytest.raises(NotInState):
        await world.capture(merchant, held)


async def test_released_it_is_captured(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await held_back(world, merchant)
    release = world.payments.review.release

    released = await asyncio.gather(
        *(release(merchant.tenant_id, held.payment_id) for _ in range(3)), return_exceptions=True
    )

    done = [one for one in released if isinstance(one, Payment)]
    assert all(isinstance(one, Payment | OutcomeUnknown) for one in released)
    assert done[0].status is PaymentStatus.COMPLETED
    assert (await world.get(merchant, held)).reviewed_for == ("sandbox_review",)
    again = await release(merchant.tenant_id, held.payment_id)
    assert again == replace(await world.get(merchant, held), operations=())
    assert (rail.kinds(), rail.charged) == (["authorisation", "completion"], 10_000)
    assert await world.balances(merchant) == SOLD
    assert await world.events(merchant, held.payment_id) == ["payment.in_review", "payment.completed"]
    with pytest.raises(NotInState):
        await world.payments.review.decline(merchant.tenant_id, held.payment_id)
    await world.refund(merchant, held)
    assert await world.balances(merchant) == {}


async def test_a_hold_that_is_released_stays_a_hold(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await held_back(world, merchant, capture=False)

    released = await world.payments.review.release(merchant.tenant_id, held.payment_id)

    assert (released.status, released.expires_at) == (PaymentStatus.AUTHORIZED, held.expires_at)
    assert rail.kinds() == ["authorisation"]
    with pytest.raises(NotInState):
        await world.payments.review.release(merchant.tenant_id, held.payment_id)
    assert (await world.capture(merchant, held)).status is PaymentStatus.COMPLETED
    assert await world.balances(merchant) == SOLD


@pytest.mark.parametrize("capture", [True, False])
async def test_declined_it_is_given_back(world: World, merchant: Caller, rail: ScriptedRail, capture: bool) -> None:
    held = await held_back(world, merchant, capture=capture)

    refused = await world.payments.review.decline(merchant.tenant_id, held.payment_id)

    assert (refused.status, refused.decline) == (PaymentStatus.DECLINED, Decline.RISK_REFUSED)
    assert replace(await world.get(merchant, held), operations=()) == refused
    assert (rail.kinds(), rail.held) == (["authorisation", "reversal"], 0)
    assert (await world.balances(merchant), await world.reserved(merchant)) == ({}, (0, 0))
    assert await world.events(merchant, held.payment_id) == ["payment.in_review", "payment.declined"]
    with pytest.raises(NotInState):
        await world.payments.review.release(merchant.tenant_id, held.payment_id)


async def test_its_merchant_may_cancel_it(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await held_back(world, merchant)

    cancelled = await world.refund(merchant, held)

    assert (cancelled.status, rail.held) == (PaymentStatus.VOIDED, 0)
    assert await world.payments.queries.in_review(merchant.tenant_id, 10) == ()


async def test_nobody_decides(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await held_back(world, merchant)

    await world.move(timedelta(days=7))

    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRED
    assert (rail.held, await world.reserved(merchant)) == (0, (0, 0))


async def test_a_release_that_the_network_refuses_leaves_a_hold(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    held = await held_back(world, merchant)
    rail.will(declined(Decline.DO_NOT_HONOUR))

    with pytest.raises(OperationDeclined):
        await world.payments.review.release(merchant.tenant_id, held.payment_id)

    assert (await world.get(merchant, held)).status is PaymentStatus.AUTHORIZED
    assert (await world.capture(merchant, held)).status is PaymentStatus.COMPLETED


@pytest.mark.parametrize("decision", ["release", "decline"])
@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.NOT_SENT])
async def test_a_decision_whose_answer_is_lost_is_carried_out(
    world: World, merchant: Caller, rail: ScriptedRail, decision: str, fate: Fate
) -> None:
    held = await held_back(world, merchant)
    rail.will(fate)

    with pytest.raises(OutcomeUnknown):
        await getattr(world.payments.review, decision)(merchant.tenant_id, held.payment_id)
    await world.move(timedelta(minutes=1))

    reached = (await world.get(merchant, held)).status
    assert reached is (PaymentStatus.COMPLETED if decision == "release" else PaymentStatus.DECLINED)
    assert (rail.charged, rail.held) == ((10_000, 0) if decision == "release" else (0, 0))


async def test_an_authorisation_for_review_that_is_lost_is_reversed(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await held_back(world, merchant)
    await world.run_due()
    await rail.deliver_late()
    await world.run_due()

    assert (rail.held, rail.charged) == (0, 0)


async def test_what_is_not_in_review_is_left_alone(world: World, merchant: Caller) -> None:
    other = await world.merchant()
    paid, held = await world.sell(merchant), await held_back(world, merchant)
    before = await stored(world.database)

    for decide in (world.payments.review.release, world.payments.review.decline):
        with pytest.raises(NotInState):
            await decide(merchant.tenant_id, paid.payment_id)
        with pytest.raises(UnknownPayment):
            await decide(other.tenant_id, held.payment_id)

    assert await stored(world.database) == before
    assert (await world.payments.queries.in_review(other.tenant_id, 10), held.amount) == ((), mxn(10_000))
