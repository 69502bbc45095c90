"""`pay_waiting`: a card pays a payment that waits for it, in a few tries."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    InstalmentsNotAllowed,
    NotInState,
    OutcomeUnknown,
    PaymentDeclined,
    SourceSpent,
    StillAuthorizing,
    UnknownPayment,
    UnknownSource,
)
from pasarela.core.payments.model import (
    ConfirmBy,
    InlineCard,
    Payment,
    PaymentStatus,
    RequestPayment,
    SavedSource,
)
from pasarela.core.payments.waiting import CancelWaiting, CardAuthentication, FailWaiting, PayWaiting
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.rails.contract import CardAuthorization
from tests.factories.cards import inline
from tests.factories.payments import World, mxn
from tests.factories.tables import rows
from tests.fakes.card_rail import Fate, ScriptedRail, declined

S = PaymentStatus
DAY = timedelta(hours=24)
TRIES = "SELECT number, try_id, status, decline FROM payment_tries WHERE payment_id = $1 ORDER BY number"
NO_FUNDS = declined(Decline.INSUFFICIENT_FUNDS, "51")


async def waiting(world: World, merchant: Caller, **fields: Any) -> Payment:
    asked = {"payment_id": world.fresh("tr"), "amount": mxn(10_000), "due_at": world.clock.at + DAY,
             "confirm": ConfirmBy.PAGE, **fields}  # fmt: skip  # one command
    return await world.payments.request(merchant, RequestPayment(instrument=Instrument.CARD, **asked))


def paying(payment: Payment, try_id: str = "1", source: InlineCard | SavedSource | None = None, **f: Any) -> PayWaiting:
    return PayWaiting(payment.payment_id, try_id, source or inline(), **f)


async def tries(world: World, payment: Payment) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await rows(world.database, TRIES, payment.payment_id)]


async def test_a_card_pays_what_waits(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant, order_id="o1")
    assert (payment.status, payment.tries, payment.card, payment.due_at) == (S.PENDING, 0, None, payment.expires_at)
    paid = await world.payments.pay_waiting(merchant, paying(payment))
    assert (paid.status, paid.captured, paid.tries, paid.order_id) == (S.COMPLETED, mxn(10_000), 1, "o1")
    assert paid == await world.get(merchant, payment)
    assert rail.kinds() == ["sale"]
    assert await world.available(merchant) == 10_000 - 540 - 86
    assert await world.events(merchant, payment.payment_id) == ["payment.requested", "payment.completed"]
    assert await world.run_due() == []
    assert await world.move(DAY) == []


async def test_a_hold_lives_from_when_it_is_made(world: World, merchant: Caller) -> None:
    payment = await waiting(world, merchant, capture=False)
    await world.move(timedelta(hours=20))
    held = await world.payments.pay_waiting(merchant, paying(payment))
    assert (held.status, held.expires_at, held.due_at) == (S.AUTHORIZED, world.clock.at + timedelta(days=7), None)
    captured = await world.capture(merchant, held, 4_000)
    assert (captured.status, captured.amount) == (S.COMPLETED, mxn(4_000))


async def test_the_payer_may_choose_to_be_held_only(world: World, merchant: Caller) -> None:
    payment = await waiting(world, merchant)
    assert (await world.payments.pay_waiting(merchant, paying(payment, capture=False))).status is S.AUTHORIZED


async def test_a_refused_card_leaves_it_waiting_and_the_third_ends_it(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    payment = await waiting(world, merchant)
    rail.will(NO_FUNDS, declined(Decline.STOLEN_CARD, "43"), NO_FUNDS)
    for number, status in ((1, S.PENDING), (2, S.PENDING), (3, S.DECLINED)):
        with pytest.raises(PaymentDeclined) as refusal:
            await world.payments.pay_waiting(merchant, paying(payment, str(number)))
        assert (refusal.value.payment.status, refusal.value.payment.tries) == (status, number)
        assert await world.get(merchant, payment) == refusal.value.payment
    assert await tries(world, payment) == [
        (1, "1", "pending", "insufficient_funds"),
        (2, "2", "pending", "stolen_card"),
        (3, "3", "declined", "insufficient_funds"),
    ]
    with pytest.raises(NotInState):
        await world.payments.pay_waiting(merchant, paying(payment, "4"))
    assert await world.events(merchant, payment.payment_id) == ["payment.requested", "payment.declined"]
    assert await world.balances(merchant) == {}
    assert await world.move(DAY) == []


async def test_after_a_refusal_another_card_pays(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)
    rail.will(NO_FUNDS)
    with pytest.raises(PaymentDeclined):
        await world.payments.pay_waiting(merchant, paying(payment))
    token = await world.token(merchant)
    paid = await world.payments.pay_waiting(merchant, paying(payment, "2", SavedSource(token)))
    assert (paid.status, paid.decline, paid.source_id, paid.tries) == (S.COMPLETED, None, token, 2)
    refunded = await world.refund(merchant, paid)
    assert refunded.refunded == mxn(10_000)
    assert rail.charged == 0


async def test_the_caller_says_how_many_tries_there_are(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)
    rail.will(NO_FUNDS)
    with pytest.raises(PaymentDeclined) as refusal:
        await world.payments.pay_waiting(merchant, paying(payment, tries_max=1))
    assert refusal.value.payment.status is S.DECLINED


async def test_the_same_try_again_is_answered_the_same_and_sends_nothing(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    payment = await waiting(world, merchant)
    rail.will(NO_FUNDS)
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refusal:
            await world.payments.pay_waiting(merchant, paying(payment, "1"))
        assert (refusal.value.decline, refusal.value.code) == (Decline.INSUFFICIENT_FUNDS, "51")
    token = SavedSource(await world.token(merchant))
    paid = await world.payments.pay_waiting(merchant, paying(payment, "2", token))
    assert await world.payments.pay_waiting(merchant, paying(payment, "2", token)) == paid
    assert await world.payments.pay_waiting(merchant, paying(payment, "2")) == paid
    assert rail.kinds() == ["sale", "sale"]


async def test_of_two_payers_at_once_one_pays(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)
    ways = [world.payments.pay_waiting(merchant, paying(payment, str(n))) for n in range(4)]
    results = await asyncio.gather(*ways, return_exceptions=True)
    refused = [one for one in results if not isinstance(one, Payment)]
    assert len(refused) == 3
    assert {type(one) for one in refused} <= {StillAuthorizing, NotInState}
    assert rail.kinds() == ["sale"]
    assert (await world.get(merchant, payment)).tries == 1


async def test_of_a_payer_and_the_expiry_one_wins(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payments = [await waiting(world, merchant) for _ in range(6)]
    world.clock.at += DAY - timedelta(microseconds=1)
    ways = [world.payments.pay_waiting(merchant, paying(one)) for one in payments]
    world.clock.at += timedelta(microseconds=1)
    results = await asyncio.gather(world.run_due(), *ways, return_exceptions=True)
    for payment, result in zip(payments, results[1:], strict=True):
        status = (await world.get(merchant, payment)).status
        assert (status, type(result)) in {(S.EXPIRED, NotInState), (S.COMPLETED, Payment)}
    completed = sum(isinstance(result, Payment) for result in results[1:])
    assert rail.charged == completed * 10_000


async def test_what_is_refused_when_its_time_is_over_lapses(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """The expiry finds the payment at the network; whoever closes it sees to it."""
    payment = await waiting(world, merchant)
    rail.will(Fate.HANG)
    hanging = asyncio.create_task(world.payments.pay_waiting(merchant, paying(payment)))
    await rail.hanging.wait()
    with pytest.raises(StillAuthorizing):
        await world.payments.pay_waiting(merchant, paying(payment, "2"))
    await world.move(DAY)
    assert (await world.get(merchant, payment)).status is S.AUTHORIZING
    hanging.cancel()
    await asyncio.wait({hanging})
    await world.sweep()
    await world.run_due()
    assert (await world.get(merchant, payment)).status is S.FAILED
    assert rail.charged == 0


async def test_a_refusal_after_the_due_date_lets_it_lapse(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)

    def late(_: object) -> object:
        world.clock.at += DAY
        return NO_FUNDS

    rail.otherwise = late  # type: ignore[assignment]  # a script that moves time
    with pytest.raises(PaymentDeclined):
        await world.payments.pay_waiting(merchant, paying(payment))
    await world.run_due()
    assert (await world.get(merchant, payment)).status is S.EXPIRED


async def test_what_nobody_knows_is_reversed(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)
    rail.will(NO_FUNDS, Fate.LOSE_ANSWER)
    with pytest.raises(PaymentDeclined):
        await world.payments.pay_waiting(merchant, paying(payment))
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            await world.payments.pay_waiting(merchant, paying(payment, "2"))
    await world.run_due()
    assert (await world.get(merchant, payment)).status is S.FAILED
    assert rail.kinds() == ["sale", "sale", "reversal"]
    assert rail.charged == 0


async def test_a_network_that_is_away_costs_a_try_and_no_more(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    payment = await waiting(world, merchant)
    rail.will(Fate.NOT_SENT)
    with pytest.raises(PaymentDeclined) as refusal:
        await world.payments.pay_waiting(merchant, paying(payment))
    assert refusal.value.decline is Decline.ISSUER_UNAVAILABLE
    assert (await world.payments.pay_waiting(merchant, paying(payment, "2"))).status is S.COMPLETED


async def test_nothing_is_counted_when_there_is_no_such_card(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    payment = await waiting(world, merchant)
    token = SavedSource(await world.token(merchant))
    await world.sell(merchant, source=token)
    for refusal, source, instalments in (
        (UnknownSource, SavedSource("tokunknown"), None),
        (SourceSpent, token, None),
        (InstalmentsNotAllowed, inline(), 3),
    ):
        with pytest.raises(refusal):
            await world.payments.pay_waiting(merchant, paying(payment, source=source, instalments=instalments))
    assert await world.get(merchant, payment) == payment
    assert await tries(world, payment) == []
    assert rail.kinds() == ["sale"]


async def test_only_a_waiting_card_payment_is_paid_by_card(world: World, merchant: Caller) -> None:
    cash = await world.payments.request(
        merchant,
        RequestPayment(
            world.fresh("tr"), Instrument.STORE, mxn(10_000), world.clock.at + DAY, reference=world.fresh("9")
        ),
    )
    sold = await world.sell(merchant)
    by_phone = await waiting(world, merchant, confirm=ConfirmBy.IVR)
    for payment in (cash, sold, by_phone):
        with pytest.raises(NotInState):
            await world.payments.pay_waiting(merchant, paying(payment, confirm=ConfirmBy.PAGE))
    with pytest.raises(UnknownPayment):
        await world.payments.pay_waiting(await world.merchant(), paying(by_phone))


async def test_a_try_that_was_never_sent_counts(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payment = await waiting(world, merchant)
    for number in ("1", "1", "2"):
        left = await world.payments.fail_waiting(
            merchant, FailWaiting(payment.payment_id, number, Decline.AUTHENTICATION_FAILED)
        )
        assert (left.status, left.tries, left.decline) == (S.PENDING, int(number), Decline.AUTHENTICATION_FAILED)
    paid = await world.payments.pay_waiting(
        merchant, paying(payment, "3", authentication=CardAuthentication("05", "A" * 28, "x", "2.2.0"))
    )
    assert (paid.status, paid.decline) == (S.COMPLETED, None)
    [sent] = rail.sent
    assert isinstance(sent, CardAuthorization)
    assert (sent.eci, sent.cavv) == ("05", "A" * 28)


async def test_cancel_ends_what_waits(world: World, merchant: Caller) -> None:
    payment = await waiting(world, merchant)
    for _ in range(2):
        cancelled = await world.payments.cancel_waiting(merchant, CancelWaiting(payment.payment_id))
        assert cancelled.status is S.VOIDED
    with pytest.raises(NotInState):
        await world.payments.pay_waiting(merchant, paying(payment))
    with pytest.raises(NotInState):
        await world.payments.cancel_waiting(merchant, CancelWaiting((await world.sell(merchant)).payment_id))
    assert await world.events(merchant, payment.payment_id) == ["payment.requested", "payment.voided"]
    assert await world.move(DAY) == []
