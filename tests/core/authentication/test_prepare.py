"""`prepare`: a payment that waits for its payer to be authenticated, with its card."""

from __future__ import annotations

import pytest

from pasarela.core.authentication.model import Terms
from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    InstalmentsNotAllowed,
    OrderIdTaken,
    ReplayMismatch,
    SourceSpent,
    UnknownSource,
)
from pasarela.core.payments.model import ConfirmBy, PaymentStatus, SavedSource
from tests.factories.authentications import Payers
from tests.factories.cards import MASTERCARD, VISA, inline
from tests.factories.tables import rows, stored

CARDS = "SELECT a::text AS row FROM authentications a"


async def test_a_prepared_payment_shows_its_card_and_sends_nothing(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant, order_id="o-1", capture=False)

    assert (payment.status, payment.confirm) == (PaymentStatus.PENDING, ConfirmBy.THREE_D_SECURE)
    assert payment.card is not None
    assert (payment.card.masked, payment.order_id, payment.capture_now) == ("411111XXXXXX1111", "o-1", False)
    assert (payers.rail.sent, payers.issuer.asked) == ([], [])


async def test_neither_the_number_nor_the_code_is_written_beside_the_payment(payers: Payers, merchant: Caller) -> None:
    await payers.prepared(merchant)

    [row] = await rows(payers.world.database, CARDS)
    assert VISA not in row["row"]
    assert '"cvv"' not in row["row"]


async def test_the_same_payment_again_is_the_same_payment(payers: Payers, merchant: Caller) -> None:
    token = SavedSource(await payers.world.token(merchant))
    command = payers.preparing(token, order_id="o-1")
    first = await payers.authentication.prepare(merchant, command)
    before = await stored(payers.world.database)

    assert await payers.authentication.prepare(merchant, command) == first
    assert await stored(payers.world.database) == before


async def test_the_same_payment_with_another_card_is_refused(payers: Payers, merchant: Caller) -> None:
    await payers.prepared(merchant, payment_id="tr-same")

    with pytest.raises(ReplayMismatch):
        await payers.prepared(merchant, inline(MASTERCARD), payment_id="tr-same")


async def test_a_token_is_spent_at_once(payers: Payers, merchant: Caller) -> None:
    token = await payers.world.token(merchant)
    payment = await payers.prepared(merchant, SavedSource(token))

    assert payment.source_id == token
    with pytest.raises(SourceSpent):
        await payers.prepared(merchant, SavedSource(token))
    assert (await payers.world.tokens.get(merchant.tenant_id, token)).used_by == payment.payment_id


async def test_a_refused_payment_leaves_its_token_usable(payers: Payers, merchant: Caller) -> None:
    await payers.prepared(merchant, order_id="o-1")
    token = await payers.world.token(merchant)

    with pytest.raises(OrderIdTaken):
        await payers.prepared(merchant, SavedSource(token), order_id="o-1")

    assert (await payers.world.tokens.get(merchant.tenant_id, token)).used_by is None
    assert len(await rows(payers.world.database, CARDS)) == 1


async def test_what_cannot_be_paid_is_not_prepared(payers: Payers, merchant: Caller) -> None:
    with pytest.raises(UnknownSource):
        await payers.prepared(merchant, SavedSource("knobody"))
    with pytest.raises(InstalmentsNotAllowed):
        await payers.authentication.prepare(merchant, payers.preparing(terms=Terms(instalments=6)))

    assert await rows(payers.world.database, CARDS) == []
    assert await rows(payers.world.database, "SELECT 1 FROM payments") == []
