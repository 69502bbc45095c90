"""Old rows go by platform time, a few at a time; what somebody still has to do stays, however old it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import PLATFORM, DueKey, DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Consumer, Outbox
from pasarela.infra.retention import FOR_EVER, Prune, Retention
from pasarela.kernel.events import Event
from tests.factories.tables import rows
from tests.fakes.stopped_clock import NOON, StoppedClock

DAY = timedelta(days=1)
KEPT = Retention(30 * DAY, 90 * DAY, 90 * DAY)


async def heard(_tx: Tx, _events: Sequence[Event]) -> None:
    """Whatever it is."""


async def nobody(_tx: Tx, _events: Sequence[Event]) -> None:
    raise LookupError("nobody is there")


class Past:
    """Rows that were written at NOON, and a clock that goes on."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StoppedClock()
        self.due_work = DueWork()
        self.outbox = Outbox()
        self.inbox = Inbox(database, self.due_work, self.clock)

    def consumer(self, name: str, handler: object = heard) -> Consumer:
        return Consumer(name, handler, self.database, self.due_work, self.clock)  # type: ignore[arg-type]  # one of ours

    async def prune(self, retention: Retention = KEPT, **limits: int) -> int:
        return await Prune(self.database, self.clock, retention, **limits)()

    async def calls(self, *instants: datetime) -> None:
        for number, at in enumerate(instants):
            await rows(
                self.database,
                "INSERT INTO api_requests (request_id, api, at, method, path, status, duration_us)"
                " VALUES ($1, 'openpay', $2, 'GET', '/', 200, 1)",
                UUID(int=number),
                at,
            )

    async def events(self, *event_ids: str) -> None:
        async with self.database.batch() as tx:
            await self.outbox.append(tx, [Event(each, 1, "x", "s", self.clock.now(), {}) for each in event_ids])

    async def left(self, table: str, column: str) -> list[object]:
        found = await rows(self.database, f"SELECT {column} FROM {table} ORDER BY {column}")  # noqa: S608 - from below
        return [row[column] for row in found]


@pytest.fixture
def past(database: Database) -> Past:
    return Past(database)


async def test_calls_are_kept_for_thirty_days(past: Past) -> None:
    await past.calls(NOON, NOON + DAY)

    past.clock.at = NOON + 30 * DAY
    assert await past.prune() == 0
    past.clock.advance(seconds=1)
    assert await past.prune() == 1
    assert await past.left("api_requests", "at") == [NOON + DAY]


async def test_small_batches_come_to_the_same(past: Past) -> None:
    await past.calls(*(NOON + number * DAY for number in range(7)))
    past.clock.at = NOON + 35 * DAY

    assert await past.prune(rows_max=2) == 5
    assert await past.left("api_requests", "at") == [NOON + 5 * DAY, NOON + 6 * DAY]


async def test_when_the_time_is_up_the_rest_waits(past: Past) -> None:
    await past.calls(NOON, NOON)
    past.clock.advance(days=99)

    assert await past.prune(seconds_max=0) == 0
    assert await past.prune() == 2


async def test_events_go_when_all_have_heard_them(past: Past) -> None:
    first, second = past.consumer("first"), past.consumer("second")
    await first.begin()
    await second.begin()
    await past.events("e1", "e2")
    assert await first.settle() == 2
    past.clock.advance(days=91)
    await past.events("e3")

    assert await past.prune() == 0
    assert await second.settle() == 3
    assert await first.settle() == 1
    assert await past.prune() == 2
    assert await past.left("outbox_events", "event_id") == ["e3"]
    assert await first.run_once() == 0


async def test_without_anybody_who_hears_events_stay(past: Past) -> None:
    await past.events("e1")
    past.clock.advance(days=999)

    assert await past.prune() == 0


async def test_an_event_that_is_still_tried_stays(past: Past) -> None:
    deaf = past.consumer("deaf", nobody)
    await deaf.begin()
    await past.events("e1", "e2")
    assert await deaf.settle() == 2
    async with past.database.batch() as tx:
        await past.due_work.cancel(tx, [DueKey(1, deaf.retry_kind, "e2")])
    past.clock.advance(days=999)

    assert await past.prune() == 1
    assert await past.left("outbox_events", "event_id") == ["e1"]


async def test_messages_go_when_they_are_handled(past: Past) -> None:
    await past.inbox.receive("bank", "m1", {})
    await past.inbox.receive("bank", "m2", {})

    async def taken(_body: object) -> str:
        return "taken"

    async with past.database.batch() as tx:
        item = await past.due_work.claim_key(tx, DueKey(PLATFORM, "inbox.bank", "m1"), NOON, DAY)
    assert item is not None
    await past.inbox.handlers({"bank": taken})["inbox.bank"](item)

    past.clock.advance(days=999)

    assert await past.prune() == 1
    assert await past.left("inbox", "message_id") == ["m2"]


async def test_what_is_kept_for_ever_is_kept(past: Past) -> None:
    await past.calls(NOON)
    past.clock.advance(days=9_999)

    assert await past.prune(FOR_EVER) == 0
