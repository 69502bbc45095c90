"""Breaks a dialect's API on purpose: an ASGI application around the dialect's own, in the sandbox only.

`error:<status>` answers with that status, `delay:<ms>` waits first, `drop` hangs up without an answer; the dialect
does not hear of a call that is refused or dropped, the request log does.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.infra.request_log import CallLog, LoggedCall
from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import mask_pans

HANG_UP = "pasarela.hang_up"
"""The server's ASGI extension that ends the connection at once."""

TARGET_PREFIX = "api:"
RULE = "sandbox.fault"
_DROPPED = 0


class Dropped(ConnectionError):
    """The connection ends without an answer; a server without the extension sees this instead."""


class ApiFaults:
    """`next_fault` answers the mode to apply to this call, or `None`; `error_body` an error of the dialect's own
    shape, for a status and a request id."""

    def __init__(
        self,
        app: ASGIApp,
        api: str,
        next_fault: Callable[[str], str | None],
        error_body: Callable[[int, str], bytes],
        log: CallLog,
        clock: Clock,
    ) -> None:
        self._app = app
        self._api = api
        self._target = f"{TARGET_PREFIX}{api}"
        self._next_fault = next_fault
        self._error_body = error_body
        self._log = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mode = self._next_fault(self._target)
        if mode is not None:
            word, _, value = mode.partition(":")
            if word == "error":
                await self._fail(int(value), scope, receive, send)
                return
            if word == "drop":
                self._record(scope, str(uuid.uuid4()), _DROPPED)
                await _hang_up(scope, receive)
                return
            await asyncio.sleep(int(value) / 1000)
        await self._app(scope, receive, send)

    async def _fail(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        self._record(scope, request_id, status)
        body = self._error_body(status, request_id)
        answer = Response(body, status, {"X-Request-Id": request_id}, "application/json")
        await answer(scope, receive, send)

    def _record(self, scope: Scope, request_id: str, status: int) -> None:
        client = scope.get("client")
        self._log.record(
            LoggedCall(
                request_id=request_id,
                api=self._api,
                at=self._clock.now(),
                method=scope["method"],
                path=mask_pans(scope["path"]),
                query=None,
                status=status,
                duration_us=0,
                tenant_id=None,
                account=None,
                request_body=None,
                answer_body=None,
                error_code=None,
                rule=RULE,
                field=None,
                subject=None,
                client=client[0] if client else None,
            )
        )


async def _hang_up(scope: Scope, receive: Receive) -> None:
    extension = scope.get("extensions", {}).get(HANG_UP)
    if extension is None:
        raise Dropped
    extension["hang_up"]()
    # Until the server has noticed that nobody is there, it would answer for us.
    while (await receive())["type"] != "http.disconnect":
        pass
