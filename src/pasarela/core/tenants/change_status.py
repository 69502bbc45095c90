"""Suspends, deletes or reactivates a tenant. Its data stay; its calls are refused within seconds."""

from __future__ import annotations

from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import TenantStatus
from pasarela.core.tenants.repository import SQL
from pasarela.infra.database import Database


class ChangeStatus:
    """The operator's decision about a tenant."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(self, tenant_id: int, status: TenantStatus) -> None:
        """Raises `UnknownTenant`."""
        async with self._db.operator() as tx:
            if await tx.fetchval(SQL["set_status"], tenant_id, status.value) is None:
                raise UnknownTenant
