"""Asks issuers. The one module of this slice that opens a card number: between the vault and the message it is clear.

Touches no storage and no dialect.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.authentication.model import Authentication
from pasarela.core.context import Caller
from pasarela.core.payments.card_terms import acceptor_of
from pasarela.core.payments.model import Payment
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.kernel.browser import Browser
from pasarela.kernel.cards import CardData, Expiry
from pasarela.rails.authentication import AuthenticationAnswer, AuthenticationRail, AuthenticationRequest


class AuthenticationRequests:
    """Builds and sends requests; answers are the rail's."""

    def __init__(self, rail: AuthenticationRail, sealer: Sealer) -> None:
        self._rail = rail
        self._reveal = Reveal(sealer)

    async def ask(
        self,
        caller: Caller,
        asked: Authentication,
        payment: Payment,
        sealed: SealedPan,
        browser: Browser,
        return_url: str,
        at: datetime,
    ) -> AuthenticationAnswer:
        """Asks the issuer of the card who pays `payment`. The security code is not the issuer's to see here."""
        view = asked.card
        number = await self._reveal.card(caller.tenant_id, sealed)
        return await self._rail.authenticate(
            AuthenticationRequest(
                server_trans_id=asked.authentication_id,
                acceptor=acceptor_of(caller, payment.details),
                card=CardData(number, view.holder_name, Expiry(view.expiration_year, view.expiration_month)),
                amount=payment.amount,
                browser=browser,
                return_url=return_url,
                at=at,
                instalments=asked.terms.instalments,
                email=payment.payer.email if payment.payer else None,
            )
        )
