"""Cardholders and cards: made from stock or out of nothing, found, changed, replaced, disclosed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.issuing import rsa_values
from pasarela.core.issuing.errors import (
    CardAssigned,
    ExternalIdTaken,
    NoPublicKey,
    NotVirtual,
    ProductNotVirtual,
    ReplayMismatch,
    StatusRefused,
    StockEmpty,
    UnknownCard,
    UnknownCardholder,
    UnknownProduct,
)
from pasarela.core.issuing.model import CardStatus, CardType, Delivery, HolderFilter
from pasarela.core.issuing.opening import AccountWish
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret, luhn_valid
from tests.core.issuing_world import HERE, INE, PHYSICAL, VIRTUAL, VIRTUAL_PREFIX, World, holder, outcomes, uid
from tests.factories.tables import rows

HOME = Delivery("Av. Siempre", "#12 Lt3.", "Benito Juárez", "CDMX", "55120")
WISH = AccountWish(uid(510), uid(1), INE, "nada")


async def count(world: World, table: str) -> int:
    (row,) = await rows(world.database, f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a table of ours
    return int(row["n"])


async def test_a_plastic_is_assigned_once(world: World) -> None:
    pan, assign = await world.plastic(), world.issuing.opening.assign

    card = await assign(world.session, uid(10), pan, WISH, HERE)

    assert (card.type, card.status) == (CardType.PHYSICAL, CardStatus.NEED_ACTIVATION)
    assert (card.last4, card.expiry) == (pan.reveal()[-4:], Expiry(2031, 11))
    assert (card.account.document, card.account.observations, card.account.activated_at) == (INE, "nada", None)
    assert 100_000_000 <= card.account.reference <= 999_999_999
    assert await assign(world.session, uid(10), pan, WISH, HERE) == card
    with pytest.raises(CardAssigned):
        await assign(world.session, uid(11), pan, replace(WISH, account_id=uid(511)), HERE)
    with pytest.raises(ReplayMismatch):
        await assign(world.session, uid(10), pan, replace(WISH, account_id=uid(511)), HERE)
    assert await count(world, "issuing_accounts") == 1
    assert (await world.issuing.programs.product(card.tenant_id, PHYSICAL)).stock_cards == 0


async def test_who_and_what_must_be_known_to_assign(world: World) -> None:
    pan, assign = await world.plastic(), world.issuing.opening.assign

    with pytest.raises(UnknownCardholder):
        await assign(world.session, uid(10), pan, replace(WISH, cardholder_id=uid(2)), HERE)
    with pytest.raises(UnknownCard):
        await assign(world.session, uid(10), Secret("4111111111111111"), WISH, HERE)
    with pytest.raises(UnknownCard):
        await world.issuing.cards.find(world.session, pan)
    assert (await count(world, "issuing_accounts"), await count(world, "issuing_operations")) == (0, 0)


async def test_one_plastic_assigned_by_many_at_once_is_one_card(world: World) -> None:
    pan = await world.plastic()

    became = await outcomes(
        world.issuing.opening.assign(world.session, uid(n), pan, replace(WISH, account_id=uid(n + 500)), HERE)
        for n in range(10, 18)
    )

    assert became == ["CardAssigned"] * 7 + ["done"]
    assert await count(world, "issuing_cards") == 1


async def test_a_virtual_card(world: World) -> None:
    create = world.issuing.opening.create_virtual

    card = await create(world.session, uid(10), VIRTUAL, replace(WISH, reference=555555555), HERE)

    assert (card.type, card.status) == (CardType.VIRTUAL, CardStatus.NEED_ACTIVATION)
    assert card.account.reference == 555555555
    assert await create(world.session, uid(10), VIRTUAL, replace(WISH, reference=555555555), HERE) == card
    secrets = await world.issuing.disclose.secrets(card.card_id)
    pan = secrets.pan.reveal()
    assert pan.startswith(VIRTUAL_PREFIX) and len(pan) == 16 and luhn_valid(pan)  # noqa: PT018 - one fact
    for ref in (card.card_id, secrets.pan):
        assert (await world.issuing.cards.find(world.session, ref)).card_id == card.card_id
    found = await world.issuing.cards.by_pan(secrets.pan)
    assert found is not None
    assert found.card_id == card.card_id
    assert await world.issuing.cards.by_pan(Secret("4111111111111111")) is None


async def test_what_refuses_a_virtual_card(world: World) -> None:
    create = world.issuing.opening.create_virtual

    with pytest.raises(ProductNotVirtual):
        await create(world.session, uid(10), PHYSICAL, WISH, HERE)
    with pytest.raises(UnknownProduct):
        await create(world.session, uid(10), uid(9), WISH, HERE)
    with pytest.raises(UnknownCardholder):
        await create(world.session, uid(10), VIRTUAL, replace(WISH, cardholder_id=uid(2)), HERE)
    assert (await count(world, "issuing_cards"), await count(world, "issuing_numbers")) == (0, 0)


async def test_fifty_virtual_cards_at_once_have_fifty_numbers(world: World) -> None:
    became = await outcomes(world.virtual(n, active=False) for n in range(10, 60))

    assert became == ["done"] * 50
    assert await count(world, "vault_pans") == 50


async def test_activation_and_status(world: World) -> None:
    card, cards = await world.virtual(10, active=False), world.issuing.cards
    with pytest.raises(StatusRefused):
        await cards.change_status(world.session, card.card_id, CardStatus.ACTIVE, HERE)

    active = await cards.activate(world.session, card.card_id, HERE)
    world.clock.advance(minutes=1)
    blocked = await cards.change_status(world.session, card.card_id, CardStatus.TEMPORARY_INACTIVE, HERE)
    world.clock.advance(minutes=1)
    again = await cards.change_status(world.session, card.card_id, CardStatus.ACTIVE, HERE)

    assert active.account.activated_at == active.assigned_at
    assert [each.status.value for each in (active, blocked, again)] == ["active", "temporary_inactive", "active"]
    assert again.blocked_at == blocked.blocked_at == world.clock.now() - timedelta(minutes=1)
    with pytest.raises(StatusRefused):
        await cards.activate(world.session, card.card_id, HERE)
    noted = await rows(world.database, "SELECT kind, latitude, longitude FROM issuing_operations")
    kinds = {"virtual", "activate", "status temporary_inactive", "status active"}
    assert {row["kind"] for row in noted} == kinds
    assert {(row["latitude"], row["longitude"]) for row in noted} == {(HERE.latitude, HERE.longitude)}


async def test_a_plastic_for_a_virtual_card(world: World) -> None:
    card, make = await world.virtual(10), world.issuing.cards.make_physical
    plastic = await world.issuing.opening.assign(
        world.session, uid(11), await world.plastic(), replace(WISH, account_id=uid(511)), HERE
    )

    made = await make(world.session, card.card_id, HOME, HERE)

    assert (made.type, made.delivery) == (CardType.VIRTUAL_WITH_PHYSICAL, HOME)
    assert await make(world.session, card.card_id, HOME, HERE) == made
    for card_id, home in ((card.card_id, replace(HOME, street="Otra")), (plastic.card_id, HOME)):
        with pytest.raises(NotVirtual):
            await make(world.session, card_id, home, HERE)


@pytest.mark.parametrize("product_id", [PHYSICAL, VIRTUAL])
async def test_a_lost_card_is_replaced_on_its_account(world: World, product_id: str) -> None:
    opening, cards = world.issuing.opening, world.issuing.cards
    if product_id == VIRTUAL:
        card = await world.virtual(10, 5_00)
    else:
        card = await opening.assign(world.session, uid(10), await world.plastic(), WISH, HERE)
        await cards.activate(world.session, card.card_id, HERE)
    with pytest.raises(StatusRefused):
        await opening.replace(card.tenant_id, card.card_id, uid(20))
    await cards.change_status(world.session, card.card_id, CardStatus.LOST, HERE)
    if product_id == PHYSICAL:
        with pytest.raises(StockEmpty):
            await opening.replace(card.tenant_id, card.card_id, uid(20))
        await world.plastic()

    fresh = await opening.replace(card.tenant_id, card.card_id, uid(20))

    assert (fresh.account.account_id, fresh.status) == (card.account.account_id, CardStatus.NEED_ACTIVATION)
    assert fresh.fingerprint != card.fingerprint
    assert await world.on(fresh) == (5_00 if product_id == VIRTUAL else 0)
    assert await opening.replace(card.tenant_id, card.card_id, uid(20)) == fresh
    with pytest.raises(CardAssigned):
        await opening.replace(card.tenant_id, card.card_id, uid(21))
    file = await world.issuing.cardholders.find(world.session, HolderFilter(id=uid(1)))
    assert [each.card_id for each in file.cards] == [card.card_id, fresh.card_id]


async def test_cardholders_are_made_once_and_found_by_all_conditions(world: World) -> None:
    holders = world.issuing.cardholders
    ana = await holders.create(world.session, holder(2, first_name="Ana", external_id="123", rfc="AAMM9001010A1"))

    assert await holders.create(world.session, ana.told) == ana
    with pytest.raises(ReplayMismatch):
        await holders.create(world.session, holder(2))
    with pytest.raises(ExternalIdTaken):
        await holders.create(world.session, holder(3, external_id="123"))
    world.clock.advance(seconds=1)
    newest = await holders.create(world.session, holder(3))
    found = await holders.find(world.session, HolderFilter(curp="XEXX010101HNEXXXA4"))
    assert found.cardholder == newest
    both = HolderFilter(curp="XEXX010101HNEXXXA4", rfc="AAMM9001010A1")
    assert (await holders.find(world.session, both)).cardholder == ana
    with pytest.raises(UnknownCardholder):
        await holders.find(world.session, replace(both, primary_phone="5500000000"))


async def test_a_cardholder_is_found_by_his_cards_id(world: World) -> None:
    card = await world.virtual(10)

    file = await world.issuing.cardholders.find(world.session, HolderFilter(id=card.card_id))

    assert (file.cardholder.cardholder_id, file.cards) == (uid(1), (card,))


async def test_numbers_are_disclosed_encrypted_only(world: World) -> None:
    card, key = await world.with_pin(10), rsa_values.generate()
    with pytest.raises(NoPublicKey):
        await world.issuing.disclose.pan(world.session, card)
    session = replace(world.session, public_key=rsa_values.pem_of(key.public_key()))

    def read(value: bytes) -> str:
        return rsa_values.decrypt(key, session.padding, value).decode()

    secrets = await world.issuing.disclose.secrets(card.card_id)
    expiry = world.issuing.disclose.expiry(session, card)
    assert read(await world.issuing.disclose.pan(session, card)) == secrets.pan.reveal()
    assert (read(expiry.month), read(expiry.year)) == ("11", "2031")
    assert len(read(await world.issuing.disclose.pos_pin(session, card))) == 4
    with pytest.raises(UnknownCard):
        await world.issuing.disclose.secrets(uid(99))


async def test_no_number_is_stored_in_clear(world: World) -> None:
    card, plastic = await world.virtual(10), await world.plastic()
    pans = [(await world.issuing.disclose.secrets(card.card_id)).pan.reveal(), plastic.reveal()]

    tables = await rows(
        world.database, "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in tables:
        texts = [row[0] for row in await rows(world.database, f"SELECT t::text FROM {table['name']} t")]  # noqa: S608 - the database's own names
        assert not [text for text in texts for pan in pans if pan in text or pan.encode().hex() in text]
