"""Removes what nobody needs any more: old API calls, events that all have heard, messages that were handled.

Works through the oldest rows in small transactions, so that it never holds a lock for long, and for half a minute at
a time. What somebody still has to do is kept, however old: events ahead of a consumer or waiting for a retry, and
messages that are not handled. Payments, the ledger and everything that a merchant reads are not its business.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from pasarela.infra import metrics
from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.clock import Clock

SQL = SqlFiles(__package__)

ROWS_A_BATCH_MAX = 2_000
SECONDS_A_RUN_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Retention:
    """How long rows are kept, in platform time; `None`: for ever."""

    requests: timedelta | None = timedelta(days=30)
    events: timedelta | None = timedelta(days=90)
    arrivals: timedelta | None = timedelta(days=90)


FOR_EVER = Retention(None, None, None)


class Prune:
    """A sweep's work. Any number of them may run; each row goes once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        retention: Retention,
        *,
        rows_max: int = ROWS_A_BATCH_MAX,
        seconds_max: float = SECONDS_A_RUN_MAX,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kept = {
            "api_requests": ("prune_api_requests", retention.requests),
            "outbox_events": ("prune_events", retention.events),
            "inbox": ("prune_messages", retention.arrivals),
        }
        self._rows_max = rows_max
        self._seconds_max = seconds_max

    async def __call__(self) -> int:
        """How many rows went; what is left over when the time is up goes in the next run."""
        now, total = self._clock.now(), 0
        until = time.monotonic() + self._seconds_max
        for table, (statement, kept) in self._kept.items():
            if kept is None:
                continue
            while time.monotonic() < until:
                removed = await self._batch(statement, now - kept)
                metrics.PRUNED_ROWS.labels(table).inc(removed)
                total += removed
                if removed < self._rows_max:
                    break
        return total

    async def _batch(self, statement: str, older_than: datetime) -> int:
        async with self._database.operator() as tx:
            done: str = await tx.execute(SQL[statement], older_than, self._rows_max)
        return int(done.rpartition(" ")[2])
