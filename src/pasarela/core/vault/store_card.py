"""Saves a card for a customer or for the merchant, and uses up the token that it comes from.

Whether the issuer vouches for the card was asked before, elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from pasarela.core.context import Caller
from pasarela.core.vault.errors import DuplicateCard, TokenExpired, TokenUsed, UnknownToken
from pasarela.core.vault.model import Address, SavedCard
from pasarela.core.vault.repository import SQL, address_json, expiry_from, saved_card_from
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class _Face:
    """What is written on the card, whether its holder typed it just now or left it with a token."""

    fingerprint: bytes
    holder_name: str
    expiry: Expiry
    address: str | None


class StoreCard:
    """Stores one card under an id that the caller has made."""

    def __init__(self, db: Database, sealer: Sealer, clock: Clock) -> None:
        self._db = db
        self._sealer = sealer
        self._clock = clock

    async def __call__(
        self,
        caller: Caller,
        *,
        card_id: str,
        card: CardData | None = None,
        token_id: str | None = None,
        customer_id: str | None = None,
        address: Address | None = None,
        device_session_id: str | None = None,
    ) -> SavedCard:
        """The saved card; from `card`, which has passed `rules.check`, or from a token, never both. Without
        `customer_id` it is the merchant's own. A token's address serves when none is given.

        Raises `DuplicateCard`; with a token also `UnknownToken`, `TokenExpired`, `TokenUsed`.
        """
        assert (card is None) != (token_id is None), "a card comes from its data or from a token"
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        stored = []
        if card is not None:
            stored.append((tenant_id, await self._sealer.seal(tenant_id, card), card))
        async with self._db.tenant(tenant_id) as tx:
            if card is not None:
                await self._sealer.store(tx, stored, at)
                fingerprint = stored[0][1].fingerprint
                face = _Face(fingerprint, card.holder_name, card.expiry, address_json(address))
            else:
                assert token_id is not None
                row = await tx.fetchrow(SQL["lock_token"], tenant_id, token_id)
                face = _token_face(row, address, at)
                await tx.execute(SQL["use_token"], tenant_id, token_id, card_id, at)
            inserted = await tx.fetchval(
                SQL["insert_card"],
                tenant_id,
                card_id,
                customer_id,
                face.fingerprint,
                face.holder_name,
                face.expiry.year,
                face.expiry.month,
                face.address,
                device_session_id,
                at,
            )
            if inserted is None:
                raise DuplicateCard
            row = await tx.fetchrow(SQL["card_by_id"], tenant_id, card_id, customer_id)
        self._sealer.remember(stored)
        assert row is not None, "it was inserted in this transaction"
        return saved_card_from(row)


def _token_face(row: asyncpg.Record | None, address: Address | None, at: datetime) -> _Face:
    if row is None:
        raise UnknownToken
    if row["used_at"] is not None:
        raise TokenUsed
    if row["expires_at"] <= at:
        raise TokenExpired
    shown = address_json(address) or row["address"]
    return _Face(row["fingerprint"], row["holder_name"], expiry_from(row), shown)
