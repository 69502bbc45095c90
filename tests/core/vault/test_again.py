"""The same id again: the same token or card for the same content, a refusal for any other, and nothing twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from pasarela.core.context import Caller
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.errors import DuplicateCard, ReplayMismatch, TokenUsed
from pasarela.core.vault.queries import Cards, Tokens
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import MemorySecrets
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret
from tests.core.vault.conftest import AMEX, card
from tests.factories.tables import stored
from tests.fakes.stopped_clock import StoppedClock

ADDRESS = {"postal_code": "76900", "line1": "Av 5 de Febrero", "line2": None}
OTHER_ADDRESS = {**ADDRESS, "line2": "B"}
OTHER_CARDS = [card(AMEX), card(holder="Ana"), replace(card(), expiry=Expiry(2031, 12))]


async def test_create_token_again(
    create_token: CreateToken, caller: Caller, neighbour: Caller, clock: StoppedClock, database: Database
) -> None:
    made = await create_token(caller, "tok1", card(), ADDRESS)
    before = await stored(database)
    clock.advance(minutes=5)

    assert await create_token(caller, "tok1", card(), dict(reversed(ADDRESS.items()))) == made
    assert await stored(database) == before
    assert (await create_token(neighbour, "tok1", card(AMEX))).token_id == "tok1"


async def test_create_token_again_keeps_a_security_code_that_the_first_call_has_lost(
    create_token: CreateToken, store_card: StoreCard, ephemeral: MemorySecrets, caller: Caller
) -> None:
    await create_token(caller, "tok1", card())
    await ephemeral.take(cvv_key(7, "tok1"))

    await create_token(caller, "tok1", card())
    assert await ephemeral.take(cvv_key(7, "tok1")) == Secret("842")

    await store_card(caller, card_id="k1", token_id="tok1")
    assert (await create_token(caller, "tok1", card())).used_by == "k1"
    assert await ephemeral.take(cvv_key(7, "tok1")) is None


@pytest.mark.parametrize(
    ("other", "address"), [*((other, ADDRESS) for other in OTHER_CARDS), (card(), OTHER_ADDRESS), (card(), None)]
)
async def test_create_token_again_with_other_content(
    create_token: CreateToken, ephemeral: MemorySecrets, database: Database, caller: Caller, other: Any, address: Any
) -> None:
    await create_token(caller, "tok1", card(), ADDRESS)
    await ephemeral.take(cvv_key(7, "tok1"))
    before = await stored(database)

    with pytest.raises(ReplayMismatch):
        await create_token(caller, "tok1", other, address)

    assert await stored(database) == before
    assert await ephemeral.take(cvv_key(7, "tok1")) is None


async def test_create_token_many_times_at_once(create_token: CreateToken, tokens: Tokens, caller: Caller) -> None:
    made = await asyncio.gather(*(create_token(caller, "tok1", card()) for _ in range(8)))

    assert made == [await tokens.get(7, "tok1")] * 8


async def test_a_card_that_create_token_refused_can_be_stored_afterwards(
    create_token: CreateToken, caller: Caller
) -> None:
    await create_token(caller, "tok1", card())
    with pytest.raises(ReplayMismatch):
        await create_token(caller, "tok1", card(AMEX))

    assert (await create_token(caller, "tok2", card(AMEX))).facts.masked[-4:] == AMEX[-4:]


async def test_store_card_again(
    store_card: StoreCard, delete_card: DeleteCard, database: Database, caller: Caller, clock: StoppedClock
) -> None:
    asked: dict[str, Any] = {"card_id": "k1", "customer_id": "a1", "address": ADDRESS, "device_session_id": "d" * 32}
    saved = await store_card(caller, card=card(), **asked)
    before = await stored(database)
    clock.advance(hours=2)

    assert await store_card(caller, card=card(cvv=None), **asked) == saved
    assert await stored(database) == before

    await delete_card(caller, "k1", "a1")
    before = await stored(database)
    assert await store_card(caller, card=card(), **asked) == saved
    assert await stored(database) == before, "a deleted card stays deleted"


@pytest.mark.parametrize("address", [None, OTHER_ADDRESS])
async def test_store_card_again_from_its_token(
    store_card: StoreCard,
    create_token: CreateToken,
    database: Database,
    caller: Caller,
    clock: StoppedClock,
    address: Any,
) -> None:
    await create_token(caller, "tok1", card(), ADDRESS)
    saved = await store_card(caller, card_id="k1", token_id="tok1", address=address)
    before = await stored(database)
    clock.advance(hours=2)

    assert await store_card(caller, card_id="k1", token_id="tok1", address=address) == saved
    with pytest.raises(TokenUsed):
        await store_card(caller, card_id="k2", token_id="tok1", address=address)
    assert await stored(database) == before


@pytest.mark.parametrize(
    "other",
    [
        *({"card": other} for other in OTHER_CARDS),
        {"card": None, "token_id": "tok1"},
        {"customer_id": "a2"},
        {"customer_id": None},
        {"address": OTHER_ADDRESS},
        {"address": None},
        {"device_session_id": "e" * 32},
    ],
)
async def test_store_card_again_with_other_content(
    store_card: StoreCard, create_token: CreateToken, database: Database, caller: Caller, other: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"card_id": "k1", "card": card(), "customer_id": "a1", "address": ADDRESS}
    await store_card(caller, **asked)
    await create_token(caller, "tok1", card(AMEX))
    before = await stored(database)

    with pytest.raises(ReplayMismatch):
        await store_card(caller, **{**asked, **other})

    assert await stored(database) == before


async def test_the_same_number_under_another_id_stays_a_duplicate(store_card: StoreCard, caller: Caller) -> None:
    await store_card(caller, card_id="k1", card=card())

    with pytest.raises(DuplicateCard):
        await store_card(caller, card_id="k2", card=card())


async def test_store_card_many_times_at_once(store_card: StoreCard, cards: Cards, caller: Caller) -> None:
    saved = await asyncio.gather(*(store_card(caller, card_id="k1", card=card()) for _ in range(8)))

    assert saved == [await cards.get(7, "k1")] * 8


async def test_is_taken(store_card: StoreCard, delete_card: DeleteCard, cards: Cards, caller: Caller) -> None:
    await store_card(caller, card_id="k1", card=card(), customer_id="a1")
    assert [await cards.is_taken(7, "k1"), await cards.is_taken(7, "k2"), await cards.is_taken(8, "k1")] == [
        True, False, False,
    ]  # fmt: skip  # asked and answered in a row

    await delete_card(caller, "k1", "a1")
    assert await cards.is_taken(7, "k1")
