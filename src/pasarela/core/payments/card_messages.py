"""Sends a payment's messages on the card rail. The one module of this slice that opens a card number.

The number exists in clear only here, between the vault and the rail's encoder; nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pasarela.core.context import Caller
from pasarela.core.payments.card_terms import acceptor_of, card_terms
from pasarela.core.payments.model import CardView, Payment
from pasarela.core.payments.proceeds import Proceeds
from pasarela.core.payments.waiting import CardAuthentication
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsUse
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import (
    Answer,
    CardAuthorization,
    CardCompletion,
    CardPointsInquiry,
    CardPurpose,
    CardRail,
    CardRefund,
    CardReversal,
    PointsAnswer,
    Trace,
)

_NO_DETAILS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out earlier, as a later one must name it."""

    trace: Trace
    amount: Money
    purpose: CardPurpose
    refund: bool = False


class CardMessages:
    """Builds and sends card messages; answers are the rail's."""

    def __init__(self, rail: CardRail, sealer: Sealer) -> None:
        self._rail = rail
        self._reveal = Reveal(sealer)

    def new_trace(self) -> Trace:
        return self._rail.new_trace()

    async def authorise(
        self,
        caller: Caller,
        card: CardData,
        amount: Money,
        purpose: CardPurpose,
        trace: Trace,
        instalments: int | None = None,
        authentication: CardAuthentication | None = None,
        details: Mapping[str, Any] = _NO_DETAILS,
        points: PointsUse | None = None,
    ) -> Answer:
        """Asks the issuer with a card whose data is at hand; `details` are the payment's."""
        terms = card_terms(details)
        return await self._rail.authorise(
            CardAuthorization(
                trace,
                acceptor_of(caller, details),
                card,
                amount,
                purpose,
                instalments=instalments,
                interest_by_payer=terms.interest_by_payer,
                deferred_months=terms.deferred_months,
                points=points,
                outcome=caller.outcome,
                eci=authentication.eci if authentication else None,
                cavv=authentication.cavv if authentication else None,
                ds_trans_id=authentication.ds_trans_id if authentication else None,
                authentication_version=authentication.version if authentication else None,
            )
        )

    async def points(self, caller: Caller, card: CardData, currency: Currency) -> PointsAnswer:
        """Asks the issuer for the card's points, and their worth in `currency`."""
        acceptor = acceptor_of(caller, _NO_DETAILS)
        inquiry = CardPointsInquiry(self.new_trace(), acceptor, card, Money.zero(currency))
        return await self._rail.points(inquiry)

    async def open(self, tenant_id: int, sealed: SealedPan, view: CardView, cvv: Secret | None = None) -> CardData:
        """The card behind a saved one, with its number in clear: for the next message, and nothing else."""
        return CardData(
            await self._reveal.card(tenant_id, sealed),
            view.holder_name,
            Expiry(view.expiration_year, view.expiration_month),
            cvv,
        )

    async def complete(
        self,
        caller: Caller,
        payment: Payment,
        sealed: SealedPan,
        original: Trace,
        trace: Trace,
        proceeds: Proceeds,
    ) -> Answer:
        """Clears a part of an approved authorisation, or all of it."""
        return await self._rail.complete(
            CardCompletion(
                trace,
                original,
                acceptor_of(caller, payment.details),
                await self.open(payment.tenant_id, sealed, _view(payment)),
                proceeds.paid,
                payment.authorization_code or "",
                caller.outcome,
                proceeds.by_points_minor,
            )
        )

    async def refund(
        self,
        caller: Caller,
        payment: Payment,
        sealed: SealedPan,
        original: Trace,
        trace: Trace,
        proceeds: Proceeds,
    ) -> Answer:
        """Gives a part of a cleared payment back to its card, or all of it."""
        card = await self.open(payment.tenant_id, sealed, _view(payment))
        return await self._rail.refund(
            CardRefund(
                trace,
                original,
                acceptor_of(caller, payment.details),
                card,
                proceeds.paid,
                caller.outcome,
                proceeds.by_points_minor,
            )
        )

    async def reverse(
        self,
        caller: Caller,
        payment: Payment,
        sealed: SealedPan,
        original: Sent,
        trace: Trace,
        *,
        timed_out: bool,
        repeat: bool = False,
    ) -> Answer:
        """Undoes `original`, whether or not the network ever saw it."""
        return await self._rail.reverse(
            CardReversal(
                trace,
                original.trace,
                acceptor_of(caller, payment.details),
                await self.open(payment.tenant_id, sealed, _view(payment)),
                original.amount,
                original.purpose,
                timed_out=timed_out,
                repeat=repeat,
                refund=original.refund,
            )
        )


def _view(payment: Payment) -> CardView:
    assert payment.card is not None, "a card payment shows its card"
    return payment.card
