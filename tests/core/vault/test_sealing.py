"""Sealing, storing and revealing card numbers."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring
from pasarela.kernel.secret import Secret
from tests.core.vault.conftest import AMEX, VISA, card
from tests.fakes.stopped_clock import StoppedClock


async def test_reveal_answers_what_was_sealed(sealer: Sealer, reveal: Reveal) -> None:
    sealed = await sealer.seal(7, card())

    assert VISA.encode() not in sealed.ciphertext
    assert (await reveal.card(7, sealed)).reveal() == VISA


async def test_another_process_reveals_it(
    database: Database, sealer: Sealer, keyring: Keyring, clock: StoppedClock
) -> None:
    sealed = await sealer.seal(7, card())

    elsewhere = Reveal(Sealer(DataKeys(database, keyring, clock), keyring))
    assert (await elsewhere.card(7, sealed)).reveal() == VISA


async def test_a_ciphertext_is_bound_to_tenant_and_card(sealer: Sealer, reveal: Reveal) -> None:
    sealed, other = await sealer.seal(7, card()), await sealer.seal(7, card(AMEX))
    await sealer.seal(8, card())

    with pytest.raises(InvalidTag):
        await reveal.card(8, sealed)
    with pytest.raises(InvalidTag):
        await reveal.card(7, dataclasses.replace(sealed, fingerprint=other.fingerprint))
    with pytest.raises(InvalidTag):
        await reveal.card(7, dataclasses.replace(sealed, ciphertext=sealed.ciphertext[:-1] + b"\0"))


def test_fingerprints_name_a_card_for_one_tenant(sealer: Sealer) -> None:
    visa, amex = Secret(VISA), Secret(AMEX)

    assert sealer.fingerprint(7, visa) == sealer.fingerprint(7, Secret(VISA))
    assert sealer.fingerprint(7, visa) != sealer.fingerprint(7, amex)
    assert sealer.fingerprint(7, visa) != sealer.fingerprint(8, visa)
    assert sealer.platform_fingerprint(visa) not in {sealer.fingerprint(7, visa), sealer.fingerprint(0, visa)}
    assert len(sealer.fingerprint(7, visa)) == len(sealer.platform_fingerprint(visa)) == 32


async def test_a_tenant_gets_one_data_key_however_many_ask(
    database: Database, keyring: Keyring, clock: StoppedClock
) -> None:
    sealers = [Sealer(DataKeys(database, keyring, clock), keyring) for _ in range(4)]

    sealed = await asyncio.gather(*(sealer.seal(7, card()) for sealer in sealers for _ in range(8)))

    assert {one.key_number for one in sealed} == {1}
    async with database.operator() as tx:
        assert await tx.fetchval("SELECT count(*) FROM data_keys") == 1
    assert {await Reveal(sealers[0]).card(7, one) for one in sealed} == {Secret(VISA)}


async def test_a_caller_that_gives_up_fails_nobody_else(sealer: Sealer) -> None:
    first, second = (asyncio.create_task(sealer.seal(7, card())) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).key_number == 1


async def test_the_data_key_is_stored_wrapped(database: Database, sealer: Sealer, keyring: Keyring) -> None:
    await sealer.seal(7, card())

    async with database.operator() as tx:
        row = await tx.fetchrow("SELECT * FROM data_keys")
    assert row is not None
    assert (row["tenant_id"], row["key_number"], row["master_id"]) == (7, 1, "m1")
    assert (row["retired_at"], len(row["wrapped"])) == (None, 12 + 32 + 16)


async def test_store_writes_each_number_once(database: Database, sealer: Sealer, clock: StoppedClock) -> None:
    items = [(tenant, await sealer.seal(tenant, card(pan)), card(pan)) for tenant in (7, 8) for pan in (VISA, AMEX)]

    for _ in range(2):
        async with database.batch() as tx:
            await sealer.store(tx, items + items, clock.now())

    async with database.operator() as tx:
        rows = await tx.fetch("SELECT * FROM vault_pans ORDER BY tenant_id, last4")
    assert [(row["tenant_id"], row["bin"], row["last4"], row["digits"], row["brand"]) for row in rows] == [
        (7, "411111", "1111", 16, "visa"),
        (7, "343434", "4343", 15, "american_express"),
        (8, "411111", "1111", 16, "visa"),
        (8, "343434", "4343", 15, "american_express"),
    ]
    assert rows[0]["platform_fingerprint"] == rows[2]["platform_fingerprint"]
    assert not any(VISA in str(value) for row in rows for value in row.values())


async def test_what_is_remembered_is_sealed_and_stored_no_more(
    database: Database, sealer: Sealer, clock: StoppedClock
) -> None:
    items = [(7, await sealer.seal(7, card()), card())]
    async with database.batch() as tx:
        await sealer.store(tx, items, clock.now())
    assert await sealer.seal(7, card()) != items[0][1], "not committed: sealed afresh"

    sealer.remember(items)

    assert await sealer.seal(7, card()) == items[0][1]
    async with database.batch() as tx:
        await tx.execute("SET TRANSACTION READ ONLY")
        await sealer.store(tx, items, clock.now())


async def test_a_rolled_back_store_is_done_again(database: Database, sealer: Sealer, clock: StoppedClock) -> None:
    items = [(7, await sealer.seal(7, card()), card())]
    with contextlib.suppress(ZeroDivisionError):
        async with database.batch() as tx:
            await sealer.store(tx, items, clock.now())
            raise ZeroDivisionError

    async with database.batch() as tx:
        await sealer.store(tx, items, clock.now())
    async with database.operator() as tx:
        assert await tx.fetchval("SELECT count(*) FROM vault_pans") == 1


async def test_a_number_under_a_key_that_is_gone_is_refused(
    database: Database, sealer: Sealer, clock: StoppedClock
) -> None:
    """As after a reset of the database that this process has not heard of."""
    sealed = await sealer.seal(7, card())
    async with database.operator() as tx:
        await tx.execute("DELETE FROM data_keys")

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with database.batch() as tx:
            await sealer.store(tx, [(7, sealed, card())], clock.now())

    sealer.forget()
    async with database.batch() as tx:
        await sealer.store(tx, [(7, await sealer.seal(7, card()), card())], clock.now())


def test_a_sealed_number_prints_no_digits() -> None:
    assert "4111" not in repr(SealedPan(b"f", 1, b"c"))
    assert VISA not in repr(card())
