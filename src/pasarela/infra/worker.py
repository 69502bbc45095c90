"""The work behind the calls: due work, events for their consumers, and sweeps, in loops that outlive every failure.

Any number of workers may run on one database, inside the server's process or in processes of their own; each piece
of work is done by one of them. A loop that fails waits longer and longer and tries again; what it was doing is not
lost. Notifications and `wake` make it look at once, and without them it looks several times a second.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog

from pasarela.infra import metrics
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import PLATFORM, DueItem, DueKey, DueWork
from pasarela.infra.listener import CLOCK_CHANNEL, DATABASE_FAILURES, WORK_CHANNEL, Listener, Wake
from pasarela.infra.outbox import Consumer
from pasarela.kernel.clock import Clock, SystemClock

SQL = SqlFiles(__package__)

POLL_SECONDS = 0.2
GATHER_SECONDS = 0.1
BEAT_SECONDS = 2.0
SILENT_SECONDS_MAX = 15.0
PAUSE_SECONDS_MIN = 0.2
PAUSE_SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 10.0
CONCURRENCY = 8
SWEEP_SECONDS_MAX = 40.0
SETTLE_SECONDS_MAX = 30.0


_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Housekeeping every `period`, by one worker at a time; a failure is logged, and the next period tries again.

    One call may take 40 seconds at most. Moving the clock does not repeat what it passes over.
    """

    name: str
    period: timedelta
    run: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """`last_loop_at` is when the slowest loop last came round (real time), `None` before it first did. `lag_seconds` is
    how long the oldest waiting work or event has waited. Without `listening` it finds work a little later. `failures`
    names the loops that fail just now."""

    alive: bool
    last_loop_at: datetime | None
    lag_seconds: float
    listening: bool
    failures: Mapping[str, str]


@dataclass
class _Loop:
    """`step` does one round and says whether there is more to do at once."""

    name: str
    step: Callable[[], Awaitable[bool]]
    every: float
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    last_round_at: datetime | None = None
    failure: str | None = None


