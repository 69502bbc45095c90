"""Calls an ASGI application without a server: what goes in and out of it, as the server would hand it over."""

from __future__ import annotations

import base64
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec


class Application(Protocol):
    async def __call__(self, scope: Any, receive: Any, send: Any, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `json` fails the test when the body is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return msgspec.json.decode(self.body)

    @property
    def error_code(self) -> int:
        code = self.json["error_code"]
        assert isinstance(code, int)
        return code


def basic(key: str) -> str:
    """HTTP Basic as clients send it: the key is the user name, the password is empty."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


async def ask(
    application: Application,
    method: str,
    target: str,
    body: object = None,
    *,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
    root_path: str = "",
    chunks: Sequence[bytes] | None = None,
) -> Answer:
    """One call. `target` is path and query; `body` bytes, or what becomes JSON; `chunks` sends it in pieces."""
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    if key is not None:
        sent.setdefault("authorization", basic(key))
    raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
    pieces = list(chunks) if chunks is not None else [raw]
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": root_path + path,
        "root_path": root_path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("192.0.2.7", 50_000),
    }
    messages: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    await application(scope, receive, send)
    start, rest = messages
    names = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], names, rest["body"])
