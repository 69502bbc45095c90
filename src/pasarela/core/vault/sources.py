"""Finds what a payment names as its source, a saved card or a token, and uses tokens up.

All of it is for lists: concurrent look-ups share one statement, a batch of payments uses its tokens in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pasarela.core.vault.model import StoredInstrument, StoredPan
from pasarela.core.vault.repository import SQL, instrument_from, pan_from
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock


class Sources:
    """Look-ups of the hot path, and the single use of tokens."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._find: Coalescer[tuple[int, str], StoredInstrument | None] = Coalescer(self._find_all)
        self._pan: Coalescer[tuple[int, bytes], StoredPan | None] = Coalescer(self._find_pans)

    async def find(self, tenant_id: int, source_id: str) -> StoredInstrument | None:
        """The tenant's saved card or token `source_id`, a deleted or used one too; `None`: there is none."""
        return await self._find((tenant_id, source_id))

    async def pan(self, tenant_id: int, fingerprint: bytes) -> StoredPan | None:
        """The tenant's card number with this fingerprint: what a capture or refund sends again."""
        return await self._pan((tenant_id, fingerprint))

    async def consume(self, tx: Tx, uses: Sequence[tuple[int, str, str, datetime]]) -> dict[str, str]:
        """Uses tokens up, in the caller's transaction: (tenant, token, payment that uses it, instant).

        Answers which payment has won each token: `won.get(token_id) == payment_id`. Of two payments in one
        batch that name the same token the first wins. A token that is missing was used before, or is too old.
        """
        tokens: dict[tuple[int, str], tuple[int, str, str, datetime]] = {}
        for use in uses:
            tokens.setdefault(use[:2], use)
        if not tokens:
            return {}
        rows = await tx.fetch(SQL["consume_tokens"], *map(list, zip(*tokens.values(), strict=True)))
        return {row["token_id"]: row["used_by"] for row in rows}

    async def release(self, tx: Tx, uses: Sequence[tuple[int, str, str]]) -> None:
        """Makes tokens usable again that (tenant, token, payment) used up: the payment did not take place."""
        if uses:
            await tx.execute(SQL["release_tokens"], *map(list, zip(*uses, strict=True)))

    async def _find_all(self, items: Sequence[tuple[int, str]]) -> Sequence[StoredInstrument | None]:
        tenants, sources = zip(*items, strict=True)
        instants = [self._clock.now(tenant_id) for tenant_id in tenants]
        rows = await self._db.batch_fetch(SQL["find_sources"], tenants, sources, instants)
        found = {row["n"]: instrument_from(row) for row in rows}
        return [found.get(n) for n in range(1, len(items) + 1)]

    async def _find_pans(self, items: Sequence[tuple[int, bytes]]) -> Sequence[StoredPan | None]:
        rows = await self._db.batch_fetch(SQL["find_pans"], *zip(*items, strict=True))
        found = {row["n"]: pan_from(row) for row in rows}
        return [found.get(n) for n in range(1, len(items) + 1)]
