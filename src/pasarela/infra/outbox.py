"""Events on their way from the change that they tell of to those who answer it.

An event is appended in the transaction of its change, so that neither exists without the other. A consumer
hears every event at least once, in the order of their transactions, none skipped: it reads only below the
horizon under which no transaction can commit any more. An event that its handler cannot take is handed to the
due work, where it is tried again and finally parked, while the others go on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import asyncpg
import msgspec
import structlog

from pasarela.infra import metrics
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueItem, DueKey, DueWork
from pasarela.kernel.clock import Clock
from pasarela.kernel.events import Event

SQL = SqlFiles(__package__)

_log = structlog.get_logger(__name__)

BATCH_MAX = 256
SETTLE_SECONDS_MAX = 10
SETTLE_POLL_SECONDS = 0.01

EventHandler = Callable[[Tx, Sequence[Event]], Awaitable[None]]
"""Answers events, in the order given.

What it writes through the transaction (the batch role's) is committed with the note that they are handled,
hence once. Whatever else it does may be repeated after a crash, and is to recognise an event by its id.
"""


class _NotTaken(Exception):
    """A handler failed on `count` events, the first of them at `position`; nothing of it is committed."""

    def __init__(self, count: int, position: int, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.count = count
        self.position = position


class Outbox:
    """Where verbs leave their events. Holds no state."""

    async def append(self, tx: Tx, events: Sequence[Event]) -> None:
        """Stores `events` in this transaction; one whose id the tenant has already is left as it is."""
        if events:
            assert all(event.occurred_at.tzinfo is not None for event in events), "instants know their offset"
            await tx.execute(SQL["append_events"], msgspec.json.encode(list(events)).decode())
            for event in events:
                metrics.EVENTS.labels(event.type).inc()


class Consumer:
    """Reads the events for one purpose; `name` keeps its place for ever. Many workers may share the name."""

    def __init__(
        self,
        name: str,
        handler: EventHandler,
        database: Database,
        due_work: DueWork,
        clock: Clock,
        *,
        limit: int = BATCH_MAX,
    ) -> None:
        self.name = name
        self.retry_kind = f"outbox.{name}"
        self._handler = handler
        self._database = database
        self._due_work = due_work
        self._clock = clock
        self._limit = limit
        self._one_by_one = 0

    async def begin(self) -> None:
        """Gives a new consumer its place, before the first event. To be called once before anything else."""
        async with self._database.batch() as tx:
            await tx.execute(SQL["add_cursor"], self.name)

    async def run_once(self, *, wait: bool = False) -> int:
        """Handles the next batch and answers how many events that was: 0 also while another worker is at it,
        unless told to `wait` for that one."""
        unread = await self._database.batch_fetch(SQL["unread_events"], self.name)
        assert unread, "a consumer begins before it runs"
        if not unread[0]["unread"]:
            return 0
        try:
            handled = await self._take(1 if self._one_by_one else self._limit, wait=wait)
        except _NotTaken as failure:
            if failure.count > 1:
                # Somewhere in this batch is an event that can't be taken: let the others pass.
                self._one_by_one = failure.count
                return await self.run_once(wait=wait)
            handled = await self._hand_over(failure)
        self._one_by_one = max(self._one_by_one - 1, 0)
        return handled

    async def settle(self) -> int:
        """Returns when every event that was committed before this call has been handled, by this or another
        worker; answers how many this one did. Gives up after 10 seconds when somebody keeps a transaction open.
        """
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        total = 0
        while True:
            handled = await self.run_once(wait=True)
            total += handled
            if not handled:
                if not await self.has_unread() or time.monotonic() > deadline:
                    return total
                await asyncio.sleep(SETTLE_POLL_SECONDS)

    async def has_unread(self) -> bool:
        """Whether any event has been committed that this consumer has not handled, readable yet or not."""
        return await self._oldest_unread() is not None

    async def retry(self, item: DueItem) -> None:
        """The due work's handler of `retry_kind`: tries an event again that could not be taken."""
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["read_event"], item.tenant_id, item.subject)
            assert row is not None, "events are never deleted while somebody still has to hear them"
            await self._handler(tx, [_event(row)])

    async def seconds_behind(self) -> float:
        """How long the oldest event has waited that this consumer has not handled; 0 when there is none."""
        oldest = await self._oldest_unread()
        return 0.0 if oldest is None else max((self._clock.now() - oldest).total_seconds(), 0.0)

    async def _take(self, limit: int, *, wait: bool) -> int:
        # A crash may undo the last moments: what the handler wrote and how far we had come, both or neither.
        async with self._database.batch(repeatable=True) as tx:
            rows = await self._read(tx, limit, wait=wait)
            if rows:
                try:
                    await self._handler(tx, [_event(row) for row in rows])
                except Exception as error:  # however a handler fails, its event must not be lost
                    raise _NotTaken(len(rows), rows[0]["position"], error) from error
                await tx.execute(SQL["move_cursor"], self.name, rows[-1]["xact"], rows[-1]["position"])
        return len(rows)

    async def _hand_over(self, failure: _NotTaken) -> int:
        """Passes the event that failed to the due work, unless another worker has taken it meanwhile."""
        async with self._database.batch() as tx:
            rows = await self._read(tx, 1, wait=True)
            if not rows or rows[0]["position"] != failure.position:
                return 0
            row = rows[0]
            key = DueKey(row["tenant_id"], self.retry_kind, row["event_id"])
            await self._due_work.schedule(tx, [key.at(self._clock.now(row["tenant_id"]))])
            await tx.execute(SQL["move_cursor"], self.name, row["xact"], row["position"])
            _log.warning("event handed to due work", consumer=self.name, event_id=row["event_id"], error=str(failure))
            return 1

    async def _read(self, tx: Tx, limit: int, *, wait: bool) -> list[asyncpg.Record]:
        cursor = await tx.fetchrow(SQL["wait_for_cursor" if wait else "try_cursor"], self.name)
        if cursor is None:
            return []
        # A statement of its own: its snapshot sees what the worker before us committed.
        return await tx.fetch(SQL["read_events"], cursor["xact"], cursor["position"], limit)

    async def _oldest_unread(self) -> datetime | None:
        rows = await self._database.batch_fetch(SQL["oldest_unread_event"], self.name)
        return rows[0]["occurred_at"] if rows else None


def _event(row: asyncpg.Record) -> Event:
    return Event(
        event_id=row["event_id"],
        tenant_id=row["tenant_id"],
        type=row["type"],
        subject=row["subject"],
        occurred_at=row["occurred_at"],
        data=msgspec.json.decode(row["data"]),
    )
