"""One HTTP server inside this process: uvicorn with uvloop and httptools, without its logs, its signals, its lifespan.

The socket is bound by the caller and given away; `start` returns when calls are accepted, `stop` when the calls in
flight have been answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pasarela.control.api_faults import HANG_UP
from pasarela.entry.listening import refusal

KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS_MAX = 10
BACKLOG = 2048
IGNORED_BYTES_MAX = 4 * 1024 * 1024
"""How much of a body that was answered before its end is still taken in, so that its sender reads the answer."""


class _Protocol(HttpToolsProtocol):
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"hang_up": self.transport.abort}}
        self._ignored = 0

    def on_body(self, body: bytes) -> None:
        if self.cycle.response_complete:
            self._ignored += len(body)
            if self._ignored > IGNORED_BYTES_MAX:
                self.transport.abort()
            return
        super().on_body(body)


class _Uvicorn(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's business: it has more to stop than this server."""
        yield


class HttpServer:
    """Serves `app` on `listener`. `trusted_proxies` are addresses whose X-Forwarded-For is believed."""

    def __init__(self, app: ASGIApp, listener: socket.socket, trusted_proxies: tuple[str, ...] = ()) -> None:
        self._listener = listener
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS_MAX,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises `PortInUse` when somebody else began to listen there after the socket was bound."""
        host, port = self._listener.getsockname()[:2]
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]), name="http")
        while not self._server.started:
            if self._serving.done():
                try:
                    await self._serving
                except OSError as error:
                    raise refusal(host, port, error) from error
                raise AssertionError("a server that ends before it serves says why")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Takes no new calls, waits for those in flight (ten seconds at most)."""
        if self._serving is not None:
            self._server.should_exit = True
            await self._serving
        self._listener.close()
