"""Identifiers that the platform mints.

An id is a lower-case prefix and 18 characters of base 36: eight that count milliseconds since 2010 (so that
rows arrive in the order of their keys and index pages stay warm) and ten that are random.
"""

from __future__ import annotations

import os
import random
import secrets
from datetime import UTC, datetime
from typing import Protocol

from pasarela.kernel.clock import Clock

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_EPOCH_MS = int(datetime(2010, 1, 1, tzinfo=UTC).timestamp() * 1000)
_TIME_SPAN = 36**8
_RANDOM_SPAN = 36**10
_FETCHED_BYTES = 4096
_VERSION_7, _VARIANT = 7 << 76, 2 << 62


class RandomBits(Protocol):
    """Source of randomness: the operating system's, or a seeded one for runs that must repeat."""

    def getrandbits(self, k: int, /) -> int: ...

    def randrange(self, stop: int, /) -> int: ...


class SystemBits:
    """The operating system's randomness, fetched some kilobytes at a time: asking for it costs more than an id does.
    A process that forks shares none of it."""

    def __init__(self) -> None:
        self._bytes = b""
        self._at = 0
        os.register_at_fork(after_in_child=self._drop)

    def getrandbits(self, k: int, /) -> int:
        """`k` random bits as a number."""
        size = (k + 7) // 8
        if self._at + size > len(self._bytes):
            self._bytes, self._at = secrets.token_bytes(max(size, _FETCHED_BYTES)), 0
        start, self._at = self._at, self._at + size
        return int.from_bytes(self._bytes[start : self._at]) >> (8 * size - k)

    def randrange(self, stop: int, /) -> int:
        """A number from 0 to below `stop`, each as likely."""
        k = stop.bit_length()
        while (number := self.getrandbits(k)) >= stop:
            pass
        return number

    def _drop(self) -> None:
        self._bytes, self._at = b"", 0


def base36(number: int, width: int) -> str:
    """`number` in base 36, left-padded with zeros to `width` (an even number of characters)."""
    pairs = []
    for _ in range(width // 2):
        number, rest = divmod(number, 1296)
        pairs.append(_PAIRS[rest])
    return "".join(reversed(pairs))


class IdSource:
    """Mints ids. With a seeded `randomness` the random part repeats from run to run."""

    def __init__(self, clock: Clock, randomness: RandomBits | None = None) -> None:
        self._clock = clock
        self._random: RandomBits = randomness or SystemBits()

    def fresh(self, prefix: str) -> str:
        """A new id: `prefix` + 18 characters `[a-z0-9]`, sorting by creation time to the millisecond."""
        ms = int(self._clock.now().timestamp() * 1000) - _EPOCH_MS
        return prefix + base36(ms % _TIME_SPAN, 8) + base36(self._random.randrange(_RANDOM_SPAN), 10)

    def uuid(self) -> str:
        """A UUID (version 7: milliseconds, then random bits), as text: it sorts by time, as `fresh` ids do."""
        ms = int(self._clock.now().timestamp() * 1000)
        bits = ms << 80 | _VERSION_7 | self._random.getrandbits(12) << 64 | _VARIANT | self._random.getrandbits(62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def digits(self, count: int) -> str:
        """`count` random decimal digits: authorisation codes, references."""
        return str(self._random.randrange(10**count)).zfill(count)


def seeded(seed: str) -> random.Random:
    """Repeatable randomness for sandbox runs; never for keys or card data."""
    return random.Random(seed)  # noqa: S311 - repeatable on purpose, never used for secrets
