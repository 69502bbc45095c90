"""`refund`: declined and unknown ones, late answers, and holds that are given back."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    OperationDeclined,
    OutcomeUnknown,
)
from pasarela.core.payments.model import (
    OperationKind,
    OperationStatus,
    Payment,
    PaymentStatus,
    RefundPayment,
)
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import CardPurpose, CardReversal
from tests.factories.payments import World, failures, mxn
from tests.factories.tables import rows, stored
from tests.factories.transfers import CLEARING, PAYABLE, book_in, posted
from tests.fakes.card_rail import Fate, ScriptedRail, declined

REFUNDING = "SELECT refunding, refunded FROM payments WHERE payment_id = $1"
ATTEMPT = "SELECT state FROM payment_attempts WHERE kind = 'refund'"
SOLD = {
    "merchant_payable.MXN": 9_374,
    "fee_revenue.MXN": 540,
    "tax_payable.MXN": 86,
    "network_clearing.MXN": -10_000,
}


async def in_progress(world: World, payment: Payment) -> tuple[int, int]:
    """What is being refunded of a payment, and what has been."""
    [row] = await rows(world.database, REFUNDING, payment.payment_id)
    return row["refunding"], row["refunded"]


async def withdraw_all(world: World, merchant: Caller, but: int = 0) -> None:
    """The merchant takes his money, so that a refund finds little."""
    amount = await world.available(merchant) - but
    legs = ((PAYABLE, -amount), (CLEARING, amount))
    await book_in(world.database, posted(world.fresh("w"), *legs, tenant_id=merchant.tenant_id))


async def test_the_same_refund_many_times_at_once_is_sent_once(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    command = world.refunding(await world.sell(merchant), 4_000)
    results = await asyncio.gather(
        *(world.payments.refund(merchant, command) for _ in range(20)), return_exceptions=True
    )
    assert Counter(type(result) for result in results).keys() <= {Payment, OutcomeUnknown}
    assert rail.kinds() == ["sale", "refund"]
    assert rail.charged == 6_000


# What the network may say.


async def test_a_declined_refund_releases_its_reserve(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    rail.will(declined(Decline.RESTRICTED_CARD, "62"))
    command = world.refunding(paid, 4_000)
    with pytest.raises(OperationDeclined) as refusal:
        await world.payments.refund(merchant, command)
    assert (refusal.value.payment_id, refusal.value.decline, refusal.value.code) == (
        paid.payment_id,
        Decline.RESTRICTED_CARD,
        "62",
    )
    assert await world.balances(merchant) == SOLD
    assert await world.reserved(merchant) == (0, 0)
    assert await in_progress(world, paid) == (0, 0)
    kept = await world.get(merchant, paid)
    assert (kept.status, kept.refunded) == (PaymentStatus.COMPLETED, mxn(0))
    assert [(one.status, one.response_code) for one in kept.operations] == [(OperationStatus.FAILED, "62")]
    assert await world.events(merchant, paid.payment_id) == ["payment.completed", "payment.refund_failed"]
    with pytest.raises(OperationDeclined) as again:
        await world.payments.refund(merchant, command)
    assert again.value.code == "62"
    assert rail.kinds() == ["sale", "refund"]
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert await world.balances(merchant) == {}


@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.NOT_SENT, Fate.DELAY_REQUEST])
async def test_an_unknown_refund_is_undone(world: World, merchant: Caller, rail: ScriptedRail, fate: Fate) -> None:
    """Its money stays reserved until the network has taken the reversal; then the merchant has it again."""
    paid = await world.sell(merchant)
    rail.will(fate, Fate.LOSE_REQUEST)
    command = world.refunding(paid, 4_000)
    with pytest.raises(OutcomeUnknown):
        await world.payments.refund(merchant, command)
    await world.run_due()
    assert await in_progress(world, paid) == (4_000, 0)
    assert await world.reserved(merchant) == (0, 4_000 - 216 - 34)
    assert await world.balances(merchant) == SOLD
    [attempt] = await rows(world.database, ATTEMPT)
    assert attempt["state"] == "unknown"
    with pytest.raises(OutcomeUnknown):
        await world.payments.refund(merchant, command)
    assert failures(await world.move(timedelta(minutes=1))) == []
    assert await in_progress(world, paid) == (0, 0)
    assert await world.reserved(merchant) == (0, 0)
    assert await world.balances(merchant) == SOLD
    assert rail.charged == 10_000
    assert await world.events(merchant, paid.payment_id) == ["payment.completed", "payment.refund_failed"]
    reversals = [message for message in rail.sent if isinstance(message, CardReversal)]
    assert [(one.refund, one.timed_out, one.repeat) for one in reversals] == [(True, True, False), (True, True, True)]
    assert {one.amount for one in reversals} == {mxn(4_000)}
    await rail.deliver_late()
    assert failures(await world.move(timedelta(days=30))) == []
    assert rail.charged == 10_000
    assert await world.balances(merchant) == SOLD
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)


async def test_a_refund_approved_after_its_reversal_is_reversed_once_more(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """Else the payer keeps what the merchant has back."""
    paid = await world.sell(merchant)
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, paid, 4_000)
    await world.run_due()
    await rail.deliver_late()
    assert failures(await world.run_due()) == []
    assert rail.kinds() == ["sale", "refund", "reversal", "reversal"]
    last = rail.sent[-1]
    assert isinstance(last, CardReversal)
    assert (last.original, last.amount, last.refund, last.repeat) == (rail.sent[1].trace, mxn(4_000), True, True)
    assert [row["outcome"] for row in await rows(world.database, "SELECT outcome FROM inbox")] == ["reversed"]


async def test_a_refund_approved_late_but_not_reversed_yet_is_left_to_the_resolver(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    paid = await world.sell(merchant)
    rail.will(Fate.LOSE_ANSWER, Fate.LOSE_REQUEST)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, paid)
    await world.run_due()
    await rail.deliver_late()
    await world.run_due()
    assert [row["outcome"] for row in await rows(world.database, "SELECT outcome FROM inbox")] == [
        "left to the resolver"
    ]
    await world.move(timedelta(minutes=1))
    assert rail.charged == 10_000
    assert await world.balances(merchant) == SOLD


async def test_refunds_beside_an_unknown_one(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """What is being refunded can't be refunded again."""
    paid = await world.sell(merchant)
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, paid, 4_000)
    with pytest.raises(AmountTooLarge):
        await world.refund(merchant, paid, 6_001)
    assert (await world.refund(merchant, paid)).refunded == mxn(6_000)
    with pytest.raises(NotInState):
        await world.refund(merchant, paid, 1)
    await world.run_due()
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert await world.balances(merchant) == {}
    assert rail.charged == 0


