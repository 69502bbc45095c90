"""What the simulated issuer remembers: every request by reference and trace number, and its fate.

Holds no card number, only its mask. At most `size` entries: the longest settled go first, then the oldest;
the issuer takes a message about an entry that is gone as one about something that it never saw.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum
from typing import NamedTuple

Key = tuple[str, str]
"""Reference (field 37) and trace number (field 11) of a request."""


class Kind(Enum):
    """What an entry records; `VOID` is a request that was reversed before it arrived."""

    AUTHORISATION = "authorisation"
    SALE = "sale"
    COMPLETION = "completion"
    REFUND = "refund"
    VOID = "void"


class Entry(NamedTuple):
    """One request. Amounts are minor units of `currency` (ISO numeric).

    `approved` is what the issuer granted: zero when it refused. `cleared` and `refunded` add up the
    completions and refunds that named this request; either may exceed `approved`, since the issuer accepts
    what is force-posted. `remaining` is what a reversal left of it, `None` when it wasn't reversed. `points` are
    those that it keeps from the card (negative: gave back), `points_worth` what they paid; `told` is the answer's
    field 48.
    """

    key: Key
    kind: Kind
    card: str
    currency: str
    asked: int
    code: str
    approved: int = 0
    authorization_code: str = ""
    original: Key | None = None
    cleared: int = 0
    refunded: int = 0
    remaining: int | None = None
    points: int = 0
    points_worth: int = 0
    told: str | None = None

    @property
    def reversed(self) -> bool:
        return self.remaining is not None

    @property
    def settled(self) -> bool:
        """Whether the issuer expects nothing more about it."""
        return self.kind is not Kind.AUTHORISATION or self.reversed or self.cleared >= self.approved


class Book:
    """Entries by key."""

    def __init__(self, size: int) -> None:
        assert size >= 1, "a book holds something"
        self._size = size
        self._open: OrderedDict[Key, Entry] = OrderedDict()
        self._settled: OrderedDict[Key, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open) + len(self._settled)

    def get(self, key: Key | None) -> Entry | None:
        if key is None:
            return None
        return self._open.get(key) or self._settled.get(key)

    def put(self, entry: Entry) -> None:
        """Writes an entry, in place of the one with the same key."""
        key = entry.key
        if entry.settled:
            self._open.pop(key, None)
            self._settled[key] = entry
        else:
            self._settled.pop(key, None)
            self._open[key] = entry
        if len(self) > self._size:
            (self._settled or self._open).popitem(last=False)

    def entries(self) -> tuple[Entry, ...]:
        """All entries: the open ones, then the settled, each oldest first."""
        return (*self._open.values(), *self._settled.values())

    def clear(self) -> None:
        self._open.clear()
        self._settled.clear()
