"""The one clock port. Everything that asks for the time asks a `Clock`; nothing reads the database's `now()`.

Platform time is real time plus an offset that the sandbox may move forward, for all tenants or for one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells platform time as an aware UTC datetime."""

    def now(self, tenant_id: int | None = None) -> datetime:
        """Platform time, as the given tenant sees it (a tenant may have its own offset)."""
        ...


class SystemClock:
    """Real time: what production uses."""

    def now(self, tenant_id: int | None = None) -> datetime:  # noqa: ARG002 - the port names the tenant
        return datetime.now(UTC)


class OffsetClock:
    """Real time plus a platform offset plus, for some tenants, an offset of their own. Never runs backwards."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.tenant_offsets: dict[int, timedelta] = {}

    def now(self, tenant_id: int | None = None) -> datetime:
        now = datetime.now(UTC) + self.offset
        if tenant_id is not None and self.tenant_offsets:
            now += self.tenant_offsets.get(tenant_id, timedelta())
        return now
