"""A bounded memory of recent answers, in this process only.

It never holds more than `limit` entries (the least recently used goes first) and never answers with one
older than `seconds`. It is no store: whatever is in it can be read again from where it came.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The last `limit` values, each for `seconds` (`None`: until pushed out)."""

    def __init__(
        self, limit: int, seconds: float | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        assert limit > 0, "a memory without room remembers nothing"
        self._limit = limit
        self._seconds = seconds
        self._monotonic = monotonic
        self._entries: OrderedDict[Key, tuple[Value, float]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value under `key`, unless it is unknown or too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        value, until = entry
        if self._seconds is not None and self._monotonic() >= until:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        until = 0.0 if self._seconds is None else self._monotonic() + self._seconds
        self._entries[key] = (value, until)
        self._entries.move_to_end(key)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def forget(self, key: Key) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
