"""Issues an API key: the only moment at which its text can be shown."""

from __future__ import annotations

import secrets

from pasarela.core.tenants.errors import KeyTaken
from pasarela.core.tenants.model import IssuedKey, KeyKind
from pasarela.core.tenants.repository import SQL
from pasarela.core.tenants.rules import KEY_PREFIXES, key_digest
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret

_HINT_LENGTH = 4


class IssueKey:
    """Gives a tenant one more key of a kind; the others stay valid."""

    def __init__(self, db: Database, clock: Clock, ids: IdSource) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    async def __call__(self, tenant_id: int, kind: KeyKind, key: Secret | None = None) -> IssuedKey:
        """The new key, or `key` as a key of the tenant. Raises `KeyTaken`."""
        async with self._db.tenant(tenant_id) as tx:
            return await self.insert(tx, tenant_id, kind, key)

    async def insert(self, tx: Tx, tenant_id: int, kind: KeyKind, key: Secret | None) -> IssuedKey:
        """The same inside the caller's transaction."""
        key = key or Secret(KEY_PREFIXES[kind] + secrets.token_hex(16))
        issued = IssuedKey(self._ids.fresh("key"), kind, key)
        hint = key.reveal()[-_HINT_LENGTH:]
        at = self._clock.now(tenant_id)
        args = (tenant_id, issued.key_id, key_digest(key), kind.value, hint, at)
        if await tx.fetchval(SQL["insert_key"], *args) is None:
            raise KeyTaken
        return issued
