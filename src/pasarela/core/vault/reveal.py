"""The one door to a card number. Only those who write card messages may import this; a contract checks it."""

from __future__ import annotations

from pasarela.core.vault import cipher
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.sealing import Sealer
from pasarela.kernel.secret import Secret


class Reveal:
    """Opens sealed card numbers."""

    def __init__(self, sealer: Sealer) -> None:
        self._keys = sealer.keys

    async def card(self, tenant_id: int, sealed: SealedPan) -> Secret:
        """The number; loads the tenant's data key when this process has not used it yet."""
        return cipher.decrypt(await self._keys.numbered(tenant_id, sealed.key_number), tenant_id, sealed)
