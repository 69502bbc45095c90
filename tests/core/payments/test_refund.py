"""`Refund`: whole, in parts, never more than was captured; and of a hold, its release."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    ReplayMismatch,
    UnknownPayment,
)
from pasarela.core.payments.model import (
    Operation,
    OperationKind,
    OperationStatus,
    Payment,
    PaymentStatus,
    RefundPayment,
)
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import CardRefund
from tests.factories.payments import World, mxn, usd
from tests.factories.tables import rows, stored
from tests.factories.transfers import CLEARING, PAYABLE, book_in, posted
from tests.fakes.card_rail import ScriptedRail, declined
from tests.fakes.stopped_clock import NOON

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


async def test_refund_whole(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    world.clock.advance(days=1)
    at = NOON + timedelta(days=1)
    refunded = await world.payments.refund(merchant, world.refunding(paid, operation_id="r1", description="broken"))
    assert refunded == replace(paid, refunded=mxn(10_000), operated_at=at)
    operation = Operation(
        operation_id="r1",
        kind=OperationKind.REFUND,
        status=OperationStatus.COMPLETED,
        amount=mxn(10_000),
        description="broken",
        authorization_code="000001",
        created_at=at,
        operated_at=at,
        response_code="00",
    )
    assert await world.get(merchant, paid) == replace(refunded, operations=(operation,))
    assert await world.events(merchant, paid.payment_id) == ["payment.completed", "payment.refunded"]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (0, 0)
    assert await in_progress(world, paid) == (0, 10_000)
    [_, message] = rail.sent
    assert isinstance(message, CardRefund)
    assert (message.original, message.amount) == (rail.sent[0].trace, mxn(10_000))
    assert rail.charged == 0
    assert await world.run_due() == []


async def test_refund_in_parts(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    first = await world.refund(merchant, paid, 1_000)
    assert (first.status, first.refunded) == (PaymentStatus.COMPLETED, mxn(1_000))
    assert await world.balances(merchant) == {
        "merchant_payable.MXN": 9_374 - 938,
        "fee_revenue.MXN": 540 - 54,
        "tax_payable.MXN": 86 - 8,
        "network_clearing.MXN": -9_000,
    }
    second = await world.refund(merchant, paid, 1_001)
    assert second.refunded == mxn(2_001)
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert await world.balances(merchant) == {}
    kept = await world.get(merchant, paid)
    assert [one.amount.minor for one in kept.operations] == [1_000, 1_001, 7_999]
    assert rail.charged == 0
    assert await world.events(merchant, paid.payment_id) == ["payment.completed", *["payment.refunded"] * 3]


async def test_refund_a_captured_part(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.capture(merchant, await world.hold(merchant, 10_000), 4_000)
    with pytest.raises(AmountTooLarge):
        await world.refund(merchant, paid, 4_001)
    assert (await world.refund(merchant, paid)).refunded == mxn(4_000)
    assert await world.balances(merchant) == {}
    assert (rail.charged, rail.held) == (0, 0)


async def test_refund_in_dollars(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, usd(5_000))
    await world.sell(merchant)
    await world.refund(merchant, paid, 2_000)
    assert await world.balances(merchant) == {
        "merchant_payable.USD": 3_000,
        "network_clearing.USD": -3_000,
        **SOLD,
    }
    before = await stored(world.database)
    with pytest.raises(AssertionError):
        await world.payments.refund(merchant, RefundPayment(paid.payment_id, "r1", mxn(1)))
    with pytest.raises(AssertionError):
        await world.payments.refund(merchant, RefundPayment(paid.payment_id, "r1", usd(0)))
    assert await stored(world.database) == before


async def test_refund_more_than_is_left(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    await world.sell(merchant)
    await world.refund(merchant, paid, 4_000)
    before = await stored(world.database)
    with pytest.raises(AmountTooLarge):
        await world.refund(merchant, paid, 6_001)
    assert await stored(world.database) == before
    assert rail.kinds() == ["sale", "sale", "refund"]
    await world.refund(merchant, paid, 6_000)
    before = await stored(world.database)
    for amount in (1, None):
        with pytest.raises(NotInState) as refusal:
            await world.refund(merchant, paid, amount)
        assert (refusal.value.status, refusal.value.operation) == ("refunded", "refund")
    assert await stored(world.database) == before


async def test_refund_what_does_not_exist(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    other = await world.merchant()
    before = await stored(world.database)
    with pytest.raises(UnknownPayment):
        await world.payments.refund(merchant, RefundPayment("trnone", "r1"))
    with pytest.raises(UnknownPayment):
        await world.refund(other, paid)
    assert await stored(world.database) == before
    assert rail.kinds() == ["sale"]


async def test_refund_a_declined_payment(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(declined(Decline.EXPIRED_CARD))
    command = world.sale()
    await asyncio.gather(world.payments.authorise(merchant, command), return_exceptions=True)
    before = await stored(world.database)
    with pytest.raises(NotInState):
        await world.payments.refund(merchant, RefundPayment(command.payment_id, "r1"))
    assert await stored(world.database) == before


@pytest.mark.parametrize("amount", [None, 10_000, 101])
async def test_refund_with_too_little_on_the_balance(
    world: World, merchant: Caller, rail: ScriptedRail, amount: int | None
) -> None:
    paid = await world.sell(merchant)
    await withdraw_all(world, merchant, but=95)
    before = await stored(world.database)
    with pytest.raises(InsufficientFunds) as refusal:
        await world.refund(merchant, paid, amount)
    assert (refusal.value.account, refusal.value.available) == (PAYABLE, 95)
    assert await stored(world.database) == before
    assert rail.kinds() == ["sale"]
    await world.refund(merchant, paid, 100)
    assert await world.available(merchant) == 0


async def test_short_refunds_do_not_count_for_the_next_ones(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """Of one batch, too: what comes after a refund that the balance is too short for is judged without it."""
    paid = await world.sell(merchant)
    await withdraw_all(world, merchant, but=938)
    results = await asyncio.gather(
        world.refund(merchant, paid, 9_999),
        world.payments.refund(merchant, world.refunding(paid, 1_000, operation_id="r1")),
        world.refund(merchant, paid, 9_000),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [InsufficientFunds, Payment, InsufficientFunds]
    assert await in_progress(world, paid) == (0, 1_000)
    assert rail.kinds() == ["sale", "refund"]


async def test_operation_ids_are_each_payments_own(world: World, rail: ScriptedRail) -> None:
    """A refund that is too large for its merchant's balance does not touch another's of the same id."""
    poor, rich = await world.merchant(), await world.merchant()
    sales = {poor: await world.sell(poor), rich: await world.sell(rich)}
    await withdraw_all(world, poor)
    results = await asyncio.gather(
        *(world.payments.refund(caller, world.refunding(sale, operation_id="r1")) for caller, sale in sales.items()),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [InsufficientFunds, Payment]
    assert await world.balances(rich) == {}
    assert await world.reserved(rich) == (0, 0)
    assert rail.charged == 10_000


async def test_many_refunds_at_once_never_exceed_what_was_captured(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    paid = await world.sell(merchant)
    await world.sell(merchant)
    results = await asyncio.gather(*(world.refund(merchant, paid, 700) for _ in range(20)), return_exceptions=True)
    assert Counter(type(result) for result in results) == {Payment: 14, AmountTooLarge: 6}
    assert await in_progress(world, paid) == (0, 9_800)
    assert max(result.refunded.minor for result in results if isinstance(result, Payment)) == 9_800
    assert rail.kinds().count("refund") == 14
    assert rail.charged == 10_200
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert await world.balances(merchant) == SOLD


async def test_refunds_of_many_payments_at_once(world: World, rail: ScriptedRail) -> None:
    merchants = [await world.merchant() for _ in range(3)]
    sales = [(merchants[number % 3], await world.sell(merchants[number % 3])) for number in range(12)]
    results = await asyncio.gather(
        *(world.refund(merchant, paid, 2_500) for merchant, paid in sales * 5), return_exceptions=True
    )
    assert Counter(type(result) for result in results) == {Payment: 48, NotInState: 12}
    assert rail.charged == 0
    assert [await world.balances(merchant) for merchant in merchants] == [{}, {}, {}]


async def test_the_same_refund_again_answers_the_same(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    command = world.refunding(paid, 4_000)
    refunded = await world.payments.refund(merchant, command)
    before = await stored(world.database)
    assert await world.payments.refund(merchant, command) == refunded
    assert await world.payments.refund(merchant, replace(command, amount=None)) == refunded
    with pytest.raises(ReplayMismatch):
        await world.payments.refund(merchant, replace(command, amount=mxn(4_001)))
    assert await stored(world.database) == before
    assert rail.kinds() == ["sale", "refund"]
