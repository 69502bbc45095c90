"""Events reach every consumer: in order, none skipped, none lost when a handler fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueItem, DueKey, DueWork, Moment
from pasarela.infra.outbox import Consumer, Outbox
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.events import Event

outbox = Outbox()


def event(number: int, tenant_id: int = 7) -> Event:
    return Event(
        event_id=f"e{number}",
        tenant_id=tenant_id,
        type="payment.completed",
        subject=f"tr{number}",
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
        data={"amount": number, "order_id": None},
    )


@dataclass
class Heard:
    """A handler that notes what it heard, and fails on the ids in `poison`."""

    events: list[Event] = field(default_factory=list)
    poison: set[str] = field(default_factory=set)
    batches: list[int] = field(default_factory=list)

    async def __call__(self, tx: Tx, events: Sequence[Event]) -> None:
        bad = [event.event_id for event in events if event.event_id in self.poison]
        if bad:
            raise ValueError(f"can't take {bad}")
        self.batches.append(len(events))
        self.events.extend(events)

    @property
    def ids(self) -> list[str]:
        return [event.event_id for event in self.events]


async def consumer(database: Database, heard: Heard, *, name: str = "test", limit: int = 256) -> Consumer:
    made = Consumer(name, heard, database, DueWork(), SystemClock(), limit=limit)
    await made.begin()
    return made


async def append(database: Database, *numbers: int) -> None:
    async with database.batch() as tx:
        await outbox.append(tx, [event(number) for number in numbers])


async def test_a_consumer_hears_everything_once_in_order(database: Database) -> None:
    heard = Heard()
    reader = await consumer(database, heard, limit=2)
    await append(database, 3, 1, 2)
    await append(database, 5, 4)
    assert await reader.settle() == 5
    assert heard.events == [event(number) for number in (3, 1, 2, 5, 4)]
    assert max(heard.batches) == 2
    assert await reader.run_once() == 0
    assert await reader.seconds_behind() == 0


async def test_append_leaves_an_event_that_is_there(database: Database) -> None:
    heard = Heard()
    reader = await consumer(database, heard)
    await append(database, 1)
    await append(database, 1, 2)
    await reader.settle()
    assert heard.ids == ["e1", "e2"]


async def test_append_of_a_tenant_is_fenced(database: Database) -> None:
    async with database.tenant(7) as tx:
        await outbox.append(tx, [event(1)])
    with pytest.raises(Exception, match="row-level security"):
        async with database.tenant(8) as tx:
            await outbox.append(tx, [event(2)])


async def test_nothing_of_an_undone_transaction_is_heard(database: Database) -> None:
    heard = Heard()
    reader = await consumer(database, heard)
    with contextlib.suppress(RuntimeError):
        async with database.batch() as tx:
            await outbox.append(tx, [event(1)])
            raise RuntimeError
    await reader.settle()
    assert heard.events == []


async def test_an_event_that_commits_late_is_not_skipped(database: Database) -> None:
    heard = Heard()
    reader = await consumer(database, heard)
    async with database.batch() as slow:
        await outbox.append(slow, [event(1)])
        await append(database, 2)
        # The later transaction has committed, but reading it now would lose the earlier one.
        assert await reader.run_once() == 0
        assert await reader.seconds_behind() > 0
    assert await reader.settle() == 2
    assert heard.ids == ["e1", "e2"]


async def test_settle_waits_for_transactions_that_are_under_way(database: Database) -> None:
    heard = Heard()
    reader = await consumer(database, heard)
    async with database.batch() as slow:
        await outbox.append(slow, [event(1)])
        await append(database, 2)
        settling = asyncio.create_task(reader.settle())
        await asyncio.sleep(0.05)
        assert not settling.done()
    assert await settling == 2


async def test_two_workers_share_a_consumer(database: Database) -> None:
    heard = Heard()
    readers = [await consumer(database, heard, limit=3) for _ in range(3)]
    for number in range(30):
        await append(database, number)
    while len(heard.events) < 30:
        await asyncio.gather(*(reader.run_once() for reader in readers))
    assert heard.ids == [f"e{number}" for number in range(30)]


async def test_two_consumers_do_not_know_each_other(database: Database) -> None:
    one, other = Heard(), Heard()
    await append(database, 1, 2)
    await (await consumer(database, one, name="one")).settle()
    await append(database, 3)
    await (await consumer(database, other, name="other")).settle()
    assert one.ids == ["e1", "e2"]
    assert other.ids == ["e1", "e2", "e3"]


async def test_an_event_that_cannot_be_taken_lets_the_others_pass(database: Database) -> None:
    heard = Heard(poison={"e2"})
    reader = await consumer(database, heard)
    await append(database, 1, 2, 3, 4)
    await reader.settle()
    await append(database, 5, 6)
    await reader.settle()
    assert heard.ids == ["e1", "e3", "e4", "e5", "e6"]
    items = await claimed(database, reader.retry_kind)
    assert [item.subject for item in items] == ["e2"]
    heard.poison.clear()
    await reader.retry(items[0])
    assert heard.ids[-1] == "e2"


async def test_what_a_handler_wrote_before_it_failed_is_undone(database: Database) -> None:
    async def fail_after_writing(tx: Tx, events: Sequence[Event]) -> None:
        for heard in events:
            key = DueKey(heard.tenant_id, "written", heard.event_id)
            await DueWork().schedule(tx, [key.at(heard.occurred_at)])
        if any(heard.event_id == "e2" for heard in events):
            raise ValueError

    reader = Consumer("test", fail_after_writing, database, DueWork(), SystemClock())
    await reader.begin()
    await append(database, 1, 2, 3)
    await reader.settle()
    assert [item.subject for item in await claimed(database, "written")] == ["e1", "e3"]


async def claimed(database: Database, kind: str) -> list[DueItem]:
    now = SystemClock().now() + timedelta(minutes=1)
    async with database.batch() as tx:
        return await DueWork().claim(tx, Moment(now, now), [kind], 10, timedelta(minutes=1))
