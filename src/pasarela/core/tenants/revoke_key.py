"""Ends an API key. Calls in flight finish; new ones are refused within seconds, in every process."""

from __future__ import annotations

from pasarela.core.tenants.errors import KeyNotFound
from pasarela.core.tenants.repository import SQL
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class RevokeKey:
    """Ends one key of a tenant, for good."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(self, tenant_id: int, key_id: str) -> None:
        """Raises `KeyNotFound`, also when it was revoked before."""
        async with self._db.tenant(tenant_id) as tx:
            if await tx.fetchval(SQL["revoke_key"], tenant_id, key_id, self._clock.now(tenant_id)) is None:
                raise KeyNotFound
