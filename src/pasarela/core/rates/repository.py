"""Exchange rates from their rows. Used by this slice only."""

from __future__ import annotations

import asyncpg

from pasarela.core.rates.model import ExchangeRate
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Currency

SQL = SqlFiles("pasarela.core.rates")


def rate_from(row: asyncpg.Record) -> ExchangeRate:
    source, target = Currency.of(row["from_currency"]), Currency.of(row["to_currency"])
    return ExchangeRate(source, target, row["day"], row["value"].normalize())
