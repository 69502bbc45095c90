"""Tenants as callers, for work that nobody called for: resolving, expiring, renewing."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.tenants.queries import Tenants


class Callers:
    """Stands in for the tenant itself; `request_id` says so."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants

    async def of(self, tenant_id: int) -> Caller:
        tenant = await self._tenants.by_id(tenant_id)
        return Caller(tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, request_id="due work")
