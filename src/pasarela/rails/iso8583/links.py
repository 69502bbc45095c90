"""Byte streams between a card network's client and its host: TCP, or a pipe between two ends in one process.

Both behave alike: what is written in one turn of the event loop goes out together at the turn's end, nothing
arrives while `write` runs, and each end hears of the stream's end exactly once. Framing is the caller's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from ssl import SSLContext
from typing import Protocol, cast


class Link(Protocol):
    """The writing half of a byte stream. Neither call waits; writing to a stream that has ended does nothing."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        """Ends the stream in both directions; what was written before still goes out."""
        ...


class Receiver(Protocol):
    """The reading half: called by the event loop, must not block. An exception here is a bug, not the peer's."""

    def received(self, data: bytes) -> None: ...

    def lost(self) -> None:
        """The stream has ended, by either side; nothing more arrives."""
        ...


Accept = Callable[[Link], Receiver]
"""Makes the receiver of a new stream, given what to write to."""

Dial = Callable[[Accept], Awaitable[Link]]
"""Opens a stream to the host. Raises `OSError` when nobody answers."""


class _PipeEnd:
    """One end of a pipe: what is written here arrives at `reader`, which belongs to the far end."""

    __slots__ = ("_loop", "chunks", "far", "open", "reader")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.chunks: list[bytes] = []
        self.open = True
        self.far: _PipeEnd
        self.reader: Receiver

    def write(self, data: bytes) -> None:
        if not self.open:
            return
        if not self.chunks:
            self._loop.call_soon(self._flush)
        self.chunks.append(data)

    def close(self) -> None:
        if not self.open:
            return
        self.open = self.far.open = False
        self.far.chunks.clear()  # as a closed socket drops what it has not read
        self._loop.call_soon(self.reader.lost)
        self._loop.call_soon(self.far.reader.lost)

    def _flush(self) -> None:
        data = b"".join(self.chunks)
        self.chunks.clear()
        if data:
            self.reader.received(data)


def pipe(near: Accept, far: Accept) -> Link:
    """Joins two receivers in this process by a pair of byte pipes; the near end's link is returned."""
    loop = asyncio.get_running_loop()
    near_end, far_end = _PipeEnd(loop), _PipeEnd(loop)
    near_end.far, far_end.far = far_end, near_end
    near_end.reader = far(far_end)
    far_end.reader = near(near_end)
    return near_end


class TcpLink(asyncio.Protocol):
    """A TCP connection as a `Link`. A host sets `throttle`: it reads no further while its peer takes no
    answers."""

    def __init__(self, accept: Accept, *, throttle: bool = False) -> None:
        self._accept = accept
        self._throttle = throttle
        self._chunks: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._receiver: Receiver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none, but has its methods
        self._receiver = self._accept(self)

    def data_received(self, data: bytes) -> None:
        self._receiver.received(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._receiver.lost()

    def pause_writing(self) -> None:
        if self._throttle:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._throttle:
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        if not self._chunks:
            self._loop.call_soon(self._flush)
        self._chunks.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        data = b"".join(self._chunks)
        self._chunks.clear()
        if data and not self._transport.is_closing():
            self._transport.write(data)


def tcp(host: str, port: int, *, ssl: SSLContext | None = None) -> Dial:
    """Dials a network host over TCP, with TLS when a context is given."""

    async def dial(accept: Accept) -> Link:
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(lambda: TcpLink(accept), host, port, ssl=ssl)
        return link

    return dial
