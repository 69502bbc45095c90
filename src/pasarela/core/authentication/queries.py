"""Reads authentications: a payment's last one for its tenant, or any by its id for whoever brings a result."""

from __future__ import annotations

from pasarela.core.authentication.model import Authentication
from pasarela.core.authentication.repository import SQL, authentication_from
from pasarela.infra.database import Database


class Authentications:
    """Authentications in every state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, tenant_id: int, payment_id: str) -> Authentication | None:
        """The last one of a payment."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["latest_of_payment"], tenant_id, payment_id)
        return None if row is None else authentication_from(row)

    async def by_id(self, authentication_id: str) -> Authentication | None:
        """Of whatever tenant."""
        rows = await self._database.batch_fetch(SQL["read_authentication"], authentication_id)
        return authentication_from(rows[0]) if rows else None
