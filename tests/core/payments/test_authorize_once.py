"""`authorise`: order ids, commands that come again, and what never reaches the network."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    OrderIdTaken,
    OutcomeUnknown,
    PaymentDeclined,
    ReplayMismatch,
)
from pasarela.core.payments.model import (
    AuthoriseCard,
    InlineCard,
    Payer,
    Payment,
    PaymentStatus,
    SavedSource,
)
from pasarela.infra.database import Database
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from tests.factories.cards import MASTERCARD, card, inline
from tests.factories.payments import World, mxn, usd
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, ScriptedRail, approved, declined

ATTEMPTS = "SELECT attempt_id, kind, state, response_code, authorization_code FROM payment_attempts ORDER BY 1"


async def test_a_risk_refusal_is_kept_and_never_sent(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    await world.set_limit(merchant.tenant_id, "max_amount", 9_999)
    command = world.sale(10_000, order_id="o-1")
    with pytest.raises(PaymentDeclined) as refusal:
        await world.payments.authorise(merchant, command)
    assert (refusal.value.decline, refusal.value.matched_rules) == (Decline.RISK_REFUSED, ("max_amount",))
    kept = await world.get(merchant, command.payment_id)
    assert refusal.value.payment == kept
    assert (kept.status, kept.decline) == (PaymentStatus.DECLINED, Decline.RISK_REFUSED)
    assert await world.events(merchant, kept.payment_id) == ["payment.declined"]
    assert await rows(world.database, ATTEMPTS) == []
    assert rail.sent == []
    with pytest.raises(OrderIdTaken):
        await world.sell(merchant, 1, order_id="o-1")
    assert (await world.sell(merchant, 9_999)).status is PaymentStatus.COMPLETED


# Order ids.


async def test_an_order_id_is_used_once(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    first = await world.sell(merchant, order_id="o-1")
    before = await stored(world.database)
    with pytest.raises(OrderIdTaken) as refusal:
        await world.sell(merchant, source=inline(MASTERCARD), order_id="o-1")
    assert (refusal.value.order_id, refusal.value.earlier_payment_id) == ("o-1", first.payment_id)
    assert await stored(world.database) == before
    assert len(rail.sent) == 1


async def test_a_declined_payment_keeps_its_order_id(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(declined(Decline.EXPIRED_CARD))
    with pytest.raises(PaymentDeclined):
        await world.sell(merchant, order_id="o-1")
    with pytest.raises(OrderIdTaken):
        await world.sell(merchant, order_id="o-1")


async def test_another_merchant_may_use_the_same_order_id(world: World, merchant: Caller) -> None:
    await world.sell(merchant, order_id="o-1")
    assert (await world.sell(await world.merchant(), order_id="o-1")).order_id == "o-1"


async def test_one_of_many_at_once_gets_the_order_id(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    results = await asyncio.gather(
        *(world.sell(merchant, order_id="o-1") for _ in range(20)),
        *(world.sell(merchant) for _ in range(5)),
        return_exceptions=True,
    )
    assert Counter(type(result) for result in results) == {OrderIdTaken: 19, Payment: 6}
    [winner] = [result for result in results[:20] if isinstance(result, Payment)]
    assert {result.earlier_payment_id for result in results if isinstance(result, OrderIdTaken)} == {winner.payment_id}
    assert len(rail.sent) == 6
    assert len((await stored(world.database, "payments"))["payments"]) == 6


# The same command again.


async def test_the_same_command_again_answers_the_same_payment(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    for source in (inline(), SavedSource(await world.saved_card(merchant)), SavedSource(await world.token(merchant))):
        command = world.sale(source=source, order_id=world.fresh("o"), payer=Payer("Ana"))
        paid = await world.payments.authorise(merchant, command)
        before = await stored(world.database)
        assert await world.payments.authorise(merchant, command) == paid
        assert await stored(world.database) == before
    assert len(rail.sent) == 3


async def test_a_hold_again_after_its_capture(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """A partial capture has changed the payment's amount, not what was asked for."""
    command = world.sale(10_000, capture=False)
    paid = await world.capture(merchant, await world.payments.authorise(merchant, command), 4_000)
    assert await world.payments.authorise(merchant, command) == paid
    with pytest.raises(ReplayMismatch):
        await world.payments.authorise(merchant, replace(command, amount=mxn(4_000)))
    assert rail.kinds() == ["authorisation", "completion"]


