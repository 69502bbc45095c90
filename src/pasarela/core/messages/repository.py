"""Messages between their rows and their dataclass. Used by this slice only."""

from __future__ import annotations

import asyncpg

from pasarela.core.messages.model import Channel, Message
from pasarela.infra.database import SqlFiles

SQL = SqlFiles("pasarela.core.messages")


def message_from(row: asyncpg.Record) -> Message:
    return Message(
        tenant_id=row["tenant_id"],
        message_id=row["message_id"],
        channel=Channel(row["channel"]),
        recipient=row["recipient"],
        subject=row["subject"],
        body=row["body"],
        html=row["html"],
        about=row["about"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        refusal=row["refusal"],
    )
