"""Asks a card's issuer for its points. Nothing is recorded, and nothing is spent: neither points nor a token."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.errors import CardHasNoPoints, CardRefused, PointsNotTold, UnknownSource
from pasarela.core.payments.model import SavedSource
from pasarela.core.vault.model import SourceKind
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency
from pasarela.kernel.points import PointsBalance
from pasarela.rails.contract import Declined, NoPoints, Unknown


class AskPoints:
    """The verb."""

    def __init__(self, cards: CardSources, messages: CardMessages) -> None:
        self._cards = cards
        self._messages = messages

    async def __call__(
        self, caller: Caller, source_id: str, kind: SourceKind, customer_id: str | None
    ) -> PointsBalance:
        """The points of the saved card or token `source_id` of `customer_id` (`None`: the merchant's own).

        Raises `UnknownSource`, `SourceSpent`, `CardHasNoPoints`, `CardRefused`, `PointsNotTold`.
        """
        card = await self._cards.resolve(caller.tenant_id, SavedSource(source_id), customer_id)
        if (card.token_id is not None) is not (kind == "token"):
            raise UnknownSource
        return await self.of_card(caller, card)

    async def of_card(self, caller: Caller, card: Resolved) -> PointsBalance:
        """The points of a card at hand. Raises the same."""
        data = card.new_card or await self._messages.open(caller.tenant_id, card.sealed, card.view)
        match await self._messages.points(caller, data, Currency.MXN):
            case PointsBalance() as balance:
                return balance
            case NoPoints():
                raise CardHasNoPoints
            case Declined(decline=decline, code=code) if decline is not Decline.ISSUER_UNAVAILABLE:
                raise CardRefused(decline, code)
            case Declined() | Unknown():
                raise PointsNotTold
