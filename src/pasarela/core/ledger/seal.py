"""Seals the ledger: chains a digest over each finished stretch of transfers, and folds it into unfloored accounts.

A stretch ends below the oldest transaction still open, so nothing can be slipped into it afterwards unseen. Runs as
the operator, one sealer at a time; running it again changes nothing.
"""

from __future__ import annotations

from pasarela.core.ledger.chart import unfloored_beginnings
from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.clock import Clock

SQL = SqlFiles(__package__)

STRETCH_TRANSFERS_MAX = 20_000


class Seal:
    """Seals what has been booked since the last seal."""

    def __init__(self, database: Database, clock: Clock, *, stretch_max: int = STRETCH_TRANSFERS_MAX) -> None:
        self._database = database
        self._clock = clock
        self._stretch_max = stretch_max

    async def __call__(self) -> int:
        """Seals one stretch of whole transactions, at most some 20,000 transfers; answers how many it sealed, 0 when
        none was left."""
        async with self._database.operator() as tx:
            await tx.execute(SQL["lock_sealing"])
            stretch = await tx.fetchrow(SQL["next_seal"], self._stretch_max)
            assert stretch is not None, "the query always answers one row"
            bounds = (stretch["xact_from"], stretch["xact_to"])
            sealed = await tx.fetchrow(SQL["stretch_digest"], *bounds, stretch["previous_digest"])
            assert sealed is not None, "an aggregate always answers one row"
            if not sealed["transfers"]:
                return 0
            await tx.execute(SQL["fold_entries"], *bounds, unfloored_beginnings())
            await tx.execute(
                SQL["insert_seal"],
                stretch["seal_number"],
                *bounds,
                sealed["transfers"],
                stretch["previous_digest"],
                sealed["digest"],
                self._clock.now(),
            )
            return int(sealed["transfers"])
