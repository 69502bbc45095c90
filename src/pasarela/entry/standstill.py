"""Lets one process have the database to itself while every other rests: what a reset needs.

Each working process holds a shared advisory lock. Whoever wants to be alone asks for the exclusive one and tells the
others, who finish their calls, put everything down and give theirs back. A process that dies gives it back, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog

from pasarela.infra.database import CONNECT_SECONDS_MAX, DatabaseUnreachable, SqlFiles
from pasarela.infra.listener import DATABASE_FAILURES

SQL = SqlFiles(__package__)

LOCK = 0x7061736172656C61
CHANNEL = "pasarela_standstill"
ASKED_AGAIN_SECONDS = 0.5
QUEUED_SECONDS = 0.05
ALONE_SECONDS_MAX = 60
PAUSE_SECONDS = 2.0

_log = structlog.get_logger(__name__)

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = Any


class OthersAtWork(Exception):
    """A call did not end in time; nothing was changed."""


class Standstill:
    """One process's part. `rest` puts its work down, `resume` takes it up; both are called for others' sake."""

    def __init__(self, url: str, rest: Callable[[], Awaitable[None]], resume: Callable[[], Awaitable[None]]) -> None:
        self._url = url
        self._rest = rest
        self._resume = resume
        self._name = uuid.uuid4().hex
        self._mine = asyncio.Lock()
        self._woken = asyncio.Event()
        self._asked = False
        self._connection: Connection | None = None
        self._obeying: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Joins those who work on the database; waits while one of them is alone with it. Raises
        `DatabaseUnreachable`."""
        try:
            await self._joined()
        except DATABASE_FAILURES as error:
            raise DatabaseUnreachable(f"the database does not answer: {str(error) or 'no answer'}") from error
        self._obeying = asyncio.create_task(self._obey(), name="standstill")

    async def stop(self) -> None:
        if self._obeying is not None:
            self._obeying.cancel()
            await asyncio.wait({self._obeying})
        if self._connection is not None:
            self._connection.terminate()

    @contextlib.asynccontextmanager
    async def alone(self, seconds: float = ALONE_SECONDS_MAX) -> AsyncIterator[None]:
        """While open, no other process works on the database; this one has put its own work down before.

        Raises `OthersAtWork` when one has not rested after so many `seconds`, and what the database raises.
        """
        async with self._mine:
            ours = await self._standing_back()
            try:
                async with self._others_resting(ours, seconds):
                    yield
            finally:
                await ours.execute(SQL["stand_with_others"], LOCK)
                self._asked = False

    @contextlib.asynccontextmanager
    async def _others_resting(self, ours: Connection, seconds: float) -> AsyncIterator[None]:
        # The lock is a connection's, so closing it gives the lock back, whatever happened.
        connection = await self._connect()
        waiting = asyncio.create_task(connection.execute(SQL["stand_alone"], LOCK, timeout=seconds))
        try:
            # The others come back behind us only once we stand in the lock's queue.
            await asyncio.wait({waiting}, timeout=QUEUED_SECONDS)
            while not waiting.done():
                # Said again and again: a process may have joined in the moment before we stood there.
                await ours.execute(SQL["ask_to_stand_back"], CHANNEL, self._name)
                await asyncio.wait({waiting}, timeout=ASKED_AGAIN_SECONDS)
            try:
                await waiting
            except TimeoutError:
                raise OthersAtWork from None
            yield
        finally:
            waiting.cancel()
            connection.terminate()

    async def _obey(self) -> None:
        """Stands back when asked to, and joins again when the connection was lost; outlives every failure."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            async with self._mine:
                try:
                    ours = await self._joined()
                    if self._asked:
                        await self._stand_back(ours)
                except DATABASE_FAILURES as error:
                    _log.warning("standstill interrupted", error=str(error) or type(error).__name__)
                    self._woken.set()
                    await asyncio.sleep(PAUSE_SECONDS)

    async def _stand_back(self, ours: Connection) -> None:
        self._asked = False
        try:
            await self._rest()
            await ours.execute(SQL["stand_back"], LOCK)
            await ours.execute(SQL["stand_with_others"], LOCK, timeout=ALONE_SECONDS_MAX * 2)
        except OthersAtWork:
            # A call of ours did not end: whoever asked hears of it by waiting in vain.
            _log.warning("did not stand back, a call is still in flight")
        finally:
            # What was said while we stood back was said to others.
            self._asked = False
            await self._resume()

    async def _standing_back(self) -> Connection:
        """The connection, which stands with the others no more. One that was cut is told so by its use only, and stands
        with nobody any more: a new one takes its place."""
        try:
            ours = await self._joined()
            await ours.execute(SQL["stand_back"], LOCK)
        except DATABASE_FAILURES:
            if self._connection is not None:
                self._connection.terminate()
            ours = await self._joined()
            await ours.execute(SQL["stand_back"], LOCK)
        return ours

    async def _joined(self) -> Connection:
        """The connection that stands with the others; a new one when the last was lost."""
        if self._connection is None or self._connection.is_closed():
            connection = await self._connect()
            await connection.execute(SQL["stand_with_others"], LOCK)
            await connection.add_listener(CHANNEL, self._heard)
            connection.add_termination_listener(lambda _connection: self._woken.set())
            self._connection = connection
        return self._connection

    def _heard(self, _connection: object, _pid: int, _channel: str, who: object) -> None:
        if who != self._name:
            self._asked = True
            self._woken.set()

    async def _connect(self) -> Connection:
        return await asyncpg.connect(
            self._url, timeout=CONNECT_SECONDS_MAX, server_settings={"application_name": "pasarela standstill"}
        )
