"""Reads a tenant's webhooks."""

from __future__ import annotations

from pasarela.core.webhooks.errors import UnknownWebhook
from pasarela.core.webhooks.model import Webhook
from pasarela.core.webhooks.repository import SQL, webhook_from
from pasarela.infra.database import Database
from pasarela.kernel.paging import Page


class Webhooks:
    """Those that are not deleted."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, tenant_id: int, webhook_id: str) -> Webhook:
        """Raises `UnknownWebhook`."""
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["webhook_by_id"], tenant_id, webhook_id)
        if row is None:
            raise UnknownWebhook
        return webhook_from(row)

    async def list(self, tenant_id: int, page: Page) -> list[Webhook]:
        """Newest first; of two of the same instant the one with the greater id."""
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_webhooks"], tenant_id, page.offset, page.limit)
        return [webhook_from(row) for row in rows]
