"""What every list needs: how many rows to skip, how many to return, and bounds on the creation instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """`offset` rows skipped, then at most `limit` returned (1 to 100), newest first."""

    offset: int = 0
    limit: int = 10

    def __post_init__(self) -> None:
        assert self.offset >= 0, "dialects refuse other pages before this"
        assert 1 <= self.limit <= 100, "dialects refuse other pages before this"


@dataclass(frozen=True, slots=True)
class CreatedBetween:
    """Bounds on the instant of creation (aware UTC), half open: at_least <= t < before. Every list means this."""

    at_least: datetime | None = None
    before: datetime | None = None
