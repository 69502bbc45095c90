"""What keeps the counters small."""

from __future__ import annotations

from datetime import datetime, timedelta

from pasarela.core.risk.repository import SQL
from pasarela.infra.database import Database

KEPT = timedelta(days=3)
"""Longer than any window, and than the clocks of two tenants usually differ."""

BATCH = 5_000


class PruneCounters:
    """Forgets counters of hours that no window reaches any more, for all tenants."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(self, now: datetime) -> int:
        """How many counters are gone; `now` is the platform's, which no tenant's clock is behind."""
        pruned = 0
        while True:
            async with self._db.operator() as tx:
                rows = await tx.fetch(SQL["prune_counters"], now - KEPT, BATCH)
            pruned += len(rows)
            if len(rows) < BATCH:
                return pruned
