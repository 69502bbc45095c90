"""What a scrape reads from the database: how far work, events and arrivals have fallen behind. Everybody's numbers, so
that whichever process is asked tells the same; the queries cost the same whatever the history.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.infra import metrics
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.kernel.clock import Clock

SQL = SqlFiles(__package__)


class Readings:
    """Sets the gauges of `infra.metrics` that describe the whole platform, and this process's pools."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(self) -> None:
        """Raises what the database raises."""
        for role, use in self._database.pools().items():
            metrics.POOL_CONNECTIONS.labels(role, "used").set(use.used)
            metrics.POOL_CONNECTIONS.labels(role, "idle").set(use.idle)
            metrics.POOL_CONNECTIONS.labels(role, "max").set(use.max)
        async with self._database.operator() as tx:
            await self._due_work(tx)
            await self._outbox(tx)
            await self._inbox(tx)

    async def _due_work(self, tx: Tx) -> None:
        metrics.DUE_WORK_LAG_SECONDS.set(self.age(await tx.fetchval(SQL["oldest_due_of_all"], self._clock.now())))
        metrics.DUE_WORK_PARKED.clear()
        for row in await tx.fetch(SQL["count_parked"]):
            metrics.DUE_WORK_PARKED.labels(row["kind"]).set(row["number"])

    async def _outbox(self, tx: Tx) -> None:
        for row in await tx.fetch(SQL["oldest_unread_events"]):
            metrics.OUTBOX_LAG_SECONDS.labels(row["consumer"]).set(self.age(row["occurred_at"]))

    async def _inbox(self, tx: Tx) -> None:
        row = await tx.fetchrow(SQL["unhandled_messages"])
        assert row is not None, "an aggregate always answers one row"
        metrics.INBOX_UNHANDLED.set(row["number"])
        metrics.INBOX_LAG_SECONDS.set(self.age(row["oldest"]))

    def age(self, since: datetime | None) -> float:
        """Seconds of platform time; none for nothing, and for what a tenant whose time runs ahead has made."""
        return 0.0 if since is None else max((self._clock.now() - since).total_seconds(), 0.0)
