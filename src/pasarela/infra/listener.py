"""Hears PostgreSQL's notifications, so that what one process changes is known in all of them within moments.

Notifications are a wake-up only: whoever is woken reads the database. A connection that breaks is made anew,
and then everybody is woken, because something may have been said meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

import asyncpg
import structlog

from pasarela.infra import metrics
from pasarela.infra.database import CONNECT_SECONDS_MAX, OPERATOR_ROLE, Database, SqlFiles

SQL = SqlFiles(__package__)

CLOCK_CHANNEL = "pasarela_clock"
FAULTS_CHANNEL = "pasarela_faults"
WORK_CHANNEL = "pasarela_work"

PAUSE_SECONDS_MIN = 0.2
PAUSE_SECONDS_MAX = 10.0
ALIVE_SECONDS = 20.0

DATABASE_FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
"""What a call on a database that is away, or just going away, can raise; the client calls it an internal error when
the connection was cut and nobody has read so yet."""

_log = structlog.get_logger(__name__)

Wake = Callable[[], Awaitable[object]]


class Listener:
    """One connection that listens on channels and calls what each of them wakes. `run` until cancelled."""

    def __init__(self, database: Database, wakes: Mapping[str, Wake]) -> None:
        self._database = database
        self._wakes = wakes
        self._heard: set[str] = set()
        self._something = asyncio.Event()
        self.connected = False

    async def run(self) -> None:
        """Listens for ever; survives a database that goes away and comes back."""
        pause = PAUSE_SECONDS_MIN
        while True:
            try:
                await self._listen()
            except DATABASE_FAILURES as error:
                if self.connected:
                    pause = PAUSE_SECONDS_MIN
                self._set_connected(False)
                _log.warning("listening interrupted", error=str(error) or type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(
            self._database.url,
            timeout=CONNECT_SECONDS_MAX,
            command_timeout=CONNECT_SECONDS_MAX,
            server_settings={"role": OPERATOR_ROLE, "application_name": "pasarela listener"},
        )
        try:
            connection.add_termination_listener(lambda _connection: self._something.set())
            for channel in self._wakes:
                await connection.add_listener(channel, self._hear)
            self._set_connected(True)
            self._heard.update(self._wakes)
            while True:
                await self._call_heard()
                # Not wait_for, which in Python 3.11 may swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE_SECONDS):
                        await self._something.wait()
                self._something.clear()
                # Finds out that the connection is dead, which notifications alone would never tell.
                await connection.execute(SQL["alive"])
        finally:
            connection.terminate()

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        metrics.LISTENER_CONNECTED.set(connected)

    def _hear(self, _connection: object, _pid: int, channel: str, _payload: object) -> None:
        self._heard.add(channel)
        self._something.set()

    async def _call_heard(self) -> None:
        heard, self._heard = self._heard, set()
        for channel in sorted(heard):
            await self._wakes[channel]()
