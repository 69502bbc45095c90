"""Writes card accounts' movements and reads them by date. Both ways use an index, whatever the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pasarela.core.issuing.model import Activity, IssuedCard, Movement
from pasarela.core.issuing.rows import SQL, movement_from, movements_json
from pasarela.infra.database import Database, Tx

LISTED_MAX = 10_000
LAST = 10


class Movements:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, card: IssuedCard, first: date, last: date, *, zone: str = "America/Mexico_City", limit: int = LISTED_MAX
    ) -> Sequence[Movement]:
        """Movements of the card's account on these days, both included, of the time zone `zone`; newest first."""
        where = ZoneInfo(zone)
        since = datetime.combine(first, time(), where)
        until = datetime.combine(last + timedelta(days=1), time(), where)
        return await self._read(card, since, until, limit)

    async def last(self, card: IssuedCard, count: int = LAST) -> Sequence[Movement]:
        """The newest movements of the card's account that went through, newest first."""
        async with self._database.tenant(card.tenant_id) as tx:
            rows = await tx.fetch(SQL["last_movements"], card.tenant_id, card.account.account_id, count)
        return [movement_from(row) for row in rows]

    async def of_operation(self, tenant_id: int, operation_id: str) -> Sequence[Movement]:
        """What one operation did, in the order of its sides."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["movements_of"], [tenant_id], [operation_id])
        return [movement_from(row) for row in rows]

    async def activity(self, card: IssuedCard) -> Activity:
        """When the card's account last did what."""
        async with self._database.tenant(card.tenant_id) as tx:
            row = await tx.fetchrow(SQL["activity"], card.tenant_id, card.account.account_id)
        assert row is not None, "it selects two values"
        return Activity(row["approved"], row["denied"], card.blocked_at)

    async def _read(self, card: IssuedCard, since: datetime, until: datetime, limit: int) -> Sequence[Movement]:
        async with self._database.tenant(card.tenant_id) as tx:
            rows = await tx.fetch(SQL["list_movements"], card.tenant_id, card.account.account_id, since, until, limit)
        return [movement_from(row) for row in rows]


async def insert_movements(tx: Tx, movements: Sequence[Movement]) -> None:
    """Writes them in the caller's transaction (the batch role's); what stands under the same operation and side
    stays."""
    if movements:
        await tx.execute(SQL["insert_movements"], movements_json(movements))
