"""Reads tenants and their keys: a tenant by number as itself, by account or all of them as the operator."""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import ApiKey, Tariff, Tenant, TenantStatus
from pasarela.core.tenants.repository import SQL, key_from, tenant_from
from pasarela.infra.database import Database, Tx
from pasarela.kernel.paging import Page


class Tenants:
    """Look-ups that are not on the hot path."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def by_id(self, tenant_id: int) -> Tenant:
        """Raises `UnknownTenant`."""
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["tenant_by_id"], tenant_id)
        if row is None:
            raise UnknownTenant
        return tenant_from(row)

    async def tariffs(self, tenant_ids: Sequence[int]) -> list[tuple[Tariff, ...] | Exception]:
        """Each tenant's tariffs, or `UnknownTenant`, in their order; for a coalescer."""
        rows = await self._db.batch_fetch(SQL["tenants_by_id"], sorted(set(tenant_ids)))
        found = {row["tenant_id"]: tenant_from(row).tariffs for row in rows}
        return [found.get(tenant_id, UnknownTenant()) for tenant_id in tenant_ids]

    async def tariffs_in(self, tx: Tx, tenant_id: int) -> tuple[Tariff, ...]:
        """A tenant's tariffs, read within a batch transaction. Raises `UnknownTenant`."""
        row = await tx.fetchrow(SQL["tenants_by_id"], [tenant_id])
        if row is None:
            raise UnknownTenant
        return tenant_from(row).tariffs

    async def by_account(self, api: str, account: str) -> Tenant:
        """The operator's look-up, whatever the tenant's status. Raises `UnknownTenant`."""
        async with self._db.operator() as tx:
            row = await tx.fetchrow(SQL["tenant_by_account"], api, account)
        if row is None:
            raise UnknownTenant
        return tenant_from(row)

    async def by_clabe(self, clabe: str) -> Tenant | None:
        """Whose own CLABE this is, whatever the tenant's status: whom a transfer that came in is for."""
        rows = await self._db.batch_fetch(SQL["tenant_by_clabe"], clabe)
        return tenant_from(rows[0]) if rows else None

    async def of_account(self, api: str, account: str) -> Tenant:
        """An active tenant by his public id, for calls that need no key. Raises `UnknownTenant`."""
        rows = await self._db.batch_fetch(SQL["tenant_by_account"], api, account)
        if not rows or rows[0]["status"] != TenantStatus.ACTIVE.value:
            raise UnknownTenant
        return tenant_from(rows[0])

    async def list(self, page: Page, api: str | None = None) -> list[Tenant]:
        """Tenants of one dialect, or of all, newest first; the operator's list."""
        async with self._db.operator() as tx:
            rows = await tx.fetch(SQL["list_tenants"], api, page.offset, page.limit)
        return [tenant_from(row) for row in rows]

    async def keys(self, tenant_id: int) -> tuple[ApiKey, ...]:
        """All keys of a tenant, revoked ones too, newest first."""
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_keys"], tenant_id)
        return tuple(key_from(row) for row in rows)
