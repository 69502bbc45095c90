"""One API call on its way through a dialect, and the reply to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

from pasarela.core.context import Caller
from pasarela.core.tenants.model import Tenant
from pasarela.facades.toolkit.json_text import JsonObject, json_object
from pasarela.facades.toolkit.ports import Services
from pasarela.facades.toolkit.refusals import NoSuchPath, WrongValue

P = TypeVar("P")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

_ID = re.compile(r"[A-Za-z0-9_-]{1,45}")
QUERY_FIELDS_MAX = 50


class Reply:
    """What goes back: status, body and more headers. Of a refusal also its code, rule and field, for the log: `field`
    as the caller knows it, where the dialect calls it otherwise than the core."""

    __slots__ = ("body", "error_code", "field", "headers", "media_type", "rule", "status")

    def __init__(
        self,
        status: int,
        body: bytes,
        *,
        headers: Sequence[Header] = (),
        media_type: bytes = b"application/json",
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.media_type = media_type
        self.error_code: str | None = None
        self.rule: str | None = None
        self.field: str | None = None


class Call(Generic[P]):
    """A call: first only what HTTP says; `caller` and `tenant` once it is admitted, `operation_id` for calls that
    make something (the id to make it under, the same when the call is repeated). `at` is the instant of the call: once
    it is admitted as its tenant sees it, which may have a clock of its own in the sandbox."""

    __slots__ = (
        "_json",
        "at",
        "body",
        "caller",
        "client_ip",
        "headers",
        "method",
        "operation_id",
        "params",
        "path",
        "profile",
        "query_string",
        "request_id",
        "services",
        "tenant",
    )

    caller: Caller
    tenant: Tenant

    def __init__(self, scope: Scope, profile: P, services: Services, request_id: str, at: datetime) -> None:
        self.profile = profile
        self.services = services
        self.request_id = request_id
        self.at = at
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query_string: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        client = scope.get("client")
        self.client_ip: str | None = client[0] if client else None
        self.params: Mapping[str, str] = {}
        self.body = b""
        self.operation_id = ""
        self._json: JsonObject | None = None

    @property
    def admitted(self) -> bool:
        return hasattr(self, "caller")

    @property
    def body_is_json(self) -> bool:
        """Whether the body has been read as JSON without complaint."""
        return self._json is not None

    def header(self, name: bytes) -> str | None:
        """A header's text by its lower-case name; the last one when it came twice."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1").strip()

    def id(self, param: str) -> str:
        """An id from the path. Raises `NoSuchPath` for what can't be one: nobody needs to look it up."""
        value = self.params[param]
        if not _ID.fullmatch(value):
            raise NoSuchPath(f"There is nothing with the id {value!r}")
        return value

    def json(self) -> JsonObject:
        """The body as a JSON object. Raises `NotJson`."""
        if self._json is None:
            self._json = json_object(self.body)
        return self._json

    def query(self) -> dict[str, str]:
        """The query string's values, percent signs and all resolved; the last one of a name. Empty ones count not."""
        if not self.query_string:
            return {}
        try:
            text = self.query_string.decode("ascii")
            return dict(parse_qsl(text, max_num_fields=QUERY_FIELDS_MAX))
        except ValueError:
            raise WrongValue("wire.query", "query", "is not a query string") from None
