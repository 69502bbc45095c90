"""Reads exchange rates from a CSV file: the first line names the columns, in any order; UTF-8, commas.

Required: date (yyyy-mm-dd), from, to (currency codes) and value (units of `to` for one of `from`). Other columns are
ignored. The first value that can't be used refuses the whole file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from pasarela.core.rates.errors import BadRateFile
from pasarela.core.rates.model import DECIMALS, DIGITS_BEFORE_POINT, ExchangeRate
from pasarela.kernel.money import Currency

REQUIRED = ("date", "from", "to", "value")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VALUE = re.compile(rf"[0-9]{{1,{DIGITS_BEFORE_POINT}}}(\.[0-9]{{1,{DECIMALS}}})?")


def read_rates(lines: Iterable[str]) -> list[ExchangeRate]:
    """The rates of the file. Raises `BadRateFile` with the line and what is wrong there."""
    reader = csv.DictReader(lines)
    try:
        columns = reader.fieldnames or ()
        if missing := [name for name in REQUIRED if name not in columns]:
            raise BadRateFile(1, f"no column {', '.join(missing)}", field=missing[0])
        rates: dict[tuple[Currency, Currency, date], ExchangeRate] = {}
        for row in reader:
            rate = _rate(row, reader.line_num)
            key = rate.source, rate.target, rate.day
            if key in rates:
                raise BadRateFile(reader.line_num, f"{rate.source.code} of {rate.day} stands twice", field="date")
            rates[key] = rate
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadRateFile(reader.line_num + 1, f"not CSV in UTF-8: {error}") from None
    return list(rates.values())


def _rate(row: Mapping[str, str | None], line: int) -> ExchangeRate:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    def currency(name: str) -> Currency:
        try:
            return Currency.of(text(name).upper())
        except KeyError:
            codes = ", ".join(each.code for each in Currency)
            raise BadRateFile(line, f"{name} must be one of {codes}", field=name) from None

    source, target, value = currency("from"), currency("to"), text("value")
    if source is target:
        raise BadRateFile(line, "from and to are the same currency", field="to")
    if not _VALUE.fullmatch(value) or not Decimal(value):
        raise BadRateFile(line, "value must be a number above zero like 17.0365", field="value")
    return ExchangeRate(source, target, _day(text("date"), line), Decimal(value))


def _day(text: str, line: int) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # February 30th; refused below like any other text
    raise BadRateFile(line, "date must be a date like 2026-01-31", field="date")
