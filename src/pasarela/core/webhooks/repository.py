"""Webhooks between their rows and their dataclass. Used by this slice only."""

from __future__ import annotations

import asyncpg

from pasarela.core.webhooks.model import Webhook
from pasarela.infra.database import SqlFiles

SQL = SqlFiles("pasarela.core.webhooks")


def webhook_from(row: asyncpg.Record) -> Webhook:
    return Webhook(
        tenant_id=row["tenant_id"],
        webhook_id=row["webhook_id"],
        url=row["url"],
        user=row["username"],
        event_types=tuple(row["event_types"]),
        created_at=row["created_at"],
        verified_at=row["verified_at"],
    )
