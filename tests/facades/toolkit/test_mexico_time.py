"""Mexican days and instants, in the years with summer time too."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pasarela.facades.toolkit.mexico_time import day_begins, day_ends, iso_seconds, today


def test_instants_have_no_fractions() -> None:
    assert iso_seconds(datetime(2026, 11, 21, 15, 4, 5, 999_999, UTC)) == "2026-11-21T09:04:05-06:00"


def test_days_begin_at_their_midnight() -> None:
    assert day_begins(date(2026, 7, 1)) == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert day_ends(date(2026, 7, 1)) == datetime(2026, 7, 2, 6, tzinfo=UTC)
    assert day_begins(date(2022, 7, 1)) == datetime(2022, 7, 1, 5, tzinfo=UTC)


def test_the_last_day_that_there_is_ends_too() -> None:
    assert day_ends(date.max) > day_begins(date.max)


def test_today_is_still_yesterday_in_the_evening() -> None:
    assert today(datetime(2026, 1, 1, 5, 59, tzinfo=UTC)) == date(2025, 12, 31)
