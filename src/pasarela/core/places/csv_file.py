"""Reads stores from a CSV file: the first line names the columns, in any order; UTF-8, commas.

Required: id_store, id, name, chain, max_amount, latitude, longitude, line1, city, state, postal_code. Optional:
status (active, inactive), line2, line3, country_code (MX), place_id, logo, thumb. Other columns are ignored. The
first value that can't be used refuses the whole file.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping

from pasarela.core.places.errors import BadStoreFile
from pasarela.core.places.model import Chain, Point, Store, StoreAddress
from pasarela.kernel.money import BadAmount, Currency, Money

REQUIRED = (
    "id_store",
    "id",
    "name",
    "chain",
    "max_amount",
    "latitude",
    "longitude",
    "line1",
    "city",
    "state",
    "postal_code",
)
TEXT_MAX = 255


def read_stores(lines: Iterable[str]) -> list[Store]:
    """The stores of the file. Raises `BadStoreFile` with the line and what is wrong there."""
    reader = csv.DictReader(lines)
    try:
        columns = reader.fieldnames or ()
        if missing := [name for name in REQUIRED if name not in columns]:
            raise BadStoreFile(1, f"no column {', '.join(missing)}", field=missing[0])
        stores: dict[int, Store] = {}
        for row in reader:
            store = _Row(row, reader.line_num).store()
            if store.store_id in stores:
                raise BadStoreFile(reader.line_num, f"id_store {store.store_id} stands twice", field="id_store")
            stores[store.store_id] = store
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadStoreFile(reader.line_num + 1, f"not CSV in UTF-8: {error}") from None
    return list(stores.values())


class _Row:
    """One line of the file."""

    def __init__(self, values: Mapping[str, str | None], line: int) -> None:
        self._values = values
        self._line = line

    def store(self) -> Store:
        text, optional = self._text, self._optional
        status = optional("status") or "active"
        if status not in ("active", "inactive"):
            raise self._bad("status", "must be active or inactive")
        country_code = optional("country_code") or "MX"
        if len(country_code) != 2:
            raise self._bad("country_code", "must have two letters")
        return Store(
            store_id=self._number("id_store"),
            chain_store_id=self._number("id"),
            name=text("name"),
            is_active=status == "active",
            at=Point(self._degrees("latitude", 90), self._degrees("longitude", 180)),
            place_id=optional("place_id"),
            address=StoreAddress(
                text("line1"),
                optional("line2"),
                optional("line3"),
                text("city"),
                text("state"),
                text("postal_code"),
                country_code.upper(),
            ),
            chain=Chain(text("chain"), optional("logo"), optional("thumb"), self._amount("max_amount")),
        )

    def _optional(self, name: str) -> str | None:
        value = (self._values.get(name) or "").strip()
        if len(value) > TEXT_MAX or "\0" in value:
            raise self._bad(name, f"may have at most {TEXT_MAX} characters, and no NUL")
        return value or None

    def _text(self, name: str) -> str:
        value = self._optional(name)
        if value is None:
            raise self._bad(name, "is empty")
        return value

    def _number(self, name: str) -> int:
        value = self._text(name)
        if not (value.isascii() and value.isdigit() and 0 < int(value) < 2**53):
            raise self._bad(name, "must be a whole number from 1")
        return int(value)

    def _degrees(self, name: str, most: int) -> float:
        try:
            value = float(self._text(name))
        except ValueError:
            value = math.nan
        if not -most <= value <= most:
            raise self._bad(name, f"must be a number from -{most} to {most}")
        return value

    def _amount(self, name: str) -> Money:
        try:
            amount = Money.parse(self._text(name), Currency.MXN)
        except BadAmount:
            raise self._bad(name, "must be an amount like 9999.99") from None
        if amount.minor <= 0:
            raise self._bad(name, "must be greater than zero")
        return amount

    def _bad(self, name: str, problem: str) -> BadStoreFile:
        return BadStoreFile(self._line, f"{name} {problem}", field=name)
