"""What the vault keeps of a card. Nothing here holds a card number or a security code in the clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pasarela.kernel.cards import Brand, Expiry

CardKind = Literal["credit", "debit", "cash"]
SourceKind = Literal["card", "token"]
Address = Mapping[str, str | None]
"""A billing address as the merchant sent it; the vault reads none of its keys."""


@dataclass(frozen=True, slots=True)
class SealedPan:
    """A card number that only `reveal` opens: which card it is (for one tenant), under which data key."""

    fingerprint: bytes
    key_number: int
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued cards that begin alike; `points` names the programme whose points they collect."""

    bank_name: str
    bank_code: str
    kind: CardKind
    points: str | None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What may be shown of a card: its number masked 6 + X + 4 and what its first digits tell."""

    masked: str
    brand: Brand
    kind: CardKind
    bank_name: str
    bank_code: str
    points: str | None
    allows_charges: bool
    allows_payouts: bool


@dataclass(frozen=True, slots=True)
class StoredPan:
    """A card number in the vault with what may be shown of it."""

    sealed: SealedPan
    facts: CardFacts


@dataclass(frozen=True, slots=True)
class StoredInstrument:
    """A saved card or a token, as something to pay with. `usable`: neither deleted nor used nor too old."""

    source_id: str
    kind: SourceKind
    owner: str | None
    sealed: SealedPan
    facts: CardFacts
    holder_name: str
    expiry: Expiry
    address: Address | None
    created_at: datetime
    usable: bool
    token_expired: bool
    token_used: bool


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card that a customer (`customer_id`) or, without one, the merchant itself has saved."""

    card_id: str
    customer_id: str | None
    fingerprint: bytes
    facts: CardFacts
    holder_name: str
    expiry: Expiry
    address: Address | None
    device_session_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A card that a browser left with us, to be paid with or saved once. `used_by` is the payment or card."""

    token_id: str
    fingerprint: bytes
    facts: CardFacts
    holder_name: str
    expiry: Expiry
    address: Address | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None
