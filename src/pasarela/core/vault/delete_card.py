"""Deletes a saved card: it pays nothing more. What it has paid keeps its number for captures and refunds."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.vault.errors import UnknownCard
from pasarela.core.vault.repository import SQL
from pasarela.core.vault.rules import cvv_key
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.clock import Clock


class DeleteCard:
    """Ends a saved card, and the security code that waits for its next charge."""

    def __init__(self, db: Database, ephemeral: EphemeralSecrets, clock: Clock) -> None:
        self._db = db
        self._ephemeral = ephemeral
        self._clock = clock

    async def __call__(self, caller: Caller, card_id: str, customer_id: str | None = None) -> None:
        """Of this customer, or the merchant's own without one. Raises `UnknownCard`, the second time too."""
        tenant_id = caller.tenant_id
        async with self._db.tenant(tenant_id) as tx:
            at = self._clock.now(tenant_id)
            if await tx.fetchval(SQL["delete_card"], tenant_id, card_id, customer_id, at) is None:
                raise UnknownCard
        await self._ephemeral.take(cvv_key(tenant_id, card_id))
