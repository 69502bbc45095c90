"""What Prometheus reads: what this process counted, and what a scrape reads from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pasarela.infra import metrics
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Consumer, Outbox
from pasarela.infra.readings import Readings
from pasarela.kernel.events import Event
from tests.factories.tables import rows
from tests.fakes.stopped_clock import NOON, StoppedClock


def read(name: str, **labels: str) -> float | None:
    """A sample of this process; `None`: it is not shown."""
    return metrics.REGISTRY.get_sample_value(name, labels)


class Doubler:
    """A hot verb that a test can name."""

    def __init__(self) -> None:
        self.double: Coalescer[int, int] = Coalescer(self._run)

    async def _run(self, numbers: Sequence[int]) -> list[int | Exception]:
        return [number * 2 for number in numbers]


async def nothing(*_: object) -> None:
    """Handles whatever comes."""


def test_exposition_shows_what_was_counted() -> None:
    metrics.EVENTS_HANDLED.labels("metrics").inc(3)
    text = metrics.exposition().decode()
    assert 'pasarela_outbox_events_handled_total{consumer="metrics"} 3.0' in text
    assert "pasarela_due_work_lag_seconds" in text


async def test_batches_are_measured_by_the_name_of_their_verb() -> None:
    doubler = Doubler()

    await doubler.double(1)
    await doubler.double(2)

    assert read("pasarela_batch_items_count", verb="Doubler") == 2
    assert read("pasarela_batch_items_sum", verb="Doubler") == 2


async def test_a_scrape_reads_how_far_everything_is_behind(database: Database) -> None:
    clock, due_work, outbox = StoppedClock(), DueWork(), Outbox()
    consumer = Consumer("readings", nothing, database, due_work, clock)
    await consumer.begin()
    async with database.batch() as tx:
        await outbox.append(tx, [Event("e1", 1, "readings.tested", "x", NOON, {})])
        await due_work.schedule(tx, [DueKey(1, "readings.late", "x").at(NOON - timedelta(seconds=30))])
    await Inbox(database, due_work, clock).receive("readings", "m1", {})
    await rows(database, "UPDATE due_work SET parked_at = $1 WHERE kind = 'inbox.readings'", NOON)
    clock.advance(seconds=60)

    await Readings(database, clock).take()

    assert read("pasarela_events_total", type="readings.tested") == 1
    assert read("pasarela_outbox_lag_seconds", consumer="readings") == 60
    assert read("pasarela_due_work_lag_seconds") == 90
    assert read("pasarela_due_work_parked", kind="inbox.readings") == 1
    assert (read("pasarela_inbox_unhandled"), read("pasarela_inbox_lag_seconds")) == (1, 60)
    assert read("pasarela_pool_connections", role="pasarela_app", state="max") == 12
    assert read("pasarela_pool_connections", role="pasarela_batch", state="used") == 0


async def test_what_is_caught_up_is_shown_as_such(database: Database) -> None:
    metrics.DUE_WORK_PARKED.labels("long.gone").set(1)

    await Readings(database, StoppedClock()).take()

    assert read("pasarela_due_work_lag_seconds") == read("pasarela_inbox_unhandled") == 0
    assert read("pasarela_due_work_parked", kind="long.gone") is None
