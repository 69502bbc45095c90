"""Finding sources and using tokens up."""

from __future__ import annotations

import asyncio

import pytest

from pasarela.core.context import Caller
from pasarela.core.vault.bins import facts_of
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.model import StoredInstrument
from pasarela.core.vault.queries import Tokens
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret
from tests.core.vault.conftest import AMEX, VISA, card
from tests.fakes.stopped_clock import NOON, StoppedClock

ADDRESS = {"line1": "Av 5 de Febrero", "postal_code": "76900", "line3": None}


@pytest.fixture
async def token(create_token: CreateToken, caller: Caller) -> str:
    return (await create_token(caller, "tok1", card(), ADDRESS)).token_id


async def found(sources: Sources, tenant_id: int, source_id: str) -> StoredInstrument:
    instrument = await sources.find(tenant_id, source_id)
    assert instrument is not None
    return instrument


async def test_find_answers_a_saved_card(
    sources: Sources, store_card: StoreCard, caller: Caller, reveal: Reveal, sealer: Sealer
) -> None:
    await store_card(caller, card_id="k1", card=card(AMEX), customer_id="a1", address=ADDRESS)

    source = await found(sources, 7, "k1")

    assert (source.source_id, source.kind, source.owner) == ("k1", "card", "a1")
    assert source.facts == facts_of(AMEX)
    assert (source.holder_name, source.expiry) == ("Juan Perez Ramirez", Expiry(2030, 12))
    assert (source.address, source.created_at) == (ADDRESS, NOON)
    assert (source.usable, source.token_expired, source.token_used) == (True, False, False)
    assert source.sealed.fingerprint == sealer.fingerprint(7, Secret(AMEX))
    assert (await reveal.card(7, source.sealed)).reveal() == AMEX


async def test_find_answers_a_token(sources: Sources, token: str) -> None:
    source = await found(sources, 7, token)

    assert (source.source_id, source.kind, source.owner) == ("tok1", "token", None)
    assert source.facts == facts_of(VISA)
    assert source.address == ADDRESS
    assert source.usable


async def test_find_answers_nothing_for_others(sources: Sources, token: str) -> None:
    assert await sources.find(8, token) is None
    assert await sources.find(7, "tok2") is None


async def test_find_shows_a_deleted_card_as_unusable(
    sources: Sources, store_card: StoreCard, delete_card: DeleteCard, caller: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card())
    await delete_card(caller, "k1")

    assert not (await found(sources, 7, "k1")).usable


async def test_a_token_works_for_an_hour_of_its_tenant(sources: Sources, token: str, clock: StoppedClock) -> None:
    clock.advance(minutes=59, seconds=59)
    assert (await found(sources, 7, token)).usable

    clock.advance(seconds=1)
    source = await found(sources, 7, token)
    assert (source.usable, source.token_expired, source.token_used) == (False, True, False)


async def test_concurrent_look_ups_each_get_their_own(
    sources: Sources, store_card: StoreCard, caller: Caller, neighbour: Caller
) -> None:
    await store_card(caller, card_id="k1", card=card())
    await store_card(neighbour, card_id="k1", card=card(AMEX))
    asked = [(7, "k1"), (8, "k1"), (7, "k2"), (9, "k1")] * 40

    answers = await asyncio.gather(*(sources.find(*one) for one in asked))

    masks = [answer and answer.facts.masked for answer in answers]
    assert masks == ["411111XXXXXX1111", "343434XXXXX4343", None, None] * 40


async def test_pan_finds_a_number_again(sources: Sources, sealer: Sealer, reveal: Reveal, token: str) -> None:
    stored = await sources.pan(7, sealer.fingerprint(7, Secret(VISA)))

    assert stored is not None
    assert stored.facts == facts_of(VISA)
    assert (await reveal.card(7, stored.sealed)).reveal() == VISA
    assert await sources.pan(8, stored.sealed.fingerprint) is None
    assert await sources.pan(7, b"\0" * 32) is None


async def test_consume_uses_a_token_up(database: Database, sources: Sources, tokens: Tokens, token: str) -> None:
    async with database.batch() as tx:
        assert await sources.consume(tx, [(7, token, "tr1", NOON)]) == {token: "tr1"}
    async with database.batch() as tx:
        assert await sources.consume(tx, [(7, token, "tr2", NOON)]) == {}

    source = await found(sources, 7, token)
    assert (source.usable, source.token_expired, source.token_used) == (False, False, True)
    used = await tokens.get(7, token)
    assert (used.used_at, used.used_by) == (NOON, "tr1")


async def test_of_two_payments_in_a_batch_the_first_wins(
    database: Database, sources: Sources, create_token: CreateToken, caller: Caller, token: str
) -> None:
    await create_token(caller, "tok2", card())

    async with database.batch() as tx:
        won = await sources.consume(tx, [(7, "tok2", "tr1", NOON), (7, token, "tr2", NOON), (7, token, "tr3", NOON)])

    assert won == {"tok2": "tr1", token: "tr2"}


async def test_of_two_batches_at_once_one_wins(database: Database, sources: Sources, token: str) -> None:
    async def use(payment_id: str) -> dict[str, str]:
        async with database.batch() as tx:
            won = await sources.consume(tx, [(7, token, payment_id, NOON)])
            await asyncio.sleep(0.02)
            return won

    winners = await asyncio.gather(*(use(f"tr{n}") for n in range(5)))

    assert sum(map(len, winners)) == 1


async def test_consume_refuses_old_foreign_and_missing_tokens(
    database: Database, sources: Sources, tokens: Tokens, token: str, clock: StoppedClock
) -> None:
    clock.advance(hours=1)
    uses = [(7, token, "tr1", clock.at), (8, token, "tr2", NOON), (7, "tok9", "tr3", NOON)]

    async with database.batch() as tx:
        assert await sources.consume(tx, uses) == {}
        assert await sources.consume(tx, []) == {}
    assert (await tokens.get(7, token)).used_at is None


async def test_release_makes_a_token_usable_again(database: Database, sources: Sources, token: str) -> None:
    async with database.batch() as tx:
        await sources.consume(tx, [(7, token, "tr1", NOON)])
    async with database.batch() as tx:
        await sources.release(tx, [(7, token, "tr2")])
        await sources.release(tx, [])
    assert (await found(sources, 7, token)).token_used, "another payment has it"

    async with database.batch() as tx:
        await sources.release(tx, [(7, token, "tr1")])
    assert (await found(sources, 7, token)).usable
