"""Reads messages: the operator's list of all, newest first."""

from __future__ import annotations

from pasarela.core.messages.model import Message
from pasarela.core.messages.repository import SQL, message_from
from pasarela.infra.database import Database
from pasarela.kernel.paging import Page


class Messages:
    """Messages in every state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, page: Page, *, tenant_id: int | None = None, about: str | None = None, recipient: str | None = None
    ) -> list[Message]:
        """Those that match every given condition, newest first."""
        async with self._database.operator() as tx:
            rows = await tx.fetch(SQL["list_messages"], tenant_id, about, recipient, page.offset, page.limit)
        return [message_from(row) for row in rows]
