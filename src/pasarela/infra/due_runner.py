"""Runs due work: what is due now, side by side, and, when the clock is moved, what becomes due, in order.

A handler that raises is called again later, after longer and longer pauses, and its work is parked at last;
work is never lost. A worker that dies leaves its work leased until the lease runs out, and then another takes
it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueItem, DueWork, Handlers, Moment
from pasarela.kernel.clock import Clock, OffsetClock, SystemClock

LEASE = timedelta(seconds=60)
HANDLER_SECONDS_MAX = 45
ATTEMPTS_MAX = 12
PAUSE_MAX = timedelta(hours=6)
TOGETHER_MAX = 16
MOVE_ITEMS_MAX = 1_000_000
LEASED_WAIT_SECONDS_MAX = 10
LEASED_POLL_SECONDS = 0.02

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """One call of a handler: what it was for, and how it failed, if it did."""

    tenant_id: int
    kind: str
    subject: str
    due_at: datetime
    attempt: int
    error: str | None


class Hand(Protocol):
    """What moves the clock, for everybody or for one tenant."""

    @property
    def only_tenant(self) -> int | None:
        """The tenant whose time it is; `None` for everybody's."""
        ...

    def now(self) -> datetime:
        """The time that is being moved."""
        ...

    async def reach(self, instant: datetime) -> None:
        """Moves the clock so that it is `instant` or later."""
        ...


def pause_after(attempt: int) -> timedelta:
    """How long work waits after its attempt number `attempt` (from 0) failed: 5 s, 10 s, 20 s … 6 h."""
    return min(timedelta(seconds=5 * 2 ** min(attempt, 20)), PAUSE_MAX)


class DueRunner:
    """Claims work of the kinds that it has handlers for, and runs it."""

    def __init__(self, database: Database, due_work: DueWork, clock: Clock, handlers: Handlers) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock
        self._handlers = handlers
        self._real = SystemClock()
        self._finish: Coalescer[DueItem, None] = Coalescer(self._finish_all)

    @property
    def kinds(self) -> Sequence[str]:
        return list(self._handlers)

    async def claim(self, limit: int, kinds: Sequence[str] | None = None) -> list[DueItem]:
        """Leases at most `limit` items that are due now, in order of their instant. Each is to be `run`."""
        async with self._database.batch() as tx:
            return await self._due_work.claim(tx, self._moment(), kinds or self.kinds, limit, LEASE)

    async def run(self, item: DueItem) -> Ran:
        """Calls the handler of a claimed item and notes how it went; raises only when the database fails or
        the task is cancelled, and then the work is somebody else's."""
        try:
            async with asyncio.timeout(HANDLER_SECONDS_MAX):
                await self._handlers[item.kind](item)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(item))
            raise
        except Exception as error:  # noqa: BLE001 - however a handler fails, its work is kept
            return await self._put_off(item, error)
        await self._finish(item)
        return _ran(item, None)

    async def run_until(self, until: datetime, hand: Hand, settle: Callable[[], Awaitable[object]]) -> list[Ran]:
        """Moves the clock to `until` by way of every instant at which work is due, runs that work, and
        answers what ran, in order.

        Work of one instant runs side by side; the next instant comes when it has ended and `settle` (what
        answers its events) too. Handlers see their own instant or a moment later, never the end of the move;
        what they schedule within the move is run as well. Others' work that is under way is waited for, a
        while.
        """
        ran: list[Ran] = []
        waited_until = time.monotonic() + LEASED_WAIT_SECONDS_MAX
        await settle()
        while (instant := await self._next_instant(until, hand, waited_until)) is not None:
            await hand.reach(instant)
            # Not what is due by now: this instant's handlers may yet take later work back, or add some before
            # it.
            ran_now = await self._run_instant(instant, hand)
            ran += ran_now
            await settle()
            if not ran_now:
                # Somebody holds the row just now: a call that schedules it anew, or a claim about to be seen.
                await asyncio.sleep(LEASED_POLL_SECONDS)
            assert len(ran) <= MOVE_ITEMS_MAX, "a handler schedules its work at the same instant for ever"
        await hand.reach(until)
        await settle()
        return ran

    async def oldest(self) -> datetime | None:
        """The instant of the work that has waited longest for a worker; `None` when none waits."""
        async with self._database.batch() as tx:
            return await self._due_work.oldest(tx, self._clock.now(), self.kinds, self._real.now())

    async def _next_instant(self, until: datetime, hand: Hand, waited_until: float) -> datetime | None:
        while True:
            async with self._database.batch() as tx:
                found = await self._due_work.next_instant(
                    tx,
                    self._moment_of_move(until, hand),
                    self.kinds,
                    leased_too=time.monotonic() < waited_until,
                )
            if found is None or not found.leased:
                return None if found is None else found.instant
            await asyncio.sleep(LEASED_POLL_SECONDS)

    async def _run_instant(self, instant: datetime, hand: Hand) -> list[Ran]:
        async with self._database.batch() as tx:
            items = await self._due_work.claim(tx, self._moment_of_move(instant, hand), self.kinds, TOGETHER_MAX, LEASE)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.run(item)) for item in items]
        return [task.result() for task in tasks]

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._real.now(), self._tenants_ahead())

    def _moment_of_move(self, now: datetime, hand: Hand) -> Moment:
        # The time of one tenant is moved as that tenant sees it; that of all, as the platform does.
        ahead = self._tenants_ahead() if hand.only_tenant is None else {}
        return Moment(now, self._real.now(), ahead, hand.only_tenant, moving=True)

    def _tenants_ahead(self) -> Mapping[int, timedelta]:
        return self._clock.tenant_offsets if isinstance(self._clock, OffsetClock) else {}

    async def _finish_all(self, items: Sequence[DueItem]) -> list[Exception | None]:
        async with self._database.batch() as tx:
            await self._due_work.finish(tx, items)
        return [None] * len(items)

    async def _put_off(self, item: DueItem, error: Exception) -> Ran:
        said = f"{type(error).__name__}: {error}"
        now = self._clock.now(item.tenant_id)
        parks = item.attempt + 1 >= ATTEMPTS_MAX
        async with self._database.batch() as tx:
            if parks:
                await self._due_work.park(tx, item, now, said)
            else:
                await self._due_work.reschedule(tx, item, now + pause_after(item.attempt), said)
        _log.warning(
            "due work failed",
            kind=item.kind,
            subject=item.subject,
            tenant_id=item.tenant_id,
            attempt=item.attempt,
            parked=parks,
            exc_info=error,
        )
        return _ran(item, said)

    async def _give_back(self, item: DueItem) -> None:
        async with self._database.batch() as tx:
            await self._due_work.release(tx, item)


def _ran(item: DueItem, error: str | None) -> Ran:
    return Ran(item.tenant_id, item.kind, item.subject, item.due_at, item.attempt, error)
