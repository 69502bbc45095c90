"""What arrives is stored first and handled once, however often it arrives and whatever its handler does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner, Ran, pause_after
from pasarela.infra.due_work import DueWork
from pasarela.infra.inbox import Inbox
from pasarela.kernel.clock import OffsetClock

SPEI = "spei.deposits"


class Bank:
    """An inbox, the worker's part in it, and a handler that notes what it is given."""

    def __init__(self, database: Database) -> None:
        self.clock = OffsetClock()
        self.database = database
        self.inbox = Inbox(database, DueWork(), self.clock)
        self.handled: list[Mapping[str, Any]] = []
        self.failures = 0
        self.runner = DueRunner(database, DueWork(), self.clock, self.inbox.handlers({SPEI: self.handle}))

    async def handle(self, body: Mapping[str, Any]) -> str:
        if self.failures:
            self.failures -= 1
            raise TimeoutError("the network is silent")
        self.handled.append(body)
        return "booked"

    async def work(self) -> list[Ran]:
        return [await self.runner.run(item) for item in await self.runner.claim(10)]

    async def outcome(self, message_id: str) -> tuple[bool, str | None]:
        async with self.database.operator() as tx:
            row = await tx.fetchrow("SELECT handled_at, outcome FROM inbox WHERE message_id = $1", message_id)
        assert row is not None
        return row["handled_at"] is not None, row["outcome"]


@pytest.fixture
def bank(database: Database) -> Bank:
    return Bank(database)


async def test_receive_stores_and_the_worker_handles(bank: Bank) -> None:
    assert await bank.inbox.receive(SPEI, "m1", {"amount": 100, "from": "Ana"})
    assert await bank.outcome("m1") == (False, None)
    await bank.work()
    assert bank.handled == [{"amount": 100, "from": "Ana"}]
    assert await bank.outcome("m1") == (True, "booked")


async def test_the_same_message_again_is_not_handled_again(bank: Bank) -> None:
    await bank.inbox.receive(SPEI, "m1", {"amount": 100})
    await bank.work()
    assert not await bank.inbox.receive(SPEI, "m1", {"amount": 100})
    assert await bank.work() == []
    assert len(bank.handled) == 1


async def test_the_same_id_of_another_source_is_another_message(bank: Bank) -> None:
    assert await bank.inbox.receive(SPEI, "m1", {})
    assert await bank.inbox.receive("stores.payments", "m1", {})


async def test_a_handler_that_fails_is_called_again_later(bank: Bank) -> None:
    bank.failures = 1
    await bank.inbox.receive(SPEI, "m1", {})
    (failed,) = await bank.work()
    assert failed.error == "TimeoutError: the network is silent"
    assert await bank.outcome("m1") == (False, None)
    assert await bank.work() == []
    bank.clock.offset += pause_after(0)
    await bank.work()
    assert len(bank.handled) == 1
    assert await bank.outcome("m1") == (True, "booked")
