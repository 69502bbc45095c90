"""The days on which Mexican banks work, and which of them a SPEI order belongs to.

Weekends and the bank holidays of the CNBV's yearly calendar are no bank days; since 2024 the rules below are that
calendar. Days are those of Mexico City. (A library knows the same; the kernel imports none, a test compares.)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from pasarela.kernel.durations import MEXICO_CITY

SPEI_DAY_ENDS = time(18)
"""Orders from this time on, Mexico City, take the next bank day as their operation date."""

_DAY = timedelta(days=1)
_FIXED = ((1, 1), (5, 1), (9, 16), (11, 2), (12, 12), (12, 25))
_MONDAYS = ((2, 1), (3, 3), (11, 3))
"""Month, and which of its Mondays: Constitution, Juárez, Revolution."""
_FIRST_HANDOVER, _TERM_YEARS = 2024, 6
"""A new federal government takes over on 1 October."""


def is_bank_day(day: date) -> bool:
    """Whether banks work on `day`."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_bank_day(day: date) -> date:
    """The first bank day after `day`."""
    day += _DAY
    while not is_bank_day(day):
        day += _DAY
    return day


def operation_date(instant: datetime) -> date:
    """The bank day whose business an order of `instant` is."""
    local = instant.astimezone(MEXICO_CITY)
    if is_bank_day(local.date()) and local.time() < SPEI_DAY_ENDS:
        return local.date()
    return next_bank_day(local.date())


def bank_instant(day: date, at: time) -> datetime:
    """The instant, in UTC, at which clocks in Mexico City show `at` on `day`."""
    return datetime.combine(day, at, MEXICO_CITY).astimezone(UTC)


def next_bank_instant(after: datetime, at: time) -> datetime:
    """The first instant later than `after` at which it is `at` on a bank day."""
    day = after.astimezone(MEXICO_CITY).date()
    if is_bank_day(day) and bank_instant(day, at) > after:
        return bank_instant(day, at)
    return bank_instant(next_bank_day(day), at)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {_monday(year, month, number) for month, number in _MONDAYS}
    days |= {easter - 3 * _DAY, easter - 2 * _DAY}
    if year >= _FIRST_HANDOVER and (year - _FIRST_HANDOVER) % _TERM_YEARS == 0:
        days.add(date(year, 10, 1))
    return frozenset(days)


def _monday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (number - 1))


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    golden, century, in_century = year % 19, year // 100, year % 100
    correction = (century + 8) // 25
    epact = (19 * golden + century - century // 4 - (century - correction + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
