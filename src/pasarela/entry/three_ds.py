"""3-D Secure as a process has it: the rail, what comes with it, and `/3ds/{results,directory}`, where messages come in.

The door decides nothing: it hands bytes over and sends bytes back. Directories are known by their certificates, which
whoever ends TLS before us checks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.infra.due_work import Handlers
from pasarela.rails.authentication import AuthenticationRail
from pasarela.web.acs import IssuerDesk

MOUNT = "/3ds"
BODY_BYTES_MAX = 64 * 1024
_MEDIA_TYPE = "application/json; charset=UTF-8"

Received = Callable[[bytes], Awaitable[bytes]]


async def _nothing() -> None:
    """Nothing to close."""


@dataclass(frozen=True, slots=True)
class ThreeDs:
    """The way to the card brands' directories, the due work that comes with it, the door where messages come in, and in
    a sandbox the issuer behind its own page."""

    rail: AuthenticationRail
    handlers: Handlers
    door: ASGIApp | None = None
    issuer: IssuerDesk | None = None
    close: Callable[[], Awaitable[None]] = _nothing


class ThreeDsDoor:
    """The ASGI application; `kinds` by the last word of the path."""

    def __init__(self, kinds: Mapping[str, Received]) -> None:
        self._kinds = kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        received = self._kinds.get(request.url.path.rstrip("/").rpartition("/")[2])
        if received is None:
            return Response(status_code=404)
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES_MAX:
                return Response(status_code=413)
        return Response(await received(bytes(body)), media_type=_MEDIA_TYPE)
