"""Asks the issuer whether a card is good that will be charged later: one that came with a call, or a token's.

Nothing is stored and no token is spent here. A saved card is not asked about: it was when it was saved.
"""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.model import InlineCard, SavedSource
from pasarela.core.payments.verify_card import VerifyCard


class Vouch:
    """The verb; built once, called concurrently."""

    def __init__(self, cards: CardSources, verify: VerifyCard) -> None:
        self._cards = cards
        self._verify = verify

    async def __call__(
        self, caller: Caller, source: InlineCard | SavedSource, customer_id: str | None, attempt_for: str
    ) -> Resolved:
        """The card as it is to be stored. `attempt_for` is the id of what it will pay for.

        Raises `UnknownSource`, `SourceSpent`, `CardRefused`, `OutcomeUnknown`.
        """
        resolved = await self._cards.resolve(caller.tenant_id, source, customer_id)
        if resolved.view.card_id is None:
            card = await self._cards.in_clear(caller.tenant_id, source, resolved)
            await self._verify(caller, card, attempt_for)
        return resolved
