"""Takes a card from a browser and answers a token: works once, for an hour. Its security code waits apart, in
memory, for ten minutes; a charge after that goes without it."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.vault.model import Address, Token
from pasarela.core.vault.repository import SQL, address_json, token_from
from pasarela.core.vault.rules import SECURITY_CODE_LIFE, TOKEN_LIFE, cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock


class CreateToken:
    """Stores a card under a token id that the caller has made; refuses nothing that `rules.check` passed."""

    def __init__(self, db: Database, sealer: Sealer, ephemeral: EphemeralSecrets, clock: Clock) -> None:
        self._db = db
        self._sealer = sealer
        self._ephemeral = ephemeral
        self._clock = clock

    async def __call__(self, caller: Caller, token_id: str, card: CardData, address: Address | None = None) -> Token:
        """The token of `card`, which has passed `rules.check`."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        stored = [(tenant_id, await self._sealer.seal(tenant_id, card), card)]
        async with self._db.tenant(tenant_id) as tx:
            await self._sealer.store(tx, stored, at)
            await tx.execute(
                SQL["insert_token"],
                tenant_id,
                token_id,
                stored[0][1].fingerprint,
                card.holder_name,
                card.expiry.year,
                card.expiry.month,
                address_json(address),
                at,
                at + TOKEN_LIFE,
            )
            row = await tx.fetchrow(SQL["token_by_id"], tenant_id, token_id)
        self._sealer.remember(stored)
        assert row is not None, "it was inserted in this transaction"
        if card.cvv is not None:
            await self._ephemeral.put(cvv_key(tenant_id, token_id), card.cvv, SECURITY_CODE_LIFE)
        return token_from(row)
