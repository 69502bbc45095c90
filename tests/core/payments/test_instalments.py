"""`Authorise` in instalments: by credit card only, and nothing is recorded or sent of what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import InstalmentsNotAllowed, ReplayMismatch
from pasarela.core.payments.model import PaymentStatus, SavedSource
from pasarela.rails.contract import CardAuthorization
from tests.factories.cards import CREDIT, MASTERCARD, VISA, card, inline
from tests.factories.payments import World
from tests.factories.tables import stored
from tests.fakes.card_rail import ScriptedRail


async def source_of(world: World, merchant: Caller, kind: str, pan: str) -> SavedSource:
    if kind == "token":
        return SavedSource(await world.token(merchant, card(pan)))
    return SavedSource(await world.saved_card(merchant, data=card(pan)))


@pytest.mark.parametrize("kind", ["token", "saved card"])
async def test_a_credit_card_pays_in_instalments(world: World, merchant: Caller, rail: ScriptedRail, kind: str) -> None:
    source = await source_of(world, merchant, kind, CREDIT)
    paid = await world.sell(merchant, source=source, instalments=6)
    held = await world.hold(merchant, source=inline(CREDIT), instalments=18)
    assert (paid.status, held.status) == (PaymentStatus.COMPLETED, PaymentStatus.AUTHORIZED)
    assert [one.instalments for one in rail.sent if isinstance(one, CardAuthorization)] == [6, 18]


@pytest.mark.parametrize("pan", [VISA, MASTERCARD])
@pytest.mark.parametrize("capture", [True, False])
async def test_a_debit_card_does_not(
    world: World, merchant: Caller, rail: ScriptedRail, pan: str, capture: bool
) -> None:
    before = await stored(world.database)
    with pytest.raises(InstalmentsNotAllowed) as refusal:
        await world.sell(merchant, source=inline(pan), capture=capture, order_id="o-1", instalments=3)
    assert refusal.value.field == "instalments"
    assert await stored(world.database) == before
    assert rail.sent == []
    assert (await world.sell(merchant, source=inline(pan), order_id="o-1")).order_id == "o-1"


@pytest.mark.parametrize("kind", ["token", "saved card"])
async def test_a_debit_card_in_the_vault_does_not_and_stays_usable(
    world: World, merchant: Caller, rail: ScriptedRail, kind: str
) -> None:
    source = await source_of(world, merchant, kind, VISA)
    before = await stored(world.database)
    with pytest.raises(InstalmentsNotAllowed):
        await world.sell(merchant, source=source, instalments=3)
    assert await stored(world.database) == before
    assert rail.sent == []
    assert (await world.sell(merchant, source=source)).status is PaymentStatus.COMPLETED
    [message] = rail.sent
    assert message.card.cvv == (card().cvv if kind == "token" else None), "a refusal leaves the security code"


async def test_instalments_under_the_id_of_another_payment(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    sale = world.sale(source=inline(CREDIT), instalments=3)
    paid = await world.payments.authorise(merchant, sale)
    assert await world.payments.authorise(merchant, sale) == paid
    with pytest.raises(ReplayMismatch):
        await world.payments.authorise(merchant, replace(sale, source=inline(VISA)))
    assert len(rail.sent) == 1
