"""The worker: finds what there is to do, survives failures, stops cleanly, says how it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from pasarela.infra.database import Database, Tx
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueItem, DueKey, DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Consumer, Outbox
from pasarela.infra.worker import Sweep, Worker, is_recent, worker_seen_at
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.events import Event
from tests.infra.waiting import until

clock = SystemClock()
due_work = DueWork()


@dataclass
class Done:
    """Handlers of every sort that note what they did. Work on the subject `slow` waits until `gate` opens."""

    subjects: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    sweeps: list[float] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, item: DueItem) -> None:
        if item.subject == "slow":
            self.started.set()
            await self.gate.wait()
        self.subjects.append(item.subject)

    async def hear(self, tx: Tx, events: Sequence[Event]) -> None:
        self.events += [event.event_id for event in events]

    async def sweep(self) -> None:
        self.sweeps.append(time.monotonic())
        if len(self.sweeps) == 1:
            raise ValueError("the first time always fails")


async def schedule(database: Database, *subjects: str, kind: str = "work") -> None:
    async with database.batch() as tx:
        await due_work.schedule(tx, [DueKey(1, kind, subject).at(clock.now()) for subject in subjects])


def made(database: Database, done: Done, **more: Any) -> Worker:
    return Worker(database, DueRunner(database, due_work, clock, {"work": done.work, "own": done.work}), clock, **more)


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    await worker.start()
    try:
        yield
    finally:
        await worker.stop()


@pytest.fixture
def done() -> Done:
    return Done()


async def test_it_does_what_is_due(database: Database, done: Done) -> None:
    await schedule(database, *(f"s{number}" for number in range(50)))
    async with at_work(made(database, done)):
        await until(lambda: len(done.subjects) == 50)
        await schedule(database, "later")
        await until(lambda: "later" in done.subjects)
    assert len(done.subjects) == 51
    async with database.batch() as tx:
        assert await tx.fetchval("SELECT count(*) FROM due_work") == 0


async def test_two_workers_share_the_work(database: Database, done: Done) -> None:
    async with at_work(made(database, done)), at_work(made(database, done)):
        await schedule(database, *(f"s{number}" for number in range(200)))
        await until(lambda: len(done.subjects) == 200)
    assert len(set(done.subjects)) == 200


async def test_work_with_a_lane_of_its_own_does_not_wait_for_other_work(database: Database, done: Done) -> None:
    async def never(item: DueItem) -> None:
        done.started.set()
        await asyncio.Event().wait()

    runner = DueRunner(database, due_work, clock, {"work": never, "own": done.work})
    worker = Worker(database, runner, clock, lanes={"work": 1})
    async with at_work(worker):
        await schedule(database, "a", "b", kind="work")
        await done.started.wait()
        await schedule(database, "c", kind="own")
        await until(lambda: done.subjects == ["c"])
        for task in list(worker._running):  # noqa: SLF001 - spares the test the ten seconds of grace
            task.cancel()


async def test_it_answers_events(database: Database, done: Done) -> None:
    worker = made(database, done, consumers=[Consumer("test", done.hear, database, due_work, clock)])
    async with at_work(worker):
        async with database.batch() as tx:
            await Outbox().append(tx, [Event("e1", 1, "a", "b", clock.now(), {})])
        await until(lambda: done.events == ["e1"])


async def test_settle_returns_when_all_events_are_answered(database: Database, done: Done) -> None:
    async def chain(tx: Tx, events: Sequence[Event]) -> None:
        await done.hear(tx, events)
        if len(done.events) < 3:
            await Outbox().append(tx, [Event(f"e{len(done.events) + 1}", 1, "a", "b", clock.now(), {})])

    worker = made(database, done, consumers=[Consumer("test", chain, database, due_work, clock)])
    async with at_work(worker):
        async with database.batch() as tx:
            await Outbox().append(tx, [Event("e1", 1, "a", "b", clock.now(), {})])
        await worker.settle()
        assert done.events == ["e1", "e2", "e3"]


async def test_sweeps_run_again_and_again_by_one_worker(database: Database, done: Done) -> None:
    sweep = Sweep("test", timedelta(seconds=0.5), done.sweep)
    async with at_work(made(database, done, sweeps=[sweep])), at_work(made(database, done, sweeps=[sweep])):
        await until(lambda: len(done.sweeps) == 3)
    assert all(later - earlier >= 0.45 for earlier, later in zip(done.sweeps, done.sweeps[1:], strict=False))


async def test_stop_lets_running_work_end(database: Database, done: Done) -> None:
    worker = made(database, done)
    await worker.start()
    await schedule(database, "slow")
    await done.started.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    done.gate.set()
    await stopping
    assert done.subjects == ["slow"]


async def test_work_that_does_not_end_is_given_back(
    database: Database, done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pasarela.infra.worker.STOP_SECONDS_MAX", 0.1)
    worker = made(database, done)
    await worker.start()
    await schedule(database, "slow")
    await done.started.wait()
    await worker.stop()
    assert done.subjects == []
    done.gate.set()
    async with at_work(made(database, done)):
        await until(lambda: done.subjects == ["slow"])


async def test_it_survives_a_database_that_throws_everybody_out(
    database: Database, database_url: str, done: Done
) -> None:
    inbox = Inbox(database, due_work, clock)
    handled: list[object] = []

    async def handle(body: object) -> str:
        handled.append(body)
        return "done"

    runner = DueRunner(database, due_work, clock, inbox.handlers({"test": handle}))
    worker = Worker(database, runner, clock, consumers=[Consumer("test", done.hear, database, due_work, clock)])
    async with at_work(worker):
        await until(lambda: worker.health().alive and worker.health().listening)
        await throw_everybody_out(database_url)
        await until(lambda: bool(worker.health().failures) or not worker.health().listening)
        await until(lambda: not worker.health().failures and worker.health().listening)
        await inbox.receive("test", "m1", {})
        await until(lambda: len(handled) == 1)


async def test_health_says_when_the_loops_came_round(database: Database, done: Done) -> None:
    worker = made(database, done)
    assert not worker.health().alive
    assert await worker_seen_at(database) is None
    async with at_work(worker):
        await until(lambda: worker.health().alive)
        health = worker.health()
        assert health.last_loop_at is not None
        assert is_recent(health.last_loop_at)
        assert health.failures == {}
        async with asyncio.timeout(10):
            while (seen := await worker_seen_at(database)) is None:  # noqa: ASYNC110 - a row sets no event
                await asyncio.sleep(0.05)
        assert is_recent(seen)
    assert not worker.health().alive


async def throw_everybody_out(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
