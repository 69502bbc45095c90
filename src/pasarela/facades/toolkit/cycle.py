"""The life of one API call, the same in every dialect: find the route, admit the caller, read the body, let the
handler answer, write the answer, take the call down.

A plain ASGI application without middleware, because that is what a request costs least in. Nothing escapes it:
refusals and bugs alike become the dialect's own error object, and what went wrong inside is shown to nobody outside.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Generic, TypeVar

from pasarela.facades.toolkit.browser import permission, preflight
from pasarela.facades.toolkit.call import Call, Receive, Reply, Scope, Send
from pasarela.facades.toolkit.fields import refuse_pan
from pasarela.facades.toolkit.masking import masked_answer, masked_body, masked_query, masked_text
from pasarela.facades.toolkit.ports import Services
from pasarela.facades.toolkit.refusals import BodyTooLarge, WrongValue
from pasarela.facades.toolkit.routing import UUID, Route, RouteTable
from pasarela.infra import metrics
from pasarela.infra.idempotency import Answer, Key
from pasarela.infra.request_log import LoggedCall
from pasarela.kernel.errors import Refusal
from pasarela.kernel.secret import mask_pans

P = TypeVar("P")

BODY_BYTES_MAX = 1024 * 1024
_STATUS_CLASSES = range(1, 6)
_TEXTS = (b"application/json", b"application/javascript", b"text/")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dialect(Generic[P]):
    """What makes a dialect: its routes; `admit`, which finds out who calls and sets the call's `caller` and
    `tenant` or raises a refusal; `refuse`, its total table from refusals to error objects (`KeyError` for one that
    is not in it); `fail`, its internal error."""

    profile: P
    api: str
    routes: RouteTable[P]
    admit: Callable[[Call[P], Route[P]], Awaitable[None]]
    refuse: Callable[[Refusal, str], Reply]
    fail: Callable[[str], Reply]


class _CallerGone(Exception):
    """The connection broke before the whole body had arrived: there is nobody to answer."""


class DialectApp(Generic[P]):
    """The dialect as an ASGI application; what the server or a router above took off the path is `root_path`."""

    def __init__(self, dialect: Dialect[P], services: Services) -> None:
        self._dialect = dialect
        self._services = services
        self._seconds = {digit: metrics.API_CALL_SECONDS.labels(dialect.api, f"{digit}xx") for digit in _STATUS_CLASSES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the composition root answers lifespan messages"
        started_ns = perf_counter_ns()
        services = self._services
        call = Call(scope, self._dialect.profile, services, services.ids.uuid(), services.clock.now())
        try:
            reply, route = await self._reply(call, scope.get("root_path", ""), receive)
        except _CallerGone:
            return
        await _send(reply, call.request_id, send)
        taken_ns = perf_counter_ns() - started_ns
        self._seconds[reply.status // 100].observe(taken_ns / 1e9)
        self._record(call, route, reply, taken_ns // 1000)

    async def _reply(self, call: Call[P], mount: str, receive: Receive) -> tuple[Reply, Route[P] | None]:
        route: Route[P] | None = None
        try:
            match = self._dialect.routes.find(call.path.removeprefix(mount))
            call.params = match.params
            origin = call.headers.get(b"origin")
            if origin is not None and call.method == "OPTIONS" and (methods := match.browser_methods()):
                asked = call.headers.get(b"access-control-request-headers")
                return preflight(origin, methods, asked), None
            route = match.of(call.method)
            reply = await self._admitted(call, route, receive)
        except _CallerGone:
            raise
        except Refusal as refusal:
            reply = self._refused(refusal, call)
        except Exception:  # noqa: BLE001 - whatever it is, the caller gets an error object and we the traceback
            reply = self._failed(call)
        if route is not None and route.public and (origin := call.headers.get(b"origin")):
            reply.headers = (*reply.headers, *permission(origin))
        return reply, route

    async def _admitted(self, call: Call[P], route: Route[P], receive: Receive) -> Reply:
        if not route.open:
            await self._dialect.admit(call, route)
            call.at = self._services.clock.now(call.caller.tenant_id)
        call.body = await _whole_body(call, receive)
        if route.mints is not None:
            ids = self._services.ids
            call.operation_id = ids.uuid() if route.mints == UUID else ids.fresh(route.mints)
        if call.method == "POST" and call.admitted and (key := call.header(b"idempotency-key")) is not None:
            return await self._once(call, route, key)
        return await route.handler(call)

    async def _once(self, call: Call[P], route: Route[P], key: str) -> Reply:
        """The answer to the first call with this idempotency key, made now if there is none yet."""
        if not IDEMPOTENCY_KEY.fullmatch(key):
            raise WrongValue("idempotency.key", "Idempotency-Key", "must be 1 to 255 visible ASCII characters")
        refuse_pan(key, "Idempotency-Key")
        made: list[Reply] = []

        async def work(operation_id: str) -> Answer:
            call.operation_id = operation_id
            try:
                reply = await route.handler(call)
            except Refusal as refusal:
                reply = self._refused(refusal, call)
            made.append(reply)
            return Answer(reply.status, reply.body)

        once = self._services.idempotency
        claim = Key(
            call.caller.tenant_id,
            f"header:{self._dialect.api}:{call.caller.account}",
            key,
            once.fingerprint(call.path.encode(), call.query_string, call.body),
        )
        answer = await once.once(claim, call.operation_id, work)
        return made[0] if made else Reply(answer.status, answer.body, headers=((b"idempotent-replayed", b"true"),))

    def _refused(self, refusal: Refusal, call: Call[P]) -> Reply:
        try:
            reply = self._dialect.refuse(refusal, call.request_id)
        except KeyError:
            return self._failed(call)
        reply.rule = refusal.rule
        reply.field = reply.field or refusal.field
        return reply

    def _failed(self, call: Call[P]) -> Reply:
        # Messages of databases and libraries may quote what they were given.
        _log.error("request %s failed\n%s", call.request_id, mask_pans(traceback.format_exc()))
        return self._dialect.fail(call.request_id)

    def _record(self, call: Call[P], route: Route[P] | None, reply: Reply, duration_us: int) -> None:
        caller = call.caller if call.admitted else None
        self._services.request_log.record(
            LoggedCall(
                request_id=call.request_id,
                api=self._dialect.api,
                at=call.at,
                method=call.method,
                path=masked_text(call.path),
                query=masked_query(call.query_string),
                status=reply.status,
                duration_us=duration_us,
                tenant_id=caller.tenant_id if caller else None,
                account=caller.account if caller else None,
                request_body=masked_body(call.body, is_json=call.body_is_json),
                answer_body=_logged(reply),
                error_code=reply.error_code,
                rule=reply.rule,
                field=reply.field,
                subject=_without_pans(route.subject(call)) if route else None,
                client=call.client_ip,
            )
        )


def _without_pans(subject: str | None) -> str | None:
    return None if subject is None else masked_text(subject)


def _logged(reply: Reply) -> str | None:
    """A reply's body for the log; of a picture or a document its size only."""
    if reply.media_type.startswith(_TEXTS):
        return masked_answer(reply.body)
    return f"({len(reply.body)} bytes of {reply.media_type.decode()})"


async def _whole_body(call: Call[P], receive: Receive) -> bytes:
    """Raises `BodyTooLarge` as soon as it is known to be."""
    announced = call.headers.get(b"content-length", b"")
    if len(announced) > 10 or (announced.isdigit() and int(announced) > BODY_BYTES_MAX):
        raise BodyTooLarge
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            raise BodyTooLarge
        return body
    chunks: list[bytes] = []
    size = 0
    while message["type"] == "http.request":
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_BYTES_MAX:
            raise BodyTooLarge
        if not message.get("more_body"):
            return b"".join(chunks)
        message = await receive()
    raise _CallerGone


async def _send(reply: Reply, request_id: str, send: Send) -> None:
    headers = [(b"x-request-id", request_id.encode()), *reply.headers]
    if reply.status != 204:
        headers += ((b"content-type", reply.media_type), (b"content-length", b"%d" % len(reply.body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
