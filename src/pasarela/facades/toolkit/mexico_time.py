"""Mexican wall-clock time, which the providers' APIs speak; the core knows UTC only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MEXICO_CITY = ZoneInfo("America/Mexico_City")

_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


def iso_seconds(instant: datetime) -> str:
    """`2026-11-21T09:15:00-06:00`: without fractions, with the offset."""
    return instant.astimezone(MEXICO_CITY).isoformat(timespec="seconds")


def today(now: datetime) -> date:
    """The day that it is in Mexico City at `now`."""
    return now.astimezone(MEXICO_CITY).date()


def day_begins(day: date) -> datetime:
    """The instant at which `day` begins in Mexico City."""
    return datetime.combine(day, time(), MEXICO_CITY).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """The first instant that is no longer of `day` in Mexico City."""
    return day_begins(day + _DAY) if day < date.max else _NEVER
