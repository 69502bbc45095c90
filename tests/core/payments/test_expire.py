"""`Expire`: a hold that nobody captured in seven days is released."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import NotInState, OutcomeUnknown
from pasarela.core.payments.model import OperationKind, PaymentStatus
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import CardReversal
from tests.factories.payments import World, failures, mxn
from tests.factories.tables import stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined
from tests.fakes.stopped_clock import NOON

WEEK = timedelta(days=7)


async def test_expire(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    assert await world.move(WEEK - timedelta(seconds=1)) == []
    assert (await world.get(merchant, held)).status is PaymentStatus.AUTHORIZED
    [ran] = await world.move(timedelta(seconds=1))
    assert (ran.kind, ran.subject, ran.error) == ("payments.expire", held.payment_id, None)
    expired = await world.get(merchant, held)
    assert (expired.status, expired.operated_at) == (PaymentStatus.EXPIRED, NOON + WEEK)
    assert [(one.kind, one.amount) for one in expired.operations] == [(OperationKind.VOID, mxn(10_000))]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.expired"]
    [_, reversal] = rail.sent
    assert isinstance(reversal, CardReversal)
    assert (reversal.original, reversal.timed_out) == (rail.sent[0].trace, False)
    before = await stored(world.database)
    for operate in (world.capture, world.refund):
        with pytest.raises(NotInState) as refusal:
            await operate(merchant, held)
        assert refusal.value.status == "expired"
    assert await stored(world.database) == before


async def test_what_was_captured_does_not_expire(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    captured, voided = await world.hold(merchant), await world.hold(merchant)
    await world.capture(merchant, captured, 4_000)
    await world.refund(merchant, voided)
    assert await world.move(2 * WEEK) == []
    assert (await world.get(merchant, captured)).status is PaymentStatus.COMPLETED
    assert (await world.get(merchant, voided)).status is PaymentStatus.VOIDED
    assert rail.charged == 4_000


async def test_each_expires_at_its_own_time(world: World, merchant: Caller) -> None:
    first = await world.hold(merchant)
    await world.move(timedelta(days=3))
    second = await world.hold(merchant)
    await world.move(timedelta(days=4))
    assert (await world.get(merchant, first)).status is PaymentStatus.EXPIRED
    assert (await world.get(merchant, second)).status is PaymentStatus.AUTHORIZED
    await world.move(timedelta(days=3))
    assert (await world.get(merchant, second)).status is PaymentStatus.EXPIRED


@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.NOT_SENT])
async def test_an_unknown_expiry_is_repeated_until_it_is_taken(
    world: World, merchant: Caller, rail: ScriptedRail, fate: Fate
) -> None:
    held = await world.hold(merchant)
    rail.will(fate, Fate.LOSE_REQUEST)
    assert failures(await world.move(WEEK)) == []
    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRING
    assert await world.reserved(merchant) == (10_000, 0)
    with pytest.raises(NotInState):
        await world.capture(merchant, held)
    await world.move(timedelta(minutes=1))
    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRED
    assert await world.reserved(merchant) == (0, 0)
    assert rail.held == 0
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.expired"]


async def test_a_capture_that_is_refused_when_the_hold_has_run_out(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """The week ends while nobody knows what became of the capture; then it turns out to be refused."""
    held = await world.hold(merchant)
    await world.move(WEEK - timedelta(seconds=1))
    rail.will(Fate.LOSE_REQUEST, Fate.LOSE_REQUEST, declined(Decline.DO_NOT_HONOUR))
    with pytest.raises(OutcomeUnknown):
        await world.capture(merchant, held)
    await world.move(timedelta(seconds=30))
    assert (await world.get(merchant, held)).status is PaymentStatus.CAPTURING
    assert failures(await world.move(timedelta(minutes=2))) == []
    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRED
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (0, 0)
