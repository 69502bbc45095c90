"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class StoppedClock:
    """Platform time as tests want it; a tenant may have an offset of its own."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.tenant_offsets: dict[int, timedelta] = {}

    def now(self, tenant_id: int | None = None) -> datetime:
        return self.at + self.tenant_offsets.get(tenant_id or 0, timedelta())

    def advance(self, **duration: float) -> None:
        """Moves on by `timedelta(**duration)`."""
        self.at += timedelta(**duration)
