"""Reads what a tenant has set up: limits and lists."""

from __future__ import annotations

from pasarela.core.risk.model import Limit, ListEntry, ListKind
from pasarela.core.risk.repository import SQL
from pasarela.infra.database import Database
from pasarela.kernel.paging import Page


class RiskSettings:
    """One tenant's limits and lists, for people."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def limits(self, tenant_id: int) -> tuple[Limit, ...]:
        """The limits that are set, by rule; a rule that is missing is off."""
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["read_limits"], tenant_id)
        return tuple(Limit(row["rule"], row["value"], row["set_at"]) for row in rows)

    async def entries(self, tenant_id: int, kind: ListKind | None, page: Page) -> tuple[ListEntry, ...]:
        """Entries of one list, or of all, newest first."""
        name = kind.value if kind is not None else None
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["read_entries"], tenant_id, name, page.offset, page.limit)
        return tuple(
            ListEntry(ListKind(row["kind"]), row["entry"], row["shown"], row["reason"], row["listed_at"])
            for row in rows
        )
