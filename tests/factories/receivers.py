"""A merchant's own endpoint: a web server on this machine that keeps what it hears and answers as told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Receiver:
    """`heard`: the Basic credentials (still encoded) and the body of each call; `status` is what it answers."""

    url: str = ""
    status: int = 200
    heard: list[tuple[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        credentials = next((line for line in head.split("\r\n") if line.lower().startswith("authorization:")), "")
        self.heard.append((credentials.partition(" Basic ")[2], json.loads(body)))
        writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """An endpoint that agrees to everything."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    async with server:
        receiver.url = f"http://localhost:{server.sockets[0].getsockname()[1]}/hook"
        yield receiver