class Worker:
    """One worker. `lanes` gives kinds of work a place of their own and so many at once; all others share one.
    `wakes` are called, besides, when their channel is heard."""

    def __init__(
        self,
        database: Database,
        runner: DueRunner,
        clock: Clock,
        *,
        consumers: Sequence[Consumer] = (),
        sweeps: Sequence[Sweep] = (),
        lanes: Mapping[str, int] = MappingProxyType({}),
        wakes: Mapping[str, Wake] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._runner = runner
        self._clock = clock
        self._real = SystemClock()
        self._due_work = DueWork()
        self._consumers = consumers
        self._sweeps = {f"sweep.{sweep.name}": sweep for sweep in sweeps}
        self._sweeper = DueRunner(database, self._due_work, clock, dict.fromkeys(self._sweeps, self._sweep))
        self._running: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._lag_seconds = 0.0
        self._loops = self._all_loops(lanes)
        self._tasks: list[asyncio.Task[None]] = []
        waking = {channel: self._woken_after(wakes.get(channel)) for channel in (WORK_CHANNEL, CLOCK_CHANNEL)}
        self._listener = Listener(database, {**wakes, **waking})

    async def start(self) -> None:
        """Begins to work. Raises what the database raises."""
        for consumer in self._consumers:
            await consumer.begin()
        now = self._clock.now()
        async with self._database.batch() as tx:
            # Not later than it stands: restarts must not put a sweep off for ever.
            await self._due_work.bring_forward(
                tx, [_sweep_key(kind).at(now + sweep.period) for kind, sweep in self._sweeps.items()]
            )
        self._tasks = [asyncio.create_task(self._forever(loop), name=loop.name) for loop in self._loops]
        self._tasks.append(asyncio.create_task(self._listener.run(), name="listener"))

    async def stop(self) -> None:
        """Takes nothing new, lets what is running end for ten seconds, gives the rest back to other workers."""
        self._stop.set()
        self.wake()
        tasks, self._tasks = self._tasks, []
        if tasks:
            listening = tasks.pop()
            listening.cancel()
            await _ended([*tasks, listening])
        await _ended(list(self._running))

    def wake(self) -> None:
        """Has all loops look for work at once: somebody in this process has just made some."""
        for loop in self._loops:
            loop.woken.set()

    async def settle(self) -> None:
        """Returns when all events are answered, those too that answering them makes. Gives up after half a
        minute, when others make them faster."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS_MAX):
                unread = True
                while unread:
                    for consumer in self._consumers:
                        await consumer.settle()
                    unread = any([await consumer.has_unread() for consumer in self._consumers])

    def health(self) -> WorkerHealth:
        """How this worker is doing, without asking the database."""
        rounds = [loop.last_round_at for loop in self._loops if loop.last_round_at is not None]
        slowest = min(rounds) if len(rounds) == len(self._loops) else None
        return WorkerHealth(
            alive=bool(self._tasks) and slowest is not None and is_recent(slowest),
            last_loop_at=slowest,
            lag_seconds=self._lag_seconds,
            listening=self._listener.connected,
            failures={loop.name: loop.failure for loop in self._loops if loop.failure is not None},
        )

    def _all_loops(self, lanes: Mapping[str, int]) -> list[_Loop]:
        shared = [kind for kind in self._runner.kinds if kind not in lanes]
        loops = [self._lane(kind, self._runner, [kind], concurrency) for kind, concurrency in lanes.items()]
        if shared:
            loops.append(self._lane("due work", self._runner, shared, CONCURRENCY))
        if self._sweeps:
            loops.append(self._lane("sweeps", self._sweeper, self._sweeper.kinds, CONCURRENCY))
        loops += [_Loop(f"events for {each.name}", self._consuming(each), POLL_SECONDS) for each in self._consumers]
        return [*loops, _Loop("beat", self._beat, BEAT_SECONDS)]

    def _lane(self, name: str, runner: DueRunner, kinds: Sequence[str], concurrency: int) -> _Loop:
        """A loop that keeps up to `concurrency` pieces of work of these kinds under way."""
        mine: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            mine.discard(task)
            self._running.discard(task)
            loop.woken.set()

        async def step() -> bool:
            free = concurrency - len(mine)
            for item in await runner.claim(free, kinds) if free else ():
                task = asyncio.create_task(self._run(runner, item), name=f"{item.kind} {item.subject}")
                mine.add(task)
                self._running.add(task)
                task.add_done_callback(ended)
            return False

        loop = _Loop(name, step, POLL_SECONDS)
        return loop

    async def _run(self, runner: DueRunner, item: DueItem) -> None:
        try:
            ran = await runner.run(item)
        except DATABASE_FAILURES as error:
            # The lease runs out and the work is claimed again; handlers may be called twice.
            _log.warning("due work not noted as done", kind=item.kind, subject=item.subject, error=str(error))
        else:
            metrics.DUE_WORK_RAN.labels(item.kind, "done" if ran.error is None else "failed").inc()

    def _consuming(self, consumer: Consumer) -> Callable[[], Awaitable[bool]]:
        async def step() -> bool:
            handled = await consumer.run_once()
            metrics.EVENTS_HANDLED.labels(consumer.name).inc(handled)
            if handled:
                # In a rush the next ones are there already: a few at a time would cost as much as many.
                await _until(self._stop, GATHER_SECONDS)
            return handled > 0

        return step

    async def _sweep(self, item: DueItem) -> None:
        sweep = self._sweeps[item.kind]
        try:
            async with asyncio.timeout(SWEEP_SECONDS_MAX):
                await sweep.run()
        except Exception:  # noqa: BLE001 - whatever it was, the next period tries again
            _log.exception("sweep failed", sweep=sweep.name)
            metrics.WORKER_FAILURES.labels(item.kind).inc()
        async with self._database.batch() as tx:
            await self._due_work.schedule(tx, [item.key.at(self._clock.now() + sweep.period)])

    async def _beat(self) -> bool:
        lags = [0.0]
        oldest = await self._runner.oldest()
        if oldest is not None:
            lags.append((self._clock.now() - oldest).total_seconds())
        metrics.DUE_WORK_LAG_SECONDS.set(lags[-1])
        for consumer in self._consumers:
            lags.append(await consumer.seconds_behind())
            metrics.OUTBOX_LAG_SECONDS.labels(consumer.name).set(lags[-1])
        self._lag_seconds = max(lags)
        others = [loop.last_round_at for loop in self._loops[:-1]]
        if all(at is not None and is_recent(at) for at in others):
            async with self._database.operator() as tx:
                await tx.execute(SQL["note_worker"], self._real.now())
        elif None in others:
            # At the start: somebody may be waiting for this note.
            await _until(self._stop, POLL_SECONDS)
            return True
        return False

    async def _forever(self, loop: _Loop) -> None:
        pause = PAUSE_SECONDS_MIN
        while not self._stop.is_set():
            loop.woken.clear()
            try:
                busy = await loop.step()
            except Exception as error:  # noqa: BLE001 - a loop outlives every failure; nothing else would restart it
                loop.failure = f"{type(error).__name__}: {error}"
                metrics.WORKER_FAILURES.labels(loop.name).inc()
                _log.warning("worker loop failed", loop=loop.name, exc_info=error)
                await _until(self._stop, pause)
                pause = min(pause * 2, PAUSE_SECONDS_MAX)
                continue
            pause = PAUSE_SECONDS_MIN
            loop.failure = None
            loop.last_round_at = self._real.now()
            if not busy:
                await _until(loop.woken, loop.every)

    def _woken_after(self, also: Wake | None) -> Wake:
        async def woken() -> None:
            if also is not None:
                await also()
            self.wake()

        return woken


async def worker_seen_at(database: Database) -> datetime | None:
    """When any process's worker was last well and at work (real time); for readiness, see `is_recent`."""
    async with database.operator() as tx:
        seen: datetime | None = await tx.fetchval(SQL["worker_seen"])
    return seen


def is_recent(seen_at: datetime) -> bool:
    """Whether what was seen then (real time) may be taken to be alive."""
    return (SystemClock().now() - seen_at).total_seconds() <= SILENT_SECONDS_MAX


def _sweep_key(kind: str) -> DueKey:
    return DueKey(PLATFORM, kind, "")


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Returns when `event` is set, or after so long."""
    # Not wait_for, which in Python 3.11 may swallow a cancellation.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Waits for `tasks`, and cancels those that take too long."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS_MAX)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
