"""Every API call, written behind the calls: in batches, by one task, never in a caller's way.

What is recorded is already masked. The buffer is bounded: when the database can't keep up the oldest calls are
dropped and counted, no call ever waits or fails for its log.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import asyncpg

from pasarela.infra.database import Database, SqlFiles

SQL = SqlFiles(__package__)

CAPACITY = 10_000
ROWS_A_BATCH_MAX = 500
PAUSE_SECONDS = 0.05
RETRY_SECONDS = 1
STOP_SECONDS_MAX = 5

_log = logging.getLogger(__name__)


class LoggedCall(NamedTuple):
    """One API call, in the order of the statement's arrays. A named tuple, because a frozen dataclass of this
    size costs a call three microseconds. `tenant_id` is None when nobody could be authenticated; `subject` is
    the id of what the call was about."""

    request_id: str
    api: str
    at: datetime
    method: str
    path: str
    query: str | None
    status: int
    duration_us: int
    tenant_id: int | None
    account: str | None
    request_body: str | None
    answer_body: str | None
    error_code: str | None
    rule: str | None
    field: str | None
    subject: str | None
    client: str | None


class CallLog(Protocol):
    """Takes calls down. Costs no I/O and never fails."""

    def record(self, call: LoggedCall) -> None: ...


class RequestLog:
    """The log in the database. `start` before use, `stop` writes what is left."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._calls: deque[LoggedCall] = deque()
        self._dropped = 0
        self._writer: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def record(self, call: LoggedCall) -> None:
        if len(self._calls) >= self._capacity:
            self._calls.popleft()
            self._dropped += 1
        self._calls.append(call)

    async def start(self) -> None:
        self._stopping.clear()
        self._writer = asyncio.create_task(self._write_until_stopped())

    async def stop(self) -> None:
        """Writes what has been recorded so far; gives up on it after some seconds without a database."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._stopping.set()
        try:
            await asyncio.wait_for(writer, STOP_SECONDS_MAX)
        except TimeoutError:
            _log.warning("request log: %d calls could not be written before the end", len(self._calls))

    async def _write_until_stopped(self) -> None:
        while not (self._stopping.is_set() and not self._calls):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), PAUSE_SECONDS)
            while self._calls:
                await self._write_batch()

    async def _write_batch(self) -> None:
        batch = [self._calls.popleft() for _ in range(min(ROWS_A_BATCH_MAX, len(self._calls)))]
        try:
            await self._insert(batch)
        except asyncpg.DataError:
            await self._insert_one_by_one(batch)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the next calls want to be written
            # Put back, unless newer calls have taken the room meanwhile: those are worth more.
            room = self._capacity - len(self._calls)
            self._calls.extendleft(reversed(batch[-room:] if room else []))
            self._dropped += max(0, len(batch) - room)
            _log.warning("request log: not written, tried again soon: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
        if self._dropped:
            _log.warning("request log: %d calls dropped, the database is too slow", self._dropped)
            self._dropped = 0

    async def _insert_one_by_one(self, batch: Sequence[LoggedCall]) -> None:
        """One call that the database refuses must not take its neighbours with it."""
        for call in batch:
            try:
                await self._insert([call])
            except asyncpg.DataError as error:
                _log.warning("request log: %s refused: %s", call.request_id, type(error).__name__)

    async def _insert(self, batch: Sequence[LoggedCall]) -> None:
        await self._database.batch_fetch(SQL["insert_api_requests"], *zip(*batch, strict=True))
