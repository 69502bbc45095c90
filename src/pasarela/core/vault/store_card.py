"""Saves a card for a customer or for the merchant, and uses up the token that it comes from.

Whether the issuer vouches for the card was asked before, elsewhere. The same card id again answers the same card.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from pasarela.core.context import Caller
from pasarela.core.vault.errors import DuplicateCard, ReplayMismatch, TokenExpired, TokenUsed, UnknownToken
from pasarela.core.vault.model import Address, SavedCard
from pasarela.core.vault.repository import SQL, address_from, address_json, expiry_from, saved_card_from
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class _Face:
    """What is written on the card, whether its holder typed it just now or left it with a token."""

    fingerprint: bytes
    holder_name: str
    expiry: Expiry
    address: Address | None


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

        Raises `DuplicateCard`, `ReplayMismatch`; with a token also `UnknownToken`, `TokenExpired`, `TokenUsed`;
        nothing happened then. A card that was made by the same call before is answered as it is, if deleted since too.
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
                face = _Face(fingerprint, card.holder_name, card.expiry, address)
            else:
                assert token_id is not None
                row = await tx.fetchrow(SQL["lock_token"], tenant_id, token_id)
                face = _token_face(row, card_id, address, at)
                if row is not None and row["used_at"] is None:
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
                address_json(face.address),
                device_session_id,
                at,
            )
            saved = await _standing(tx, tenant_id, card_id)
            if inserted is None and not _same(saved, customer_id, face, device_session_id):
                raise ReplayMismatch
        self._sealer.remember(stored)
        return saved


async def _standing(tx: Tx, tenant_id: int, card_id: str) -> SavedCard:
    """The card under this id; when there is none, its owner's other card with the number stood in its way."""
    row = await tx.fetchrow(SQL["any_card"], tenant_id, card_id)
    if row is None:
        raise DuplicateCard
    return saved_card_from(row)


def _same(saved: SavedCard, customer_id: str | None, face: _Face, device_session_id: str | None) -> bool:
    shown = _Face(saved.fingerprint, saved.holder_name, saved.expiry, saved.address)
    return (saved.customer_id, shown, saved.device_session_id) == (customer_id, face, device_session_id)


def _token_face(row: asyncpg.Record | None, card_id: str, address: Address | None, at: datetime) -> _Face:
    """What the token's card shows, for a card that it has not made yet or has made already: `card_id`."""
    if row is None:
        raise UnknownToken
    if row["used_at"] is not None and row["used_by"] != card_id:
        raise TokenUsed
    if row["used_at"] is None and row["expires_at"] <= at:
        raise TokenExpired
    shown = address_from(row) if address is None else address
    return _Face(row["fingerprint"], row["holder_name"], expiry_from(row), shown)
