"""`GET /metrics`: what this process counted, and what the whole platform's database says, in Prometheus's format.

Has no password. A sandbox shows it to callers on its own machine; production only on an address of its own.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from pasarela.entry.failures import AddressRefused, CannotStart, PortInUse
from pasarela.entry.http_server import HttpServer
from pasarela.entry.listening import bound, url_of
from pasarela.infra import metrics
from pasarela.infra.database import DatabaseUnreachable
from pasarela.infra.listener import DATABASE_FAILURES

PATH = "/metrics"
DATABASE_SECONDS_MAX = 2


class Watched(Protocol):
    """What can be read of a platform: `entry.platform.Platform`."""

    async def take_readings(self) -> None:
        """Sets the gauges that the database knows. Raises what the database raises."""
        ...


@dataclass(frozen=True, slots=True)
class MetricsAddress:
    """Where production shows its metrics: one process at `port`, the next ones at the ports after it."""

    host: str
    port: int

    def listeners(self, count: int = 1) -> Sequence[socket.socket]:
        """Bound, not listening yet. Raises `CannotStart`."""
        taken: list[socket.socket] = []
        try:
            for number in range(count):
                taken.append(bound(self.host, self.port + number if self.port else 0))  # noqa: PERF401 - closed on failure
        except (PortInUse, AddressRefused) as error:
            for listener in taken:
                listener.close()
            reason = "in use by another program" if isinstance(error, PortInUse) else str(error)
            raise CannotStart(f"no metrics on {self.host}:{self.port + len(taken)}: {reason}") from error
        return taken


class MetricsPage:
    """The ASGI application. `platform` is the one at work; none while it is being replaced."""

    def __init__(self, platform: Callable[[], Watched | None]) -> None:
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["path"] != PATH:
            return PlainTextResponse(f"the metrics are at {PATH}\n", 404)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("read only\n", 405, {"Allow": "GET"})
        metrics.DATABASE_UP.set(await self._read())
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    async def _read(self) -> bool:
        """Whether the database answered in time; what it did not tell keeps its last value."""
        platform = self._platform()
        if platform is None:
            return False
        try:
            async with asyncio.timeout(DATABASE_SECONDS_MAX):
                await platform.take_readings()
        except (*DATABASE_FAILURES, DatabaseUnreachable):
            return False
        return True


def tell_metrics(listeners: Sequence[socket.socket], say: Callable[[str], None]) -> None:
    """Says where to look."""
    for listener in listeners:
        say(f"Metrics on {url_of(listener)}{PATH}")


async def served(stack: AsyncExitStack, listener: socket.socket, platform: Callable[[], Watched | None]) -> None:
    """Shows the metrics on `listener` until the stack is unwound."""
    server = HttpServer(MetricsPage(platform), listener)
    stack.push_async_callback(server.stop)
    await server.start()
