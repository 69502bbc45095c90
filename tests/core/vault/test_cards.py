"""Saving, reading, changing and deleting cards."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.vault.bins import facts_of
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.errors import (
    DuplicateCard,
    ExpiredCard,
    TokenExpired,
    TokenUsed,
    UnknownCard,
    UnknownToken,
    WrongSecurityCode,
)
from pasarela.core.vault.queries import Cards, Tokens
from pasarela.core.vault.repository import SQL
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.store_card import StoreCard
from pasarela.core.vault.update_card import UpdateCard
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import MemorySecrets
from pasarela.kernel.cards import Expiry
from pasarela.kernel.paging import CreatedBetween, Page
from pasarela.kernel.secret import Secret
from tests.core.vault.conftest import AMEX, MASTERCARD, VISA, card
from tests.fakes.stopped_clock import NOON, StoppedClock

TODAY = date(2026, 11, 23)
ADDRESS = {"line1": "Av 5 de Febrero"}


async def test_store_card_saves_what_was_typed(store_card: StoreCard, cards: Cards, caller: Caller) -> None:
    saved = await store_card(
        caller, card_id="k1", card=card(), customer_id="a1", address=ADDRESS, device_session_id="d" * 32
    )

    assert (saved.card_id, saved.customer_id) == ("k1", "a1")
    assert saved.facts == facts_of(VISA)
    assert (saved.holder_name, saved.expiry) == ("Juan Perez Ramirez", Expiry(2030, 12))
    assert (saved.address, saved.device_session_id) == (ADDRESS, "d" * 32)
    assert saved.created_at == NOON
    assert await cards.get(7, "k1", "a1") == saved


async def test_store_card_from_a_token_uses_it_up(
    store_card: StoreCard, create_token: CreateToken, tokens: Tokens, caller: Caller, clock: StoppedClock
) -> None:
    await create_token(caller, "tok1", card(AMEX), ADDRESS)
    clock.advance(minutes=5)

    saved = await store_card(caller, card_id="k1", token_id="tok1")

    assert (saved.customer_id, saved.facts, saved.address) == (None, facts_of(AMEX), ADDRESS)
    assert (saved.holder_name, saved.expiry) == ("Juan Perez Ramirez", Expiry(2030, 12))
    token = await tokens.get(7, "tok1")
    assert (token.used_at, token.used_by) == (clock.at, "k1")


async def test_an_address_given_with_the_token_counts(
    store_card: StoreCard, create_token: CreateToken, caller: Caller
) -> None:
    await create_token(caller, "tok1", card(), ADDRESS)

    saved = await store_card(caller, card_id="k1", token_id="tok1", address={"line1": "Otra"})

    assert saved.address == {"line1": "Otra"}


async def test_tokens_that_can_not_be_saved(
    store_card: StoreCard, create_token: CreateToken, caller: Caller, neighbour: Caller, clock: StoppedClock
) -> None:
    await create_token(caller, "tok1", card())
    await create_token(caller, "tok2", card(AMEX))
    await store_card(caller, card_id="k1", token_id="tok1")

    with pytest.raises(TokenUsed):
        await store_card(caller, card_id="k2", token_id="tok1", customer_id="a1")
    with pytest.raises(UnknownToken):
        await store_card(neighbour, card_id="k2", token_id="tok2")
    clock.advance(hours=1)
    with pytest.raises(TokenExpired):
        await store_card(caller, card_id="k2", token_id="tok2")


async def test_an_owner_saves_a_number_once(
    store_card: StoreCard, create_token: CreateToken, tokens: Tokens, caller: Caller, neighbour: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card(), customer_id="a1")
    await store_card(caller, card_id="k2", card=card())
    await store_card(caller, card_id="k3", card=card(), customer_id="a2")
    await store_card(neighbour, card_id="k1", card=card(), customer_id="a1")
    await create_token(caller, "tok1", card())

    for owner in ("a1", None):
        with pytest.raises(DuplicateCard):
            await store_card(caller, card_id="k4", card=card(holder="Otra"), customer_id=owner)
        with pytest.raises(DuplicateCard):
            await store_card(caller, card_id="k4", token_id="tok1", customer_id=owner)
    assert (await tokens.get(7, "tok1")).used_at is None, "a refused card leaves its token"


async def test_of_two_at_once_one_is_saved(store_card: StoreCard, caller: Caller) -> None:
    results = await asyncio.gather(
        *(store_card(caller, card_id=f"k{n}", card=card()) for n in range(4)), return_exceptions=True
    )

    assert [isinstance(result, DuplicateCard) for result in results].count(False) == 1


async def test_is_saved(store_card: StoreCard, cards: Cards, caller: Caller, sealer: Sealer) -> None:
    await store_card(caller, card_id="k1", card=card(), customer_id="a1")
    fingerprint = sealer.fingerprint(7, Secret(VISA))

    assert await cards.is_saved(7, "a1", fingerprint)
    assert not await cards.is_saved(7, None, fingerprint)
    assert not await cards.is_saved(7, "a1", sealer.fingerprint(7, Secret(AMEX)))


async def test_a_deleted_card_is_gone_and_may_be_saved_again(
    store_card: StoreCard, delete_card: DeleteCard, cards: Cards, caller: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card(), customer_id="a1")

    await delete_card(caller, "k1", "a1")

    with pytest.raises(UnknownCard):
        await cards.get(7, "k1", "a1")
    with pytest.raises(UnknownCard):
        await delete_card(caller, "k1", "a1")
    assert (await store_card(caller, card_id="k2", card=card(), customer_id="a1")).card_id == "k2"


async def test_a_card_belongs_to_its_owner(
    store_card: StoreCard,
    delete_card: DeleteCard,
    update_card: UpdateCard,
    cards: Cards,
    caller: Caller,
    neighbour: Caller,
) -> None:
    saved = await store_card(caller, card_id="k1", card=card(), customer_id="a1")

    for who, customer in ((caller, None), (caller, "a2"), (neighbour, "a1")):
        with pytest.raises(UnknownCard):
            await cards.get(who.tenant_id, "k1", customer)
        with pytest.raises(UnknownCard):
            await delete_card(who, "k1", customer)
        with pytest.raises(UnknownCard):
            await update_card(who, "k1", customer, today=TODAY, holder_name="Otra")
    assert await cards.get(7, "k1", "a1") == saved


async def test_update_card_changes_what_is_given(
    store_card: StoreCard, update_card: UpdateCard, cards: Cards, caller: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card(), address=ADDRESS)

    renamed = await update_card(caller, "k1", today=TODAY, holder_name="Ana")
    assert (renamed.holder_name, renamed.expiry, renamed.address) == ("Ana", Expiry(2030, 12), ADDRESS)

    renewed = await update_card(caller, "k1", today=TODAY, expiry=Expiry(2031, 1))
    assert (renewed.holder_name, renewed.expiry) == ("Ana", Expiry(2031, 1))
    assert await update_card(caller, "k1", today=TODAY) == renewed == await cards.get(7, "k1")


async def test_update_card_refuses_a_passed_expiry(
    store_card: StoreCard, update_card: UpdateCard, cards: Cards, caller: Caller
) -> None:
    saved = await store_card(caller, card_id="k1", card=card())

    with pytest.raises(ExpiredCard):
        await update_card(caller, "k1", today=TODAY, holder_name="Ana", expiry=Expiry(2026, 10))

    assert await cards.get(7, "k1") == saved


async def test_update_card_keeps_a_security_code_for_ten_minutes(
    store_card: StoreCard,
    update_card: UpdateCard,
    ephemeral: MemorySecrets,
    caller: Caller,
    clock: StoppedClock,
) -> None:
    await store_card(caller, card_id="k1", card=card())
    assert await ephemeral.take(cvv_key(7, "k1")) is None

    await update_card(caller, "k1", today=TODAY, cvv=Secret("000"))
    clock.advance(minutes=9)
    assert await ephemeral.take(cvv_key(7, "k1")) == Secret("000")
    assert await ephemeral.take(cvv_key(7, "k1")) is None

    await update_card(caller, "k1", today=TODAY, cvv=Secret("111"))
    clock.advance(minutes=10)
    assert await ephemeral.take(cvv_key(7, "k1")) is None


async def test_update_card_refuses_a_malformed_security_code(
    store_card: StoreCard, update_card: UpdateCard, ephemeral: MemorySecrets, caller: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card())

    with pytest.raises(WrongSecurityCode):
        await update_card(caller, "k1", today=TODAY, cvv=Secret("12x"))

    assert await ephemeral.take(cvv_key(7, "k1")) is None


async def test_a_deleted_card_s_security_code_is_gone(
    store_card: StoreCard,
    update_card: UpdateCard,
    delete_card: DeleteCard,
    ephemeral: MemorySecrets,
    caller: Caller,
) -> None:
    await store_card(caller, card_id="k1", card=card())
    await update_card(caller, "k1", today=TODAY, cvv=Secret("000"))

    await delete_card(caller, "k1")

    assert await ephemeral.take(cvv_key(7, "k1")) is None


async def test_list_is_newest_first_with_a_stable_tie_break(
    store_card: StoreCard, delete_card: DeleteCard, cards: Cards, caller: Caller, clock: StoppedClock
) -> None:
    await store_card(caller, card_id="k2", card=card(VISA), customer_id="a1")
    await store_card(caller, card_id="k1", card=card(AMEX), customer_id="a1")
    await store_card(caller, card_id="k0", card=card(VISA))
    clock.advance(hours=1)
    await store_card(caller, card_id="k3", card=card(MASTERCARD), customer_id="a1")
    await store_card(caller, card_id="k4", card=card("4242424242424242"), customer_id="a1")
    await delete_card(caller, "k4", "a1")

    async def listed(page: Page, created: CreatedBetween | None = None, owner: str | None = "a1") -> list[str]:
        found = await cards.list(7, owner, created or CreatedBetween(), page)
        return [saved.card_id for saved in found]

    assert await listed(Page()) == ["k3", "k2", "k1"]
    assert await listed(Page(offset=1, limit=1)) == ["k2"]
    assert await listed(Page(), owner=None) == ["k0"]
    assert await listed(Page(), CreatedBetween(at_least=clock.at)) == ["k3"]
    assert await listed(Page(), CreatedBetween(before=NOON)) == []
    assert await listed(Page(), CreatedBetween(NOON, NOON + timedelta(microseconds=1))) == ["k2", "k1"]
    assert await listed(Page(), CreatedBetween(NOON + timedelta(seconds=1), NOON + timedelta(seconds=2))) == []


async def test_deep_pages_use_the_index(database: Database) -> None:
    async with database.tenant(7) as tx:
        # An empty table tempts the planner to sort; the question is whether it has to.
        await tx.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = await tx.fetch("EXPLAIN " + SQL["list_cards"], 7, "a1", None, None, 5000, 10)

    text = "\n".join(row[0] for row in plan)
    assert "vault_cards_by_owner" in text
    assert "Sort" not in text


async def test_create_token_answers_what_it_keeps(
    create_token: CreateToken, tokens: Tokens, caller: Caller, ephemeral: MemorySecrets
) -> None:
    token = await create_token(caller, "tok1", card(), ADDRESS)

    assert token.facts == facts_of(VISA)
    assert (token.token_id, token.holder_name) == ("tok1", "Juan Perez Ramirez")
    assert (token.expiry, token.address) == (Expiry(2030, 12), ADDRESS)
    assert (token.created_at, token.expires_at) == (NOON, NOON + timedelta(hours=1))
    assert (token.used_at, token.used_by) == (None, None)
    assert await tokens.get(7, "tok1") == token
    assert await ephemeral.take(cvv_key(7, "tok1")) == Secret("842")


async def test_a_token_s_security_code_lives_ten_minutes(
    create_token: CreateToken, caller: Caller, ephemeral: MemorySecrets, clock: StoppedClock
) -> None:
    await create_token(caller, "tok1", card())
    clock.advance(minutes=10)

    assert await ephemeral.take(cvv_key(7, "tok1")) is None


async def test_a_token_without_security_code(
    create_token: CreateToken, caller: Caller, ephemeral: MemorySecrets
) -> None:
    await create_token(caller, "tok1", card(cvv=None))

    assert await ephemeral.take(cvv_key(7, "tok1")) is None


async def test_unknown_tokens(create_token: CreateToken, tokens: Tokens, caller: Caller) -> None:
    await create_token(caller, "tok1", card())

    with pytest.raises(UnknownToken):
        await tokens.get(7, "tok2")
    with pytest.raises(UnknownToken):
        await tokens.get(8, "tok1")


async def test_nothing_stored_shows_number_or_security_code(
    database: Database, store_card: StoreCard, create_token: CreateToken, caller: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card(cvv="739"))
    await create_token(caller, "tok1", card(AMEX, cvv="7391"))

    async with database.operator() as tx:
        for table in ("vault_pans", "vault_cards", "vault_tokens", "data_keys"):
            rows = await tx.fetch(f"SELECT t::text FROM {table} t")  # noqa: S608 - our own names
            text = "".join(row["t"] for row in rows)
            assert not any(secret in text for secret in (VISA, AMEX, "739,", "7391"))


async def test_tenants_do_not_see_each_other(
    database: Database, store_card: StoreCard, create_token: CreateToken, caller: Caller, neighbour: Caller
) -> None:
    for who in (caller, neighbour):
        await store_card(who, card_id="k1", card=card())
        await create_token(who, "tok1", card())

    async with database.tenant(7) as tx:
        for table in (
            "vault_pans",
            "vault_cards",
            "vault_tokens",
            "data_keys",
            "vault_card_profiles",
            "vault_token_profiles",
        ):
            seen = await tx.fetch(f"SELECT tenant_id FROM {table}")  # noqa: S608 - our own names
            assert [row["tenant_id"] for row in seen] == [7], table
        assert await tx.execute("UPDATE vault_cards SET holder_name = 'x' WHERE tenant_id = 8") == "UPDATE 0"
