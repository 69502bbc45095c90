"""Payouts to cards: saved ones, and those whose number comes with the call, by SPEI orders to their banks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payouts.errors import BankNotReachable, CardTakesNoPayouts, ReplayMismatch, WrongDestinationType
from pasarela.core.payouts.model import CreatePayout, InlineCard, Payout, PayoutStatus, RegisteredDestination
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.errors import Refusal
from pasarela.kernel.secret import Secret
from tests.core.payouts_world import TUESDAY_NINE, TUESDAY_TEN, World, mxn
from tests.factories.tables import rows, stored

BANAMEX_DEBIT = "4111111111111111"
CREDIT = "4242424242424242"
NOBODYS = "4000000000000002"
MONEY = ("ledger_accounts", "ledger_transfers", "outbox_events", "due_work", "claims", "vault_pans")


def to_card(pan: str, minor: int = 500, **more: object) -> CreatePayout:
    card = InlineCard(Secret(pan), "Juan Perez", **more)  # type: ignore[arg-type]  # the tests' own keywords
    return CreatePayout("tr1", None, mxn(minor), card, to_card=True)


async def save_card(world: World, card_id: str, pan: str) -> None:
    card = CardData(Secret(pan), "Juan Perez", Expiry(2030, 12), Secret("123"))
    await world.store_card(world.caller, card_id=card_id, card=card)


async def settled(world: World) -> Payout:
    """Its batch leaves, the other bank answers."""
    await world.pass_to(TUESDAY_NINE)
    await world.pass_to(TUESDAY_TEN)
    return await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")


async def refused(world: World, command: CreatePayout, error: type[Refusal]) -> None:
    before = await stored(world.database, *MONEY)
    with pytest.raises(error):
        await world.payouts.create(world.caller, command)
    assert await stored(world.database, *MONEY) == before
    assert await rows(world.database, "SELECT * FROM payouts WHERE payout_id = $1", command.payout_id) == []


async def test_money_can_be_sent_to_a_saved_debit_card(world: World) -> None:
    await world.fund_merchant(1_000)
    await save_card(world, "k1", BANAMEX_DEBIT)

    payout = await world.payouts.create(
        world.caller, CreatePayout("tr1", None, mxn(500), RegisteredDestination("k1"), to_card=True)
    )

    assert payout.destination.card is not None
    assert payout.destination.card.masked == "411111XXXXXX1111"
    assert (await settled(world)).status is PayoutStatus.COMPLETED
    (order,) = await rows(world.database, "SELECT beneficiary, institution, state FROM simulated_spei_orders")
    assert tuple(order) == ("1111", "40002", "settled")
    assert BANAMEX_DEBIT not in str(await rows(world.database, "SELECT * FROM payouts"))


async def test_money_can_be_sent_to_a_card_that_comes_with_the_call(world: World) -> None:
    await world.fund_merchant(1_000)

    payout = await world.payouts.create(world.caller, to_card(BANAMEX_DEBIT, expiry=Expiry(2030, 12)))

    card = payout.destination.card
    assert card is not None
    assert (card.card_id, card.masked, card.bank_code, card.expiration_year) == (None, "411111XXXXXX1111", "002", 2030)
    assert (await settled(world)).status is PayoutStatus.COMPLETED
    assert await world.available() == 500
    (order,) = await rows(world.database, "SELECT beneficiary, institution FROM simulated_spei_orders")
    assert tuple(order) == ("1111", "40002")
    assert await rows(world.database, "SELECT card_id FROM vault_cards") == []
    for table in ("payouts", "due_work", "outbox_events", "vault_pans", "simulated_spei_orders"):
        assert BANAMEX_DEBIT not in str(await rows(world.database, f"SELECT * FROM {table}"))  # noqa: S608 - from above
    assert await world.balanced()


async def test_the_bank_that_is_named_gets_the_order(world: World) -> None:
    await world.fund_merchant(1_000)

    payout = await world.payouts.create(world.caller, to_card(NOBODYS, bank_code="012"))

    assert payout.destination.card is not None
    assert (payout.destination.card.bank_code, payout.destination.card.bank_name) == ("012", "BANCOMER")
    await settled(world)
    (order,) = await rows(world.database, "SELECT institution FROM simulated_spei_orders")
    assert order["institution"] == "40012"


async def test_the_same_card_twice_is_kept_once(world: World) -> None:
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_card(BANAMEX_DEBIT))
    await world.payouts.create(world.caller, replace(to_card(BANAMEX_DEBIT), payout_id="tr2"))

    assert len(await rows(world.database, "SELECT * FROM vault_pans")) == 1


async def test_the_same_command_again_is_the_same_payout_and_another_card_is_not(world: World) -> None:
    await world.fund_merchant(1_000)
    first = await world.payouts.create(world.caller, to_card(BANAMEX_DEBIT))

    assert await world.payouts.create(world.caller, to_card(BANAMEX_DEBIT)) == first
    # The masks of both are alike: only what lies between tells them apart.
    with pytest.raises(ReplayMismatch):
        await world.payouts.create(world.caller, to_card("4111110000091111"))
    assert await world.available() == 500


async def test_a_saved_card_that_takes_no_payouts(world: World) -> None:
    await world.fund_merchant(1_000)
    await save_card(world, "k1", CREDIT)
    await refused(world, CreatePayout("tr1", None, mxn(500), RegisteredDestination("k1")), CardTakesNoPayouts)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (to_card(CREDIT), CardTakesNoPayouts),
        (to_card(CREDIT, bank_code="012"), CardTakesNoPayouts),
        (to_card(NOBODYS), CardTakesNoPayouts),
        (to_card(NOBODYS, bank_code="032"), BankNotReachable),
        (to_card(NOBODYS, bank_code="999"), BankNotReachable),
        (to_card(NOBODYS, bank_code="12"), BankNotReachable),
        (to_card(BANAMEX_DEBIT, 1_001), InsufficientFunds),
        (replace(to_card(BANAMEX_DEBIT), to_card=False), WrongDestinationType),
    ],
)
async def test_a_card_that_can_not_be_paid(world: World, command: CreatePayout, error: type[Refusal]) -> None:
    await world.fund_merchant(1_000)
    # A tenant's data key is made by its first card, whatever becomes of that.
    await save_card(world, "k1", "5555555555554444")

    await refused(world, command, error)
