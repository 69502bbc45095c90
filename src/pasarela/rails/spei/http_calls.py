"""HTTP as the connector needs it: one JSON call, whose failure says whether anything can have reached the other side.

The standard library's client in a thread: orders are few, and no connection is kept that could break in the night.
"""

from __future__ import annotations

import asyncio
import http.client
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: bytes


class NoAnswer(Exception):
    """The other side did not answer. `reached` is false when it can't have heard anything."""

    def __init__(self, reached: bool) -> None:
        super().__init__("no answer" if reached else "no connection")
        self.reached = reached


class HttpCalls(Protocol):
    """What the connector is built on; tests bind their own."""

    async def __call__(self, method: str, url: str, body: bytes, timeout_s: float) -> HttpAnswer:
        """Raises `NoAnswer`."""
        ...


async def json_call(method: str, url: str, body: bytes, timeout_s: float) -> HttpAnswer:
    """Sends `body` as JSON. Raises `NoAnswer`."""
    return await asyncio.to_thread(_call, method, url, body, timeout_s)


def _call(method: str, url: str, body: bytes, timeout_s: float) -> HttpAnswer:
    parts = urlsplit(url)
    assert parts.hostname is not None, "settings hold whole URLs"
    connection = (
        http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_s, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
    )
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NoAnswer(reached=False) from error
        try:
            connection.request(method, parts.path, body, {"Content-Type": "application/json; charset=UTF-8"})
            answer = connection.getresponse()
            return HttpAnswer(answer.status, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(reached=True) from error
    finally:
        connection.close()
