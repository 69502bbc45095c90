"""Exchange rates: what a file may say, which rate counts on a day, how it converts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.context import Caller, Mode
from pasarela.core.rates.csv_file import read_rates
from pasarela.core.rates.errors import BadRateFile, NoExchangeRate
from pasarela.core.rates.import_rates import ImportRates
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.rates.queries import Rates
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from tests.fakes.stopped_clock import StoppedClock

HEAD = "date,from,to,value"
CALLER = Caller(1, "openpay", "m1", "Tienda", Mode.TEST, "test")
REAL = replace(CALLER, mode=Mode.PRODUCTION)


def rate(day: str, value: str, source: Currency = Currency.USD, target: Currency = Currency.MXN) -> ExchangeRate:
    return ExchangeRate(source, target, date.fromisoformat(day), Decimal(value))


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T18:00:00+00:00")


def test_read_rates() -> None:
    lines = ["value,to,from,date,source", "17.0365,MXN,usd,2026-11-20,FIX", "0.00000001, USD ,COP,2026-11-20,"]

    assert read_rates(lines) == [
        rate("2026-11-20", "17.0365"),
        rate("2026-11-20", "0.00000001", Currency.COP, Currency.USD),
    ]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("2026-02-30,USD,MXN,17", "date"),
        ("20/11/2026,USD,MXN,17", "date"),
        ("2026-11-20,EUR,MXN,17", "from"),
        ("2026-11-20,USD,,17", "to"),
        ("2026-11-20,USD,USD,1", "to"),
        ("2026-11-20,USD,MXN,0", "value"),
        ("2026-11-20,USD,MXN,-17", "value"),
        ("2026-11-20,USD,MXN,1e3", "value"),
        ("2026-11-20,USD,MXN,17.123456789", "value"),
        ("2026-11-20,USD,MXN,", "value"),
        ("2026-11-19,USD,MXN,17", "date"),
    ],
)
def test_read_rates_refuses(line: str, field: str) -> None:
    with pytest.raises(BadRateFile) as refusal:
        read_rates([HEAD, "2026-11-19,USD,MXN,17.01", line])

    assert (refusal.value.line, refusal.value.field) == (3, field)


def test_read_rates_needs_its_columns() -> None:
    with pytest.raises(BadRateFile, match="line 1: no column to, value"):
        read_rates(["date,from"])


def test_convert_rounds_half_up() -> None:
    assert rate("2014-11-21", "13.61").convert(Money(10_000, Currency.USD)) == Money(136_100, Currency.MXN)
    assert rate("2014-11-21", "13.615").convert(Money(100, Currency.USD)) == Money(1_362, Currency.MXN)


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.decimals("0.0001", "100", places=4))
def test_convert_never_gives_less_for_more(one: int, other: int, value: Decimal) -> None:
    at = replace(rate("2014-11-21", "1"), value=value)
    converted = [at.convert(Money(minor, Currency.USD)).minor for minor in sorted((one, other))]

    assert converted == sorted(converted)


async def test_the_newest_rate_that_is_not_in_the_future_counts(database: Database) -> None:
    written = await ImportRates(database, StoppedClock())(
        [rate("2026-11-18", "17.01"), rate("2026-11-20", "17.03"), rate("2026-11-22", "99")]
    )
    assert written == 3

    async def on(instant: datetime) -> Decimal:
        return (await Rates(database).of(CALLER, Currency.USD, Currency.MXN, instant)).value

    assert await on(noon("2026-11-19")) == Decimal("17.01")
    assert await on(noon("2026-11-21")) == Decimal("17.03")
    # The day is Mexico City's: at four in the morning UTC it is still the day before there.
    assert await on(datetime(2026, 11, 20, 4, tzinfo=UTC)) == Decimal("17.01")
    await ImportRates(database, StoppedClock())([rate("2026-11-18", "18")])
    assert await on(noon("2026-11-19")) == 18
    assert [each.day.day for each in await Rates(database).newest(2)] == [22, 20]


async def test_no_rate(database: Database) -> None:
    rates = Rates(database)
    await ImportRates(database, StoppedClock())([rate("2026-11-10", "17")])

    with pytest.raises(NoExchangeRate):
        await rates.of(CALLER, Currency.USD, Currency.MXN, noon("2026-11-09"))
    with pytest.raises(NoExchangeRate):
        await rates.of(CALLER, Currency.COP, Currency.MXN, noon("2026-11-10"))


async def test_real_money_is_not_converted_at_an_old_rate(database: Database) -> None:
    rates = Rates(database)
    await ImportRates(database, StoppedClock())([rate("2026-11-10", "17")])

    assert (await rates.of(REAL, Currency.USD, Currency.MXN, noon("2026-11-17"))).value == 17
    with pytest.raises(NoExchangeRate, match="2026-11-10"):
        await rates.of(REAL, Currency.USD, Currency.MXN, noon("2026-11-18"))
    assert (await rates.of(CALLER, Currency.USD, Currency.MXN, noon("2027-11-18"))).value == 17