async def test_a_declined_command_again_is_declined_again(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(declined(Decline.STOLEN_CARD, "43"))
    command = world.sale(order_id="o-1")
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refusal:
            await world.payments.authorise(merchant, command)
        assert (refusal.value.decline, refusal.value.code) == (Decline.STOLEN_CARD, "43")
    assert len(rail.sent) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": mxn(10_001)},
        {"amount": usd(10_000)},
        {"capture": False},
        {"order_id": "o-2"},
        {"order_id": None},
        {"customer_id": "acustomer"},
        {"source": inline(MASTERCARD)},
        {"source": InlineCard(card(holder="Somebody Else"))},
    ],
    ids=["amount", "currency", "capture", "order id", "no order id", "customer", "card", "holder"],
)
async def test_the_same_id_with_other_content_is_refused(
    world: World, merchant: Caller, rail: ScriptedRail, change: dict[str, object]
) -> None:
    command = world.sale(order_id="o-1")
    await world.payments.authorise(merchant, command)
    await world.sell(merchant, source=inline(MASTERCARD))  # so that the vault knows it
    before, sent = await stored(world.database), len(rail.sent)
    with pytest.raises(ReplayMismatch):
        await world.payments.authorise(merchant, replace(command, **change))  # type: ignore[arg-type]  # any field
    assert await stored(world.database) == before
    assert len(rail.sent) == sent
    assert (await world.sell(merchant, order_id="o-2")).order_id == "o-2"


async def test_the_same_id_of_another_merchant_is_another_payment(world: World, merchant: Caller) -> None:
    command = world.sale(order_id="o-1")
    other = await world.merchant()
    assert (await world.payments.authorise(merchant, command)).tenant_id == merchant.tenant_id
    assert (await world.payments.authorise(other, replace(command, amount=mxn(5)))).tenant_id == other.tenant_id


@pytest.mark.parametrize("order_id", [None, "o-1"])
async def test_the_same_command_many_times_at_once_is_sent_once(
    world: World, merchant: Caller, rail: ScriptedRail, order_id: str | None
) -> None:
    """One gets through; the others hear of it as it stands: perhaps nobody knows yet."""
    command = world.sale(order_id=order_id)
    results = await asyncio.gather(
        *(world.payments.authorise(merchant, command) for _ in range(20)), return_exceptions=True
    )
    kept = await world.get(merchant, command.payment_id)
    assert Counter(type(result) for result in results).keys() <= {Payment, OutcomeUnknown}
    assert {result for result in map(_paid, results) if result} == {kept.payment_id}
    assert len(rail.sent) == 1
    assert rail.charged == 10_000
    assert await world.events(merchant, kept.payment_id) == ["payment.completed"]
    assert await world.payments.authorise(merchant, command) == kept


async def test_many_different_sales_at_once(world: World, rail: ScriptedRail) -> None:
    merchants = [await world.merchant() for _ in range(4)]
    unlucky = declined(Decline.LOST_CARD, "41")
    rail.will(*(unlucky if number % 10 == 0 else approved(mxn(10_000)) for number in range(100)))
    results = await asyncio.gather(
        *(world.sell(merchants[number % 4]) for number in range(100)), return_exceptions=True
    )
    assert Counter(type(result) for result in results) == {Payment: 90, PaymentDeclined: 10}
    assert rail.charged == 900_000
    assert sum([await world.available(merchant) for merchant in merchants]) == 90 * 9_374


async def test_a_payment_of_another_merchant_is_not_touched_by_ours(world: World, merchant: Caller) -> None:
    other = await world.merchant()
    await world.sell(other)
    before = await world.balances(other)
    await world.sell(merchant)
    assert await world.balances(other) == before


def _paid(result: Payment | BaseException) -> str | None:
    return result.payment_id if isinstance(result, Payment) else None


async def test_nothing_is_sent_when_the_network_is_away(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(Fate.NOT_SENT)
    command: AuthoriseCard = world.sale(order_id="o-1")
    with pytest.raises(OutcomeUnknown):
        await world.payments.authorise(merchant, command)
    kept = await world.get(merchant, command.payment_id)
    assert (kept.status, kept.decline) == (PaymentStatus.FAILED, Decline.ISSUER_UNAVAILABLE)
    assert await world.events(merchant, kept.payment_id) == ["payment.failed"]
    assert await world.run_due() == []
    assert rail.sent == []


async def test_refusals_of_one_never_fail_its_neighbours(database: Database, world: World, merchant: Caller) -> None:
    """A batch of sales among which each kind of refusal is found."""
    first = await world.sell(merchant, order_id="o-1")
    spent = await world.token(merchant)
    await world.sell(merchant, source=SavedSource(spent))
    mismatched = world.sale(7, payment_id=first.payment_id)
    results = await asyncio.gather(
        world.sell(merchant, order_id="o-1"),
        world.payments.authorise(merchant, mismatched),
        world.sell(merchant, source=SavedSource(spent)),
        world.sell(merchant, source=SavedSource("knone")),
        *(world.sell(merchant) for _ in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Payment) for result in results) == 6
    assert all(isinstance(result, Payment | Refusal) for result in results)
