"""Takes over a list of stores: new ones are added, known ones become what the list says. All of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pasarela.core.places.model import Store
from pasarela.core.places.repository import SQL, row_of
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Imported:
    """How many stores were written, and how many were removed because the list lacks them."""

    written: int
    removed: int


class ImportStores:
    """The operator's verb."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(self, stores: Sequence[Store], *, replace: bool = False) -> Imported:
        """With `replace` the list is all there is: stores that it lacks are removed. `stores` names each id once; one
        that brings its own `updated_at` keeps it."""
        at = self._clock.now()
        rows = [(*row_of(store), store.updated_at or at) for store in stores]
        async with self._db.operator() as tx:
            await tx.executemany(SQL["write_store"], rows)
            removed = 0
            if replace:
                removed = await tx.fetchval(SQL["remove_other_stores"], [store.store_id for store in stores])
        return Imported(len(rows), removed)
