"""How a message reaches a directory and its answer comes back: the same bytes in this process or over HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

Exchange = Callable[[bytes], Awaitable[bytes]]
"""Sends a message and returns the answer to it. Raises `NoAnswer`, or takes longer than its caller waits."""

ANSWER_BYTES_MAX = 64 * 1024
_HEADERS = {"Content-Type": "application/json; charset=UTF-8"}


class NoAnswer(Exception):
    """The other side can't be reached, broke off, or answered something that is no message."""


class HttpExchange:
    """Posts messages to one address. `certificate` and `key` are PEM files by which a directory knows us."""

    def __init__(self, url: str, timeout_s: float, certificate: Path | None = None, key: Path | None = None) -> None:
        """Raises `OSError` and `ssl.SSLError` for files that can't be used."""
        context = ssl.create_default_context()
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        self._url = url
        self._timeout_s = timeout_s
        self._context = context
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, message: bytes) -> bytes:
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self._context, timeout=self._timeout_s, trust_env=False, follow_redirects=False
            )
        try:
            answer = await self._client.post(self._url, content=message, headers=_HEADERS)
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        if answer.status_code != 200 or len(answer.content) > ANSWER_BYTES_MAX:
            raise NoAnswer(f"status {answer.status_code}")
        return answer.content

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