# Refunds of what was only held.


@pytest.mark.parametrize("amount", [None, 10_000, 5, 20_000])
async def test_refund_of_a_hold_releases_it_whole(
    world: World, merchant: Caller, rail: ScriptedRail, amount: int | None
) -> None:
    held = await world.hold(merchant)
    command = world.refunding(held, amount)
    voided = await world.payments.refund(merchant, command)
    assert voided == replace(held, status=PaymentStatus.VOIDED)
    kept = await world.get(merchant, held)
    assert [(one.kind, one.amount, one.status) for one in kept.operations] == [
        (OperationKind.VOID, mxn(10_000), OperationStatus.COMPLETED)
    ]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.voided"]
    [_, message] = rail.sent
    assert isinstance(message, CardReversal)
    assert (message.original, message.purpose, message.timed_out) == (
        rail.sent[0].trace,
        CardPurpose.AUTHORISATION,
        False,
    )
    before = await stored(world.database)
    assert replace(await world.payments.refund(merchant, command), operations=()) == voided
    for again in (world.refund, world.capture):
        with pytest.raises(NotInState):
            await again(merchant, held)
    assert await stored(world.database) == before
    assert await world.move(timedelta(days=30)) == []


async def test_one_of_capture_and_void_at_once_wins(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = [await world.hold(merchant) for _ in range(6)]
    results = await asyncio.gather(
        *(
            operate(merchant, payment)
            for number, payment in enumerate(held)
            for operate in ([world.refund, world.capture], [world.capture, world.refund])[number % 2]
        ),
        return_exceptions=True,
    )
    statuses = Counter([(await world.get(merchant, payment)).status for payment in held])
    assert sum(statuses.values()) == 6
    assert set(statuses) <= {PaymentStatus.VOIDED, PaymentStatus.COMPLETED}
    assert {type(result) for result in results} <= {Payment, NotInState}
    assert rail.charged == 10_000 * statuses[PaymentStatus.COMPLETED]
    assert rail.held == 0


@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.NOT_SENT])
async def test_an_unknown_void_is_repeated_until_it_is_taken(
    world: World, merchant: Caller, rail: ScriptedRail, fate: Fate
) -> None:
    held = await world.hold(merchant)
    rail.will(fate, Fate.LOSE_REQUEST)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, held)
    await world.run_due()
    assert (await world.get(merchant, held)).status is PaymentStatus.VOIDING
    assert await world.reserved(merchant) == (10_000, 0)
    await world.move(timedelta(minutes=1))
    assert (await world.get(merchant, held)).status is PaymentStatus.VOIDED
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.voided"]


async def test_a_refund_of_what_is_being_authorised(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(Fate.HANG)
    command = world.sale(capture=False)
    authorising = asyncio.create_task(world.payments.authorise(merchant, command))
    await rail.hanging.wait()
    before = await stored(world.database)
    for operate in (
        world.payments.refund(merchant, RefundPayment(command.payment_id, "r1")),
        world.capture(merchant, await world.get(merchant, command.payment_id)),
    ):
        with pytest.raises(NotInState) as refusal:
            await operate
        assert refusal.value.status == "authorizing"
    assert await stored(world.database) == before
    authorising.cancel()
    await asyncio.wait([authorising])
