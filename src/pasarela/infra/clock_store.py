"""Platform time in the database, and in every process the clock that tells it.

Time is moved forward only, by whole moves: while one is under way no worker claims anything, and what becomes
due on the way is run in order by the process that moves it. In between, time goes on as real time does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_runner import DueRunner, Ran
from pasarela.infra.due_work import PLATFORM
from pasarela.infra.listener import CLOCK_CHANNEL
from pasarela.kernel.clock import OffsetClock, SystemClock
from pasarela.kernel.durations import Duration
from pasarela.kernel.errors import Refusal

SQL = SqlFiles(__package__)

MOVE_LEASE = timedelta(seconds=30)
MOVE_PROLONG_SECONDS = 10
MOVE_POLL_SECONDS = 0.05


class ClockRunsForward(Refusal):
    """The clock is never moved back: the instant asked for has passed."""

    rule = "clock.forward_only"
    field = "to"


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of the clock: the time it came to, and what ran on the way, in order."""

    now: datetime
    ran: list[Ran]


class ClockStore:
    """Keeps `clock` as the database says."""

    def __init__(self, database: Database, clock: OffsetClock) -> None:
        self._database = database
        self._clock = clock

    async def load(self) -> None:
        """Sets this process's clock to what is stored. At start, and whenever the clock's channel is
        heard."""
        async with self._database.operator() as tx:
            rows = await tx.fetch(SQL["read_clock"])
        ahead = {row["tenant_id"]: timedelta(seconds=row["offset_seconds"]) for row in rows}
        self._clock.offset = ahead.pop(PLATFORM, timedelta())
        self._clock.tenant_offsets = {tenant: offset for tenant, offset in ahead.items() if offset}

    def now(self, tenant_id: int | None = None) -> datetime:
        """Platform time, as the tenant sees it."""
        return self._clock.now(tenant_id)

    def offset(self, tenant_id: int | None = None) -> timedelta:
        """How far that time runs ahead of real time."""
        own = timedelta() if tenant_id is None else self._clock.tenant_offsets.get(tenant_id, timedelta())
        return self._clock.offset + own

    async def reach(self, instant: datetime, tenant_id: int | None = None) -> None:
        """Moves the time of the tenant, or of all, so that it is `instant` or later. Runs nothing."""
        missing = instant - self._clock.now(tenant_id)
        if missing <= timedelta():
            return
        tenant = PLATFORM if tenant_id is None else tenant_id
        offsets = self._clock.tenant_offsets
        ahead = self._clock.offset if tenant_id is None else offsets.get(tenant_id, timedelta())
        async with self._database.operator() as tx:
            seconds = await tx.fetchval(SQL["advance_clock"], tenant, (ahead + missing).total_seconds())
            await tx.execute(SQL["notify"], CLOCK_CHANNEL, "")
        ahead = timedelta(seconds=seconds)
        if tenant_id is None:
            self._clock.offset = ahead
        else:
            self._clock.tenant_offsets = {**self._clock.tenant_offsets, tenant_id: ahead}

    @asynccontextmanager
    async def moving(self) -> AsyncIterator[None]:
        """While open, no worker claims work and nobody else moves the clock. Waits for whoever does."""
        while not await self._begin():  # noqa: ASYNC110 - another process lets go, no event of ours tells
            await asyncio.sleep(MOVE_POLL_SECONDS)
        prolonging = asyncio.create_task(self._prolong())
        try:
            # Somebody else may have moved it while we waited, and their word may still be on its way.
            await self.load()
            yield
        finally:
            prolonging.cancel()
            async with self._database.operator() as tx:
                await tx.execute(SQL["end_clock_move"])
                await tx.execute(SQL["notify"], CLOCK_CHANNEL, "")

    async def _begin(self) -> bool:
        now = SystemClock().now()
        async with self._database.operator() as tx:
            return await tx.fetchval(SQL["begin_clock_move"], now + MOVE_LEASE, now) is not None

    async def _prolong(self) -> None:
        while True:
            await asyncio.sleep(MOVE_PROLONG_SECONDS)
            async with self._database.operator() as tx:
                await tx.execute(SQL["prolong_clock_move"], SystemClock().now() + MOVE_LEASE)


@dataclass(frozen=True, slots=True)
class _StoredHand:
    """Moves the stored clock, for everybody or for one tenant."""

    store: ClockStore
    only_tenant: int | None

    def now(self) -> datetime:
        return self.store.now(self.only_tenant)

    async def reach(self, instant: datetime) -> None:
        await self.store.reach(instant, self.only_tenant)


class ClockMover:
    """Moves the clock for the sandbox's control plane. `settle` answers events until none are left."""

    def __init__(self, store: ClockStore, runner: DueRunner, settle: Callable[[], Awaitable[object]]) -> None:
        self._store = store
        self._runner = runner
        self._settle = settle

    async def advance(self, duration: Duration, tenant_id: int | None = None) -> Moved:
        """Moves time forward by `duration`, of one tenant or of all, and runs what becomes due on the way."""
        async with self._store.moving():
            return await self._move(duration.after(self._store.now(tenant_id)), tenant_id)

    async def advance_to(self, instant: datetime, tenant_id: int | None = None) -> Moved:
        """Moves time forward to `instant`, likewise. Raises `ClockRunsForward` when it has passed."""
        async with self._store.moving():
            if instant < self._store.now(tenant_id):
                raise ClockRunsForward
            return await self._move(instant, tenant_id)

    async def _move(self, until: datetime, tenant_id: int | None) -> Moved:
        ran = await self._runner.run_until(until, _StoredHand(self._store, tenant_id), self._settle)
        return Moved(self._store.now(tenant_id), ran)
