"""`Authorise` with a token: used once, and given back when the payer may try again with it."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    OrderIdTaken,
    OutcomeUnknown,
    PaymentDeclined,
    ReplayMismatch,
    SourceSpent,
    UnknownSource,
)
from pasarela.core.payments.model import Payment, PaymentStatus, SavedSource
from pasarela.kernel.decline import Decline
from pasarela.kernel.secret import Secret
from tests.factories.cards import MASTERCARD, card
from tests.factories.payments import World
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined

USERS = "SELECT token_id, used_by FROM vault_tokens ORDER BY token_id"


async def users(world: World) -> dict[str, str | None]:
    """Which payment has used each token."""
    return {row["token_id"]: row["used_by"] for row in await rows(world.database, USERS)}


async def test_sale_with_a_token(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = await world.token(merchant, card(MASTERCARD, cvv="737"))
    paid = await world.sell(merchant, source=SavedSource(token))
    assert (paid.status, paid.source_id) == (PaymentStatus.COMPLETED, token)
    assert paid.card is not None
    assert (paid.card.masked, paid.card.card_id, paid.card.created_at) == ("555555XXXXXX4444", None, None)
    assert [message.card for message in rail.sent] == [card(MASTERCARD, cvv="737")]
    assert await users(world) == {token: paid.payment_id}
    assert await world.get(merchant, paid) == paid


async def test_a_token_forgets_its_security_code(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = await world.token(merchant)
    world.clock.advance(minutes=11)
    await world.sell(merchant, source=SavedSource(token))
    await world.sell(merchant, source=SavedSource(await world.token(merchant), Secret("999")))
    assert [message.card.cvv for message in rail.sent] == [None, Secret("999")]


async def test_a_token_is_used_once(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = SavedSource(await world.token(merchant))
    await world.sell(merchant, source=token)
    before = await stored(world.database)
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=token, order_id="o-1")
    assert await stored(world.database) == before
    assert len(rail.sent) == 1


async def test_a_token_lives_an_hour(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    old, young = [SavedSource(await world.token(merchant)) for _ in range(2)]
    world.clock.advance(minutes=59, seconds=59)
    await world.sell(merchant, source=young)
    world.clock.advance(seconds=1)
    before = await stored(world.database)
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=old)
    assert await stored(world.database) == before
    assert len(rail.sent) == 1


async def test_a_token_of_another_merchant_does_not_exist(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = SavedSource(await world.token(await world.merchant()))
    before = await stored(world.database)
    with pytest.raises(UnknownSource):
        await world.sell(merchant, source=token)
    assert await stored(world.database) == before
    assert rail.sent == []


async def test_one_of_many_at_once_uses_the_token(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """The others' order ids stay free."""
    token = SavedSource(await world.token(merchant))
    results = await asyncio.gather(
        *(world.sell(merchant, source=token, order_id=f"o-{number}") for number in range(20)),
        return_exceptions=True,
    )
    assert Counter(type(result) for result in results) == {Payment: 1, SourceSpent: 19}
    [winner] = [result for result in results if isinstance(result, Payment)]
    assert len(rail.sent) == 1
    kept = await stored(world.database, "payments", "payment_attempts", "claims", "outbox_events")
    assert {table: len(found) for table, found in kept.items()} == {
        "payments": 1,
        "payment_attempts": 1,
        "claims": 1,
        "outbox_events": 1,
    }
    assert await users(world) == {token.source_id: winner.payment_id}


async def test_the_same_command_with_a_token_many_times_at_once(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """Those who come too late for the token hear of its payment, and leave it its order id."""
    token = SavedSource(await world.token(merchant))
    command = world.sale(source=token, order_id="o-1")
    results = await asyncio.gather(
        *(world.payments.authorise(merchant, command) for _ in range(20)), return_exceptions=True
    )
    assert Counter(type(result) for result in results).keys() <= {Payment, OutcomeUnknown}
    assert len(rail.sent) == 1
    assert (await world.payments.authorise(merchant, command)).payment_id == command.payment_id
    assert await users(world) == {token.source_id: command.payment_id}
    with pytest.raises(OrderIdTaken):
        await world.sell(merchant, order_id="o-1")


async def test_a_refused_order_id_leaves_the_token_as_it_was(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    await world.sell(merchant, order_id="o-1")
    token = SavedSource(await world.token(merchant))
    before = await stored(world.database)
    with pytest.raises(OrderIdTaken):
        await world.sell(merchant, source=token, order_id="o-1")
    assert await stored(world.database) == before
    await world.sell(merchant, source=token, order_id="o-2")
    assert rail.sent[-1].card == card()  # its security code is still there


@pytest.mark.parametrize("decline", [Decline.DO_NOT_HONOUR, Decline.INSUFFICIENT_FUNDS, Decline.STOLEN_CARD])
async def test_a_declined_payment_keeps_its_token(
    world: World, merchant: Caller, rail: ScriptedRail, decline: Decline
) -> None:
    token = SavedSource(await world.token(merchant))
    rail.will(declined(decline))
    with pytest.raises(PaymentDeclined):
        await world.sell(merchant, source=token)
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=token)


async def test_suspected_fraud_gives_the_token_back(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """For the payer to prove who he is; asking again about the refused payment does not use it."""
    token = SavedSource(await world.token(merchant))
    rail.will(declined(Decline.SUSPECTED_FRAUD, "59"))
    first = world.sale(source=token)
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            await world.payments.authorise(merchant, first)
        assert await users(world) == {token.source_id: None}
    second = await world.sell(merchant, source=token)
    assert second.status is PaymentStatus.COMPLETED
    assert len(rail.sent) == 2
    with pytest.raises(PaymentDeclined):
        await world.payments.authorise(merchant, first)
    assert await users(world) == {token.source_id: second.payment_id}
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=token)


async def test_a_risk_refusal_does_not_use_the_token(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    await world.set_limit(merchant.tenant_id, "max_amount", 9_999)
    token = SavedSource(await world.token(merchant))
    with pytest.raises(PaymentDeclined):
        await world.sell(merchant, 10_000, source=token)
    assert await users(world) == {token.source_id: None}
    assert (await world.sell(merchant, 9_999, source=token)).status is PaymentStatus.COMPLETED
    assert len(rail.sent) == 1


async def test_an_unknown_outcome_keeps_the_token(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = SavedSource(await world.token(merchant))
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.sell(merchant, source=token)
    await world.move(timedelta(minutes=1))
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=token)


async def test_the_same_id_with_another_token_is_refused(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """And that other token stays usable."""
    command = world.sale(source=SavedSource(await world.token(merchant)))
    await world.payments.authorise(merchant, command)
    other = SavedSource(await world.token(merchant))
    before = await stored(world.database)
    with pytest.raises(ReplayMismatch):
        await world.payments.authorise(merchant, world.sale(source=other, payment_id=command.payment_id))
    assert await stored(world.database) == before
    assert (await world.sell(merchant, source=other)).status is PaymentStatus.COMPLETED
