"""`Capture`: whole or in part, once, and what becomes of a capture that nobody answers."""

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
    ReplayMismatch,
    UnknownPayment,
)
from pasarela.core.payments.model import (
    CapturePayment,
    ChargedFee,
    Operation,
    OperationKind,
    OperationStatus,
    Payment,
    PaymentStatus,
)
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import CardCompletion
from tests.factories.payments import World, failures, mxn, usd
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined
from tests.fakes.stopped_clock import NOON

ATTEMPT = "SELECT state, response_code FROM payment_attempts WHERE kind = 'capture'"


async def test_capture_whole(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    world.clock.advance(hours=1)
    paid = await world.payments.capture(merchant, world.capturing(held, operation_id="c1"))
    assert paid == replace(
        held,
        status=PaymentStatus.COMPLETED,
        captured=mxn(10_000),
        fee=ChargedFee(mxn(540), 1600),
        operated_at=NOON + timedelta(hours=1),
    )
    operation = Operation(
        operation_id="c1",
        kind=OperationKind.CAPTURE,
        status=OperationStatus.COMPLETED,
        amount=mxn(10_000),
        description=None,
        authorization_code="000001",
        created_at=NOON + timedelta(hours=1),
        operated_at=NOON + timedelta(hours=1),
        response_code="00",
    )
    assert await world.get(merchant, held) == replace(paid, operations=(operation,))
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.completed"]
    assert await world.balances(merchant) == {
        "merchant_payable.MXN": 9_374,
        "fee_revenue.MXN": 540,
        "tax_payable.MXN": 86,
        "network_clearing.MXN": -10_000,
    }
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (10_000, 0)
    [_, completion] = rail.sent
    assert isinstance(completion, CardCompletion)
    assert (completion.original, completion.authorization_code) == (rail.sent[0].trace, "000000")
    assert await world.move(timedelta(days=30)) == []


async def test_capture_in_part_releases_the_rest(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant, 10_000)
    paid = await world.capture(merchant, held, 4_000)
    assert (paid.amount, paid.captured, paid.fee) == (mxn(4_000), mxn(4_000), ChargedFee(mxn(366), 1600))
    kept = await world.get(merchant, held)
    assert replace(kept, operations=()) == paid
    assert await world.balances(merchant) == {
        "merchant_payable.MXN": 3_575,
        "fee_revenue.MXN": 366,
        "tax_payable.MXN": 59,
        "network_clearing.MXN": -4_000,
    }
    assert await world.reserved(merchant) == (0, 0)
    assert (rail.charged, rail.held) == (4_000, 0)


async def test_capture_in_dollars(world: World, merchant: Caller) -> None:
    held = await world.hold(merchant, usd(5_000))
    await world.capture(merchant, held, 2_000)
    assert await world.balances(merchant) == {"merchant_payable.USD": 2_000, "network_clearing.USD": -2_000}


async def test_capture_too_much(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    before = await stored(world.database)
    with pytest.raises(AmountTooLarge):
        await world.capture(merchant, held, 10_001)
    assert await stored(world.database) == before
    assert rail.kinds() == ["authorisation"]


async def test_capture_in_another_currency_dies_loudly(world: World, merchant: Caller) -> None:
    held = await world.hold(merchant)
    before = await stored(world.database)
    with pytest.raises(AssertionError):
        await world.payments.capture(merchant, CapturePayment(held.payment_id, "c1", usd(5)))
    with pytest.raises(AssertionError):
        await world.payments.capture(merchant, CapturePayment(held.payment_id, "c1", mxn(0)))
    assert await stored(world.database) == before


async def test_capture_twice(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    await world.capture(merchant, held, 4_000)
    before = await stored(world.database)
    with pytest.raises(NotInState) as refusal:
        await world.capture(merchant, held, 1_000)
    assert (refusal.value.payment_id, refusal.value.status, refusal.value.operation) == (
        held.payment_id,
        "completed",
        "capture",
    )
    assert await stored(world.database) == before
    assert len(rail.sent) == 2


async def test_capture_a_sale(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant)
    before = await stored(world.database)
    with pytest.raises(NotInState):
        await world.capture(merchant, paid)
    assert await stored(world.database) == before


async def test_capture_what_does_not_exist(world: World, merchant: Caller) -> None:
    held = await world.hold(merchant)
    other = await world.merchant()
    before = await stored(world.database)
    with pytest.raises(UnknownPayment):
        await world.payments.capture(merchant, CapturePayment("trnone", "c1"))
    with pytest.raises(UnknownPayment):
        await world.capture(other, held)
    assert await stored(world.database) == before


async def test_one_of_many_captures_at_once_wins(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    results = await asyncio.gather(
        *(world.capture(merchant, held, 1_000 + number) for number in range(20)), return_exceptions=True
    )
    assert Counter(type(result) for result in results) == {Payment: 1, NotInState: 19}
    [paid] = [result for result in results if isinstance(result, Payment)]
    assert rail.kinds() == ["authorisation", "completion"]
    kept = await world.get(merchant, held)
    assert replace(kept, operations=()) == paid
    assert len(kept.operations) == 1
    assert rail.charged == paid.captured.minor
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.completed"]


async def test_captures_of_many_payments_at_once(world: World, rail: ScriptedRail) -> None:
    merchants = [await world.merchant() for _ in range(3)]
    held = [await world.hold(merchants[number % 3]) for number in range(30)]
    await asyncio.gather(*(world.capture(merchants[number % 3], payment, 5_000) for number, payment in enumerate(held)))
    assert rail.charged == 150_000
    assert [await world.available(merchant) for merchant in merchants] == [10 * 4_542] * 3


async def test_the_same_capture_again_answers_the_same(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    command = world.capturing(held, 4_000)
    paid = await world.payments.capture(merchant, command)
    before = await stored(world.database)
    assert await world.payments.capture(merchant, command) == paid
    with pytest.raises(ReplayMismatch):
        await world.payments.capture(merchant, replace(command, amount=mxn(4_001)))
    with pytest.raises(ReplayMismatch):
        await world.payments.refund(merchant, world.refunding(held, operation_id=command.operation_id))
    assert await stored(world.database) == before
    assert len(rail.sent) == 2


async def test_the_same_capture_many_times_at_once_is_sent_once(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    command = world.capturing(await world.hold(merchant))
    results = await asyncio.gather(
        *(world.payments.capture(merchant, command) for _ in range(20)), return_exceptions=True
    )
    assert Counter(type(result) for result in results).keys() <= {Payment, OutcomeUnknown}
    assert rail.kinds() == ["authorisation", "completion"]
    assert (await world.payments.capture(merchant, command)).status is PaymentStatus.COMPLETED


# What the network may say.


async def test_a_declined_capture_leaves_the_hold(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    rail.will(declined(Decline.RESTRICTED_CARD, "62"))
    command = world.capturing(held, 4_000)
    with pytest.raises(OperationDeclined) as refusal:
        await world.payments.capture(merchant, command)
    assert (refusal.value.payment_id, refusal.value.decline, refusal.value.code) == (
        held.payment_id,
        Decline.RESTRICTED_CARD,
        "62",
    )
    kept = await world.get(merchant, held)
    assert replace(kept, operations=()) == held
    assert [(one.status, one.response_code) for one in kept.operations] == [(OperationStatus.FAILED, "62")]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (10_000, 0)
    assert await world.events(merchant, held.payment_id) == ["payment.authorized"]
    with pytest.raises(OperationDeclined):
        await world.payments.capture(merchant, command)
    assert rail.kinds() == ["authorisation", "completion"]
    assert (await world.capture(merchant, held)).status is PaymentStatus.COMPLETED


@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.NOT_SENT, Fate.DELAY_REQUEST])
async def test_an_unknown_capture_is_repeated_until_it_is_taken(
    world: World, merchant: Caller, rail: ScriptedRail, fate: Fate
) -> None:
    held = await world.hold(merchant)
    rail.will(fate, Fate.LOSE_REQUEST, declined(Decline.ISSUER_UNAVAILABLE, "91"))
    with pytest.raises(OutcomeUnknown):
        await world.capture(merchant, held, 4_000)
    assert (await world.get(merchant, held)).status is PaymentStatus.CAPTURING
    [attempt] = await rows(world.database, ATTEMPT)
    assert attempt["state"] == "unknown"
    await world.run_due()
    await world.move(timedelta(minutes=1))
    assert (await world.get(merchant, held)).status is PaymentStatus.CAPTURING
    assert await world.balances(merchant) == {}
    for refused in (world.capture, world.refund):
        with pytest.raises(NotInState):
            await refused(merchant, held)
    await world.move(timedelta(minutes=5))
    paid = await world.get(merchant, held)
    assert (paid.status, paid.captured, paid.fee) == (
        PaymentStatus.COMPLETED,
        mxn(4_000),
        ChargedFee(mxn(366), 1600),
    )
    completions = [message for message in rail.sent if isinstance(message, CardCompletion)]
    assert len({message.trace for message in completions}) == 1
    assert (rail.charged, rail.held) == (4_000, 0)
    assert await world.available(merchant) == 3_575
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.completed"]
    [attempt] = await rows(world.database, ATTEMPT)
    assert attempt["state"] == "approved"
    await rail.deliver_late()
    assert failures(await world.move(timedelta(days=30))) == []
    assert (rail.charged, await world.available(merchant)) == (4_000, 3_575)


async def test_an_unknown_capture_may_be_declined_later(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    rail.will(Fate.LOSE_REQUEST, declined(Decline.DO_NOT_HONOUR, "05"))
    command = world.capturing(held)
    with pytest.raises(OutcomeUnknown):
        await world.payments.capture(merchant, command)
    assert failures(await world.run_due()) == []
    assert replace(await world.get(merchant, held), operations=()) == held
    assert await world.reserved(merchant) == (10_000, 0)
    with pytest.raises(OperationDeclined):
        await world.payments.capture(merchant, command)


LITTLE_FEES = {"fee_revenue.MXN": 253, "tax_payable.MXN": 40, "network_clearing.MXN": -100}


async def test_captured_for_less_than_its_fee(world: World, merchant: Caller) -> None:
    """The fee is 2.50 and more: what the amount does not cover the merchant owes."""
    held = await world.hold(merchant, 10_000)
    paid = await world.capture(merchant, held, 100)
    assert paid.fee == ChargedFee(mxn(253), 1600)
    assert await world.balances(merchant) == {"fees_owed.MXN": -193, **LITTLE_FEES}
    assert await world.available(merchant) == 0
    assert await world.reserved(merchant) == (0, 0)


@pytest.mark.parametrize(("sold", "earned", "owed"), [(10_000, 9_374, 0), (450, 145, 48)])
async def test_captured_for_less_than_its_fee_with_money_on_the_balance(
    world: World, merchant: Caller, sold: int, earned: int, owed: int
) -> None:
    """The balance gives what it has."""
    await world.sell(merchant, sold)
    assert await world.available(merchant) == earned
    paid = await world.capture(merchant, await world.hold(merchant, 10_000), 100)
    assert paid.captured == mxn(100)
    balances = await world.balances(merchant)
    assert balances.get("merchant_payable.MXN", 0) == earned - 193 + owed
    assert balances.get("fees_owed.MXN", 0) == -owed
