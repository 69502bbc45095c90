"""Bank days: the rules against the library's calendar, and what belongs to which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest

from pasarela.kernel.bank_days import bank_instant, is_bank_day, next_bank_day, next_bank_instant, operation_date


@pytest.mark.parametrize("year", range(2024, 2061))
def test_every_day_is_what_the_exchange_calendar_says(year: int) -> None:
    closed = holidays.financial_holidays("XMEX", years=year)
    day = date(year, 1, 1)
    while day.year == year:
        expected = day.weekday() < 5 and day not in closed and (day.month, day.day) != (12, 12)
        assert is_bank_day(day) is expected, day
        day += timedelta(days=1)


def test_the_next_bank_day_passes_weekends_and_holidays() -> None:
    assert next_bank_day(date(2026, 4, 1)) == date(2026, 4, 6)
    assert next_bank_day(date(2026, 11, 20)) == date(2026, 11, 23)
    assert next_bank_day(date(2024, 12, 11)) == date(2024, 12, 13)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 21, 18, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 25, 18, 0, tzinfo=UTC), date(2026, 12, 28)),
    ],
)
def test_from_18_hours_an_order_belongs_to_the_next_bank_day(instant: datetime, day: date) -> None:
    assert operation_date(instant) == day


def test_the_next_instant_may_be_today_but_never_now() -> None:
    ten = bank_instant(date(2026, 11, 23), time(10))

    assert ten == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert next_bank_instant(ten - timedelta(seconds=1), time(10)) == ten
    assert next_bank_instant(ten, time(10)) == ten + timedelta(days=1)
    assert next_bank_instant(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), time(10)) == ten
