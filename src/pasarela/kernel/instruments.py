"""The ways to pay that the platform knows. A new member makes mypy point at every `match` that must learn it."""

from __future__ import annotations

from enum import Enum


class Instrument(Enum):
    """How a payer pays; the value is the stable word stored with the payment."""

    CARD = "card"
    STORE = "store"  # cash at a convenience store
    BANK_TRANSFER = "bank_transfer"  # SPEI
    WALLET = "wallet"
