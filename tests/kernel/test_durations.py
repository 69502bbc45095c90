"""ISO 8601 durations: what is read, what is refused, and calendar arithmetic at the month's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.durations import MEXICO_CITY, BadDuration, Duration


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "months", "days", "elapsed"),
    [
        ("P31D", 0, 31, timedelta()),
        ("P1M", 1, 0, timedelta()),
        ("P1Y2M3W4D", 14, 25, timedelta()),
        ("PT1H30M", 0, 0, timedelta(hours=1, minutes=30)),
        ("PT0.5S", 0, 0, timedelta(milliseconds=500)),
        ("PT1,5H", 0, 0, timedelta(minutes=90)),
        ("P1.5D", 0, 1, timedelta(hours=12)),
        ("P0D", 0, 0, timedelta()),
        ("P1DT12H", 0, 1, timedelta(hours=12)),
    ],
)
def test_parse_reads(text: str, months: int, days: int, elapsed: timedelta) -> None:
    assert Duration.parse(text) == Duration(months, days, elapsed)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1", "1D", "P1H", "PT1D", "P-1D", "-P1D", "P1DT", "P1D ", "p1d", "P1M1Y", "P1.5M"),
        *("P1.5DT1H", "P0.5Y", "P101Y", "P999999999D", "P1D\n", "P\u0661D", "PT1H1H", "P0001-01-01T00:00:00"),
    ],
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(BadDuration):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("instant", "duration", "later"),
    [
        ("2026-01-31T18:00:00", "P1M", "2026-02-28T18:00:00"),
        ("2028-01-31T18:00:00", "P1M", "2028-02-29T18:00:00"),
        ("2028-02-29T18:00:00", "P1Y", "2029-02-28T18:00:00"),
        ("2026-12-31T18:00:00", "P2M", "2027-02-28T18:00:00"),
        # Already 1 March in London, still 28 February in Mexico City, where a month later is 28 March.
        ("2026-03-01T03:00:00", "P1M", "2026-03-29T03:00:00"),
        ("2026-01-31T18:00:00", "P1M1D", "2026-03-01T18:00:00"),
        ("2026-01-01T00:00:00", "PT36H", "2026-01-02T12:00:00"),
        # Daylight saving time began on 2022-04-03: the wall clock keeps its hour, elapsed time does not.
        ("2022-04-02T18:00:00", "P1D", "2022-04-03T17:00:00"),
        ("2022-04-02T18:00:00", "PT24H", "2022-04-03T18:00:00"),
    ],
)
def test_after(instant: str, duration: str, later: str) -> None:
    assert Duration.parse(duration).after(utc(instant)) == utc(later)


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds of aware values are naive here
    st.builds(
        Duration,
        st.integers(0, 60),
        st.integers(0, 400),
        st.timedeltas(timedelta(), timedelta(days=9)),
    ),
)
def test_after_never_goes_back_and_keeps_the_day_of_the_month(instant: datetime, duration: Duration) -> None:
    later = duration.after(instant)
    assert later >= instant
    by_months = Duration(months=duration.months).after(instant).astimezone(MEXICO_CITY)
    local = instant.astimezone(MEXICO_CITY)
    months = (by_months.year - local.year) * 12 + by_months.month - local.month
    assert months == duration.months
    assert by_months.day == local.day or (by_months.day < local.day and by_months.day >= 28)
