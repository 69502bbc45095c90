"""What a merchant may see of the card that pays, from card data at hand or from a saved source. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pasarela.core.payments.model import CardView
from pasarela.core.vault.bins import facts_of
from pasarela.core.vault.model import StoredInstrument
from pasarela.kernel.cards import CardData


def view_of_card(card: CardData, address: Mapping[str, Any] | None = None) -> CardView:
    """A card whose data came with the call; it has no id."""
    facts = facts_of(card.pan.reveal())
    return CardView(
        masked=facts.masked,
        brand=facts.brand.value,
        kind=facts.kind,
        holder_name=card.holder_name,
        expiration_year=card.expiry.year,
        expiration_month=card.expiry.month,
        bank_name=facts.bank_name,
        bank_code=facts.bank_code,
        allows_charges=facts.allows_charges,
        allows_payouts=facts.allows_payouts,
        points=facts.points,
        address=address,
    )


def view_of_source(source: StoredInstrument) -> CardView:
    """A saved card, with its id and when it was saved; or a token, which leaves neither behind."""
    facts, saved = source.facts, source.kind == "card"
    return CardView(
        masked=facts.masked,
        brand=facts.brand.value,
        kind=facts.kind,
        holder_name=source.holder_name,
        expiration_year=source.expiry.year,
        expiration_month=source.expiry.month,
        bank_name=facts.bank_name,
        bank_code=facts.bank_code,
        allows_charges=facts.allows_charges,
        allows_payouts=facts.allows_payouts,
        points=facts.points,
        card_id=source.source_id if saved else None,
        customer_id=source.owner,
        address=source.address,
        created_at=source.created_at if saved else None,
    )
