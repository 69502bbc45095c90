"""Finds the rate that counts at an instant: the newest one that is not in the future."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pasarela.core.context import Caller, Mode
from pasarela.core.rates.errors import NoExchangeRate
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.rates.repository import SQL, rate_from
from pasarela.infra.cache import Recent
from pasarela.infra.database import Database
from pasarela.kernel.durations import MEXICO_CITY
from pasarela.kernel.money import Currency

AGE_MAX = timedelta(days=7)
"""The oldest rate at which real money is converted: no bank holidays last longer."""

_RATES_IN_MEMORY, _SECONDS_MAX = 1_000, 5


class Rates:
    """Look-ups; a rate that was fed in counts within seconds in every process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: Recent[tuple[Currency, Currency, date], ExchangeRate] = Recent(_RATES_IN_MEMORY, _SECONDS_MAX)

    async def of(self, caller: Caller, source: Currency, target: Currency, at: datetime) -> ExchangeRate:
        """What `source` is worth in `target` on the day of `at`. Raises `NoExchangeRate`, for a merchant with real
        money also when the newest rate is older than `AGE_MAX`."""
        today = at.astimezone(MEXICO_CITY).date()
        rate = self._recent.get((source, target, today))
        if rate is None:
            async with self._db.tenant(caller.tenant_id) as tx:
                row = await tx.fetchrow(SQL["rate_of_day"], source.code, target.code, today)
            if row is None:
                raise NoExchangeRate(f"there is no rate from {source.code} to {target.code}")
            rate = rate_from(row)
            self._recent.put((source, target, today), rate)
        if caller.mode is Mode.PRODUCTION and today - rate.day > AGE_MAX:
            raise NoExchangeRate(f"the newest rate from {source.code} to {target.code} is of {rate.day}")
        return rate

    async def newest(self, most: int) -> list[ExchangeRate]:
        """Up to `most` rates, the newest first; the operator's list."""
        async with self._db.operator() as tx:
            rows = await tx.fetch(SQL["newest_rates"], most)
        return [rate_from(row) for row in rows]
