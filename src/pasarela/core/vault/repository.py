"""Cards and tokens between their rows and their dataclasses. Private to this slice."""

from __future__ import annotations

import json

import asyncpg

from pasarela.core.vault.bins import facts
from pasarela.core.vault.model import (
    Address,
    CardFacts,
    SavedCard,
    SealedPan,
    StoredInstrument,
    StoredPan,
    Token,
)
from pasarela.infra.database import SqlFiles
from pasarela.kernel.cards import Brand, Expiry

SQL = SqlFiles("pasarela.core.vault")

_SHOWN_DIGITS = 10


def facts_from(row: asyncpg.Record) -> CardFacts:
    masked = row["bin"] + "X" * (row["digits"] - _SHOWN_DIGITS) + row["last4"]
    return facts(row["bin"], masked, Brand(row["brand"]))


def sealed_from(row: asyncpg.Record) -> SealedPan:
    return SealedPan(row["fingerprint"], row["key_number"], row["sealed"])


def pan_from(row: asyncpg.Record) -> StoredPan:
    return StoredPan(sealed_from(row), facts_from(row))


def saved_card_from(row: asyncpg.Record) -> SavedCard:
    """The card of a row of the view `vault_card_profiles`."""
    return SavedCard(
        card_id=row["card_id"],
        customer_id=row["customer_id"],
        fingerprint=row["fingerprint"],
        facts=facts_from(row),
        holder_name=row["holder_name"],
        expiry=expiry_from(row),
        address=address_from(row),
        device_session_id=row["device_session_id"],
        created_at=row["created_at"],
    )


def token_from(row: asyncpg.Record) -> Token:
    """The token of a row of the view `vault_token_profiles`."""
    return Token(
        token_id=row["token_id"],
        fingerprint=row["fingerprint"],
        facts=facts_from(row),
        holder_name=row["holder_name"],
        expiry=expiry_from(row),
        address=address_from(row),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        used_by=row["used_by"],
    )


def instrument_from(row: asyncpg.Record) -> StoredInstrument:
    """The card or token of a row of `find_sources`, which tells by `kind` which of the two it is."""
    return StoredInstrument(
        source_id=row["source_id"],
        kind=row["kind"],
        owner=row["customer_id"],
        sealed=sealed_from(row),
        facts=facts_from(row),
        holder_name=row["holder_name"],
        expiry=expiry_from(row),
        address=address_from(row),
        created_at=row["created_at"],
        usable=not (row["deleted"] or row["expired"] or row["used"]),
        token_expired=row["expired"],
        token_used=row["used"],
    )


def expiry_from(row: asyncpg.Record) -> Expiry:
    return Expiry(row["expiry_year"], row["expiry_month"])


def address_json(address: Address | None) -> str | None:
    return None if address is None else json.dumps(dict(address), ensure_ascii=False)


def address_from(row: asyncpg.Record) -> Address | None:
    text = row["address"]
    return None if text is None else json.loads(text)
