"""Takes over exchange rates; a day's rate that is there already becomes what the list says. All of it or nothing.

Payments keep the rate that they were made at, whatever becomes of it here.
"""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.rates.model import ExchangeRate
from pasarela.core.rates.repository import SQL
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class ImportRates:
    """The operator's verb."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(self, rates: Sequence[ExchangeRate]) -> int:
        """How many were written. `rates` names each day of a pair of currencies once."""
        at = self._clock.now()
        rows = [(rate.source.code, rate.target.code, rate.day, rate.value, at) for rate in rates]
        async with self._db.operator() as tx:
            await tx.executemany(SQL["write_rate"], rows)
        return len(rows)
