"""Takes a card from a browser and answers a token: works once, for an hour. Its security code waits apart, in
memory, for ten minutes; a charge after that goes without it. The same token id again answers the same token."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.vault.errors import ReplayMismatch
from pasarela.core.vault.model import Address, Token
from pasarela.core.vault.repository import SQL, address_json, token_from
from pasarela.core.vault.rules import SECURITY_CODE_LIFE, TOKEN_LIFE, cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock


class CreateToken:
    """Stores a card under a token id that the caller has made; refuses no card that `rules.check` passed."""

    def __init__(self, db: Database, sealer: Sealer, ephemeral: EphemeralSecrets, clock: Clock) -> None:
        self._db = db
        self._sealer = sealer
        self._ephemeral = ephemeral
        self._clock = clock

    async def __call__(self, caller: Caller, token_id: str, card: CardData, address: Address | None = None) -> Token:
        """The token of `card`, which has passed `rules.check`. Raises `ReplayMismatch`; nothing happened then."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        stored = [(tenant_id, await self._sealer.seal(tenant_id, card), card)]
        async with self._db.tenant(tenant_id) as tx:
            await self._sealer.store(tx, stored, at)
            made = await tx.fetchval(
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
            assert row is not None, "it was inserted in this transaction or stood there before"
            token = token_from(row)
            if made is None and not _same(token, stored[0][1].fingerprint, card, address):
                raise ReplayMismatch
        self._sealer.remember(stored)
        # Asked again because the first answer was lost: perhaps its process died before it kept the code.
        if card.cvv is not None and token.used_at is None:
            await self._ephemeral.put(cvv_key(tenant_id, token_id), card.cvv, SECURITY_CODE_LIFE)
        return token


def _same(token: Token, fingerprint: bytes, card: CardData, address: Address | None) -> bool:
    """Whether `token` was made from this very content; its security code is not kept to be compared."""
    return (token.fingerprint, token.holder_name, token.expiry, token.address) == (
        fingerprint, card.holder_name, card.expiry, address,
    )  # fmt: skip  # two rows to compare
