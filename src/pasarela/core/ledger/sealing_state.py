"""How far the seals of the ledger have come, for whoever watches the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.infra.database import Database, SqlFiles

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class SealingState:
    """How many seals there are, and when the first transfer that none covers was booked; `None`: all are covered."""

    seals: int
    unsealed_since: datetime | None


class ReadSealing:
    """The operator's query; costs two index look-ups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> SealingState:
        async with self._database.operator() as tx:
            row = await tx.fetchrow(SQL["sealing_state"])
        assert row is not None, "the query always answers one row"
        return SealingState(row["seals"], row["unsealed_since"])
