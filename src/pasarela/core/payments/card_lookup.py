"""The sealed card behind an earlier payment: what a capture, a refund or a reversal sends again."""

from __future__ import annotations

from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.sources import Sources


class CardLookup:
    """Looks sealed numbers up by fingerprint, coalesced below."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def sealed(self, tenant_id: int, fingerprint: bytes) -> SealedPan:
        """The number that a payment of this tenant was made with; the vault never loses one."""
        stored = await self._sources.pan(tenant_id, fingerprint)
        assert stored is not None, "a payment's card is in the vault as long as the payment exists"
        return stored.sealed
