"""Each tenant's data keys: made at its first card, kept wrapped in the database, unwrapped in memory only.

One key of a tenant is active and seals; retired ones still open what they sealed. A process may go on sealing
with a key for a minute after another process has retired it. Private to this slice.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pasarela.core.vault.cipher import DataKey
from pasarela.core.vault.repository import SQL
from pasarela.infra.cache import Recent
from pasarela.infra.database import Database
from pasarela.infra.keyring import KEY_BYTES, Keyring, WrappedKey
from pasarela.kernel.clock import Clock

ACTIVE_SECONDS = 60.0
KEYS_IN_MEMORY = 20_000


class DataKeys:
    """Finds, makes and retires data keys; each is loaded once however many calls wait for it."""

    def __init__(self, db: Database, keyring: Keyring, clock: Clock) -> None:
        self._db = db
        self._keyring = keyring
        self._clock = clock
        self._active: Recent[int, DataKey] = Recent(KEYS_IN_MEMORY, ACTIVE_SECONDS)
        self._numbered: Recent[tuple[int, int], DataKey] = Recent(KEYS_IN_MEMORY)
        self._loading: dict[tuple[int, int], asyncio.Task[DataKey]] = {}

    async def active(self, tenant_id: int) -> DataKey:
        """The key that seals for this tenant, made when it has none yet."""
        key = self._active.get(tenant_id)
        if key is None:
            key = await self._once((tenant_id, 0), lambda: self._load_active(tenant_id))
            self._active.put(tenant_id, key)
        return key

    async def numbered(self, tenant_id: int, number: int) -> DataKey:
        """The tenant's key `number`, active or retired."""
        key = self._numbered.get((tenant_id, number))
        if key is None:
            key = await self._once((tenant_id, number), lambda: self._load(tenant_id, number))
        return key

    async def fresh(self, tenant_id: int) -> DataKey:
        """Retires the active key and answers its successor; two calls at once answer the same one."""
        old = await self._load_active(tenant_id)
        await self._create(tenant_id, old.number + 1)
        key = await self._load_active(tenant_id)
        self._active.put(tenant_id, key)
        return key

    async def rewrap(self, tenant_id: int, number: int) -> None:
        """Wraps the tenant's key `number` under the active master key; what it sealed is untouched."""
        row = await self._row("data_key", tenant_id, number)
        assert row is not None, "data keys are never deleted"
        context = _context(tenant_id, number)
        # Between two transactions, not inside one: a key management service takes its time.
        data_key = await self._keyring.unwrap(WrappedKey(row["master_id"], row["wrapped"]), context)
        wrapped = await self._keyring.wrap(data_key, context)
        async with self._db.tenant(tenant_id) as tx:
            await tx.execute(SQL["rewrap_data_key"], tenant_id, number, wrapped.blob, wrapped.master_id)

    def forget(self) -> None:
        """Drops every key from memory: the database has been reset or restored."""
        self._active.clear()
        self._numbered.clear()

    async def _once(self, key: tuple[int, int], load: Callable[[], Awaitable[DataKey]]) -> DataKey:
        task = self._loading.get(key)
        if task is None:
            task = asyncio.ensure_future(load())
            self._loading[key] = task
            task.add_done_callback(lambda _done: self._loading.pop(key))
        # Shielded: a caller that gives up must not fail the others that wait for the same key.
        return await asyncio.shield(task)

    async def _load_active(self, tenant_id: int) -> DataKey:
        row = await self._row("active_data_key", tenant_id)
        if row is None:
            await self._create(tenant_id, 1)
            row = await self._row("active_data_key", tenant_id)
            assert row is not None, "somebody has made it"
        return await self._unwrapped(tenant_id, row)

    async def _load(self, tenant_id: int, number: int) -> DataKey:
        row = await self._row("data_key", tenant_id, number)
        assert row is not None, "a sealed number names a key that exists"
        return await self._unwrapped(tenant_id, row)

    async def _row(self, statement: str, tenant_id: int, *args: object) -> asyncpg.Record | None:
        async with self._db.tenant(tenant_id) as tx:
            return await tx.fetchrow(SQL[statement], tenant_id, *args)

    async def _unwrapped(self, tenant_id: int, row: asyncpg.Record) -> DataKey:
        number: int = row["key_number"]
        known = self._numbered.get((tenant_id, number))
        if known is not None:
            return known
        wrapped = WrappedKey(row["master_id"], row["wrapped"])
        data_key = await self._keyring.unwrap(wrapped, _context(tenant_id, number))
        key = DataKey(number, AESGCM(data_key))
        self._numbered.put((tenant_id, number), key)
        return key

    async def _create(self, tenant_id: int, number: int) -> None:
        """Makes key `number` the active one, unless another process has been quicker."""
        wrapped = await self._keyring.wrap(os.urandom(KEY_BYTES), _context(tenant_id, number))
        at = self._clock.now(tenant_id)
        async with self._db.tenant(tenant_id) as tx:
            await tx.execute(SQL["retire_data_key"], tenant_id, number - 1, at)
            await tx.execute(SQL["insert_data_key"], tenant_id, number, wrapped.blob, wrapped.master_id, at)


def _context(tenant_id: int, number: int) -> bytes:
    return f"tenant {tenant_id} key {number}".encode()
