"""Finds stores near a place."""

from __future__ import annotations

from pasarela.core.places.model import Point, Store
from pasarela.core.places.repository import SQL, store_from
from pasarela.core.places.rules import EARTH_RADIUS_KM, box
from pasarela.infra.database import Database

FOUND_MAX = 500


class Stores:
    """The stores that are open for payments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def near(self, tenant_id: int, centre: Point, kilometers: float, amount_minor: int) -> list[Store]:
        """Stores at most `kilometers` away along the surface whose chain takes `amount_minor` centavos, nearest first,
        at most `FOUND_MAX`."""
        around = box(centre, kilometers)
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["stores_near"],
                centre.latitude,
                centre.longitude,
                kilometers,
                amount_minor,
                EARTH_RADIUS_KM,
                around.south,
                around.north,
                around.west,
                around.east,
                FOUND_MAX,
            )
        return [store_from(row) for row in rows]
