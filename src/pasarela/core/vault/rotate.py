"""Brings card numbers under a fresh data key, and data keys under a new master key.

Both go on where they were when they are called again after a crash. Processes that were sealing while a key
was retired may leave numbers under it for a minute; `resume` picks those up. Retired keys are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.vault import cipher
from pasarela.core.vault.cipher import DataKey
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.repository import SQL, sealed_from
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring

BATCH = 500

_BEFORE_ALL = b""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: the key that is active now, and how many numbers it took over."""

    key_number: int
    resealed: int


class RotateDataKey:
    """Gives a tenant a fresh data key and seals its card numbers anew, some hundred in a transaction."""

    def __init__(self, db: Database, keys: DataKeys) -> None:
        self._db = db
        self._keys = keys

    async def __call__(self, tenant_id: int) -> Rotation:
        """Retires the active key, then does what `resume` does."""
        return await self._reseal(tenant_id, await self._keys.fresh(tenant_id))

    async def resume(self, tenant_id: int) -> Rotation:
        """Seals anew what is not under the active key yet."""
        return await self._reseal(tenant_id, await self._keys.active(tenant_id))

    async def _reseal(self, tenant_id: int, active: DataKey) -> Rotation:
        resealed, after = 0, _BEFORE_ALL
        while True:
            count, last = await self._batch(tenant_id, active, after)
            resealed += count
            if last is None:
                return Rotation(active.number, resealed)
            after = last

    async def _batch(self, tenant_id: int, active: DataKey, after: bytes) -> tuple[int, bytes | None]:
        """Seals the next numbers after the fingerprint `after`; how many, and the last fingerprint."""
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["old_pans"], tenant_id, active.number, after, BATCH)
        if not rows:
            return 0, None
        fresh = []
        for old in map(sealed_from, rows):
            key = await self._keys.numbered(tenant_id, old.key_number)
            pan = cipher.decrypt(key, tenant_id, old)
            fresh.append(cipher.encrypt(active, tenant_id, old.fingerprint, pan))
        async with self._db.tenant(tenant_id) as tx:
            resealed = await tx.fetch(
                SQL["reseal_pans"],
                tenant_id,
                active.number,
                [sealed.fingerprint for sealed in fresh],
                [sealed.ciphertext for sealed in fresh],
            )
        return len(resealed), fresh[-1].fingerprint


class RewrapDataKeys:
    """Wraps all tenants' data keys under the active master key, so that an older one can be destroyed."""

    def __init__(self, db: Database, keys: DataKeys, keyring: Keyring) -> None:
        self._db = db
        self._keys = keys
        self._keyring = keyring

    async def __call__(self) -> int:
        """How many data keys were under another master key."""
        rewrapped = 0
        while True:
            async with self._db.operator() as tx:
                rows = await tx.fetch(SQL["data_keys_to_rewrap"], self._keyring.active_master_id, BATCH)
            if not rows:
                return rewrapped
            for row in rows:
                await self._keys.rewrap(row["tenant_id"], row["key_number"])
            rewrapped += len(rows)
