"""ISO 8601 durations (`P31D`, `P1M`, `PT1H30M`) and what an instant becomes when one is added to it.

Years, months, weeks and days are those of the calendar that hangs on the wall in Mexico City; hours, minutes
and seconds are elapsed time. Durations are never negative. The alternative form `P0001-02-03T…` is not read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

MEXICO_CITY = ZoneInfo("America/Mexico_City")

YEARS_MAX = 100

_NUMBER = r"(\d{1,9}(?:[.,]\d{1,9})?)"
_TEXT = re.compile(
    f"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    f"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII,
)


class BadDuration(ValueError):
    """The text is not an ISO 8601 duration, or a longer one than the platform's calendar carries."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and days and of elapsed time, each zero or more."""

    months: int = 0
    days: int = 0
    elapsed: timedelta = timedelta()

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`"P1M"` → one month. Only the last component may have a fraction, and months and years none.

        Raises `BadDuration`; also for more than 100 years.
        """
        match = _TEXT.fullmatch(text)
        if match is None or not any(match.groups()):
            raise BadDuration(text)
        given = [group for group in match.groups() if group is not None]
        if any("." in group or "," in group for group in given[:-1]):
            raise BadDuration(text)
        years, months, weeks, days, hours, minutes, seconds = (
            Fraction((group or "0").replace(",", ".")) for group in match.groups()
        )
        all_months, all_days = 12 * years + months, 7 * weeks + days
        rest_of_day = all_days - int(all_days)
        all_seconds = 86_400 * rest_of_day + 3600 * hours + 60 * minutes + seconds
        if years.denominator != 1 or months.denominator != 1:
            raise BadDuration(text)
        if all_months / 12 + all_days / 365 + all_seconds / (365 * 86_400) > YEARS_MAX:
            raise BadDuration(text)
        elapsed = timedelta(microseconds=int(all_seconds * 1_000_000))
        return cls(int(all_months), int(all_days), elapsed)

    def after(self, instant: datetime, zone: tzinfo = MEXICO_CITY) -> datetime:
        """`instant` and this duration later, in UTC: the same time of day in `zone`, then the elapsed part.

        A day that the month reached does not have becomes its last: 31 January and one month is 28 February.
        """
        assert instant.tzinfo is not None, "an instant knows its offset"
        if not (self.months or self.days):
            return instant.astimezone(UTC) + self.elapsed
        local = instant.astimezone(zone)
        year, month0 = divmod(local.year * 12 + local.month - 1 + self.months, 12)
        day = min(local.day, monthrange(year, month0 + 1)[1])
        wall = local.replace(year=year, month=month0 + 1, day=day) + timedelta(days=self.days)
        return wall.astimezone(UTC) + self.elapsed
