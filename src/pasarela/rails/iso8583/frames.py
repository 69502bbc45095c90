"""Messages in a byte stream: each behind its length, two bytes big-endian.

A length that no message of this network has means that the stream is out of step, and nothing after it can be
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pasarela.rails.iso8583.errors import Malformed

SHORTEST: Final = 12  # a message type and an empty bitmap
LONGEST: Final = 4096  # over twice what all fields of fields.py can hold


def framed(message: bytes | bytearray) -> bytes:
    """`message` behind its length."""
    return len(message).to_bytes(2, "big") + message


class FrameReader:
    """Cuts what arrives into messages, whatever the chunks; holds at most one unfinished frame."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that `data` completes, in order. Raises `Malformed`, after which the stream is
        useless."""
        buffer = self._rest + data if self._rest else data
        at, end = 0, len(buffer)
        while end - at >= 2:
            size = buffer[at] << 8 | buffer[at + 1]
            if not SHORTEST <= size <= LONGEST:
                raise Malformed("no message has this length")
            if end - at < size + 2:
                break
            yield buffer[at + 2 : at + 2 + size]
            at += size + 2
        self._rest = buffer[at:]
