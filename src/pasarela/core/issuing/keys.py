"""API keys: their public keys, their padding, and their end."""

from __future__ import annotations

from collections.abc import Iterable

from pasarela.core.issuing import rsa_values
from pasarela.core.issuing.errors import UnknownClient
from pasarela.core.issuing.model import ApiKey, Padding, Session
from pasarela.core.issuing.rows import SQL, key_from
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class Keys:
    """Queries and verbs of API keys."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, session: Session) -> ApiKey:
        """The key that the caller has logged in with."""
        return (await self.by_ids(session.tenant_id, [session.key_id]))[session.key_id]

    async def by_ids(self, tenant_id: int, key_ids: Iterable[str]) -> dict[str, ApiKey]:
        """Keys of a program by their ids, revoked ones too."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["keys_by_id"], tenant_id, list(key_ids))
        return {row["key_id"]: key_from(row) for row in rows}

    async def set_public_key(self, session: Session, pem: str) -> ApiKey:
        """From the next call on, answers are encrypted for `pem`. Raises `BadPublicKey`."""
        normal = rsa_values.normal_pem(pem)
        return await self._change("set_public_key", session.tenant_id, session.key_id, normal)

    async def set_padding(self, tenant_id: int, key_id: str, padding: Padding) -> ApiKey:
        """The operator's verb. Raises `UnknownClient`."""
        return await self._change("set_padding", tenant_id, key_id, padding.value)

    async def revoke(self, tenant_id: int, key_id: str) -> ApiKey:
        """The operator's verb: the key and all its tokens are dead at once. Raises `UnknownClient`."""
        return await self._change("revoke_key", tenant_id, key_id, self._clock.now(tenant_id))

    async def _change(self, statement: str, tenant_id: int, key_id: str, value: object) -> ApiKey:
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL[statement], tenant_id, key_id, value)
        if row is None:
            raise UnknownClient
        return key_from(row)
