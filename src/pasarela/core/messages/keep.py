"""Keeps a message that somebody else carries, or that nobody needs to: a simulated bank's SMS."""

from __future__ import annotations

from pasarela.core.messages.model import NewMessage
from pasarela.core.messages.repository import SQL
from pasarela.infra.database import Database, Tx


class KeepMessage:
    """The verb. The same id again changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, new: NewMessage) -> None:
        """Taken down as sent. Raises nothing that a caller could answer."""
        async with self._database.tenant(new.tenant_id) as tx:
            await insert(tx, new)
            await tx.execute(SQL["note_sent"], new.tenant_id, new.message_id, new.at)


async def insert(tx: Tx, new: NewMessage) -> None:
    """Takes the message down, unless it stands there."""
    await tx.execute(
        SQL["insert_message"],
        new.tenant_id,
        new.message_id,
        new.channel.value,
        new.recipient,
        new.subject,
        new.body,
        new.html,
        new.about,
        new.at,
    )
