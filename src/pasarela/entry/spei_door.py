"""`/rails/stp/{kind}`: where STP tells what happened to our orders and what came in. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MOUNT = "/rails"
BODY_BYTES_MAX = 64 * 1024

Received = Callable[[str, str | None, bytes], Awaitable[tuple[int, bytes]]]
"""The path's last word, the Authorization header and the body; status and body of the answer."""


class SpeiDoor:
    """The ASGI application."""

    def __init__(self, received: Received) -> None:
        self._received = received

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        _, _, kind = request.url.path.rstrip("/").rpartition("/stp/")
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES_MAX:
                return Response(status_code=413)
        status, told = await self._received(kind, request.headers.get("authorization"), bytes(body))
        return Response(told, status, media_type="application/json")
