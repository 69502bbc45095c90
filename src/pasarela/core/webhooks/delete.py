"""Deletes a webhook: its endpoint is told nothing more."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.webhooks.errors import UnknownWebhook
from pasarela.core.webhooks.repository import SQL
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class DeleteWebhook:
    """The verb. The row stays, for what was delivered to it names it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(self, caller: Caller, webhook_id: str) -> None:
        """Raises `UnknownWebhook`, the second time too."""
        tenant_id = caller.tenant_id
        async with self._db.tenant(tenant_id) as tx:
            if await tx.fetchval(SQL["delete_webhook"], tenant_id, webhook_id, self._clock.now(tenant_id)) is None:
                raise UnknownWebhook
