"""Cards to pay with. Numbers pass Luhn; the named ones are in no table of outcomes unless they say so."""

from __future__ import annotations

from pasarela.core.payments.model import InlineCard
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.secret import Secret

VISA = "4111111111111111"
MASTERCARD = "5555555555554444"
CREDIT = "4242424242424242"
"""The others are debit cards."""


def card(pan: str = VISA, *, holder: str = "Juan Perez", cvv: str | None = "123") -> CardData:
    return CardData(Secret(pan), holder, Expiry(2029, 12), Secret(cvv) if cvv is not None else None)


def inline(pan: str = VISA) -> InlineCard:
    return InlineCard(card(pan))
