"""Sealing in tests: the server is shared, and a transaction open in any database of it holds the horizon back."""

from __future__ import annotations

from pasarela.core.ledger.seal import Seal
from pasarela.infra.database import Database
from tests.factories.tables import rows, until

UNSEALED = (
    "SELECT count(*) AS number FROM ledger_transfers"
    " WHERE xact >= coalesce((SELECT xact_to FROM ledger_seals ORDER BY seal_number DESC LIMIT 1), '0'::xid8)"
)


async def seal_all(database: Database, seal: Seal) -> int:
    """Seals until nothing is left to seal; answers how many transfers that were."""
    total = 0

    async def nothing_left() -> bool:
        nonlocal total
        total += await seal()
        return bool((await rows(database, UNSEALED))[0]["number"] == 0)

    await until(nothing_left)
    return total
