"""One process at work: its platform, the door to it, and what replaces both when the sandbox is reset.

A reset is a restart of everything but the socket: the door closes, calls in flight end, the platform is put down, the
database is emptied and filled, and a new platform takes over. So no memory of the old world can survive it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.entry.probes import Probes, Readiness
from pasarela.entry.standstill import OthersAtWork, Standstill

DRAIN_SECONDS_MAX = 30

_log = structlog.get_logger(__name__)


class Running(Protocol):
    """What a process runs: `entry.platform.Platform`."""

    @property
    def app(self) -> ASGIApp: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def readiness(self) -> Readiness: ...

    async def take_readings(self) -> None: ...


class Process:
    """The ASGI application that a server runs, and the lifecycle around it.

    `assemble` makes a platform that is not started yet. `refill` empties the database and fills it with the demo
    data, with no platform at work; without it there is no reset. `resting` is called whenever work is put down.
    """

    def __init__(
        self,
        url: str,
        assemble: Callable[[Process], Running],
        *,
        refill: Callable[[], Awaitable[None]] | None = None,
        resting: Callable[[], None] = lambda: None,
    ) -> None:
        self._assemble = assemble
        self._refill = refill
        self._resting = resting
        self._standstill = Standstill(url, self._rest, self._resume) if refill is not None else None
        self._probes = Probes(self._readiness)
        self._platform: Running | None = None
        self._open = asyncio.Event()
        self._in_flight = 0
        self._resetting = 0
        self._one_reset = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def platform(self) -> Running | None:
        """The platform at work; none while it is being replaced."""
        return self._platform

    async def start(self) -> None:
        """Joins the database's other processes and opens the door. Raises what the platform's start raises."""
        if self._standstill is not None:
            await self._standstill.start()
        await self._resume()

    async def stop(self) -> None:
        """Puts everything down; the server has stopped before, so no call is in flight."""
        if self._standstill is not None:
            await self._standstill.stop()
        platform, self._platform = self._platform, None
        if platform is not None:
            await platform.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._probes.answers(scope["path"]):
            await self._probes(scope, receive, send)
            return
        while self._platform is None or not self._open.is_set():
            await self._open.wait()
        self._in_flight += 1
        try:
            await self._platform.app(scope, receive, send)
        finally:
            self._in_flight -= 1
            self._changed.set()

    async def reset(self) -> None:
        """Back to the demo data. Called from within a call; all others end first, in every process.

        Raises `OthersAtWork` when one does not, and then nothing has changed.
        """
        assert self._refill is not None, "only a sandbox offers this"
        assert self._standstill is not None, "whoever can be refilled stands still for it"
        self._resetting += 1
        self._changed.set()
        try:
            async with self._one_reset:
                await self._replaced(self._standstill, self._refill)
        finally:
            self._resetting -= 1

    async def _replaced(self, standstill: Standstill, refill: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._rest()
            async with standstill.alone():
                await refill()
        finally:
            await self._resume()

    async def _rest(self) -> None:
        self._open.clear()
        try:
            async with asyncio.timeout(DRAIN_SECONDS_MAX):
                # Who asks for a reset is in flight as well, and waits for us.
                while self._in_flight > self._resetting:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise OthersAtWork from None
        platform, self._platform = self._platform, None
        if platform is not None:
            await platform.stop()
        self._resting()

    async def _resume(self) -> None:
        if self._platform is None:
            platform = self._assemble(self)
            await platform.start()
            self._platform = platform
        self._open.set()

    async def _readiness(self) -> Readiness:
        platform = self._platform
        return Readiness.nothing() if platform is None else await platform.readiness()
