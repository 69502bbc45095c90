"""Asks the issuer about a payer who is here: two transactions around one message, never one open across it.

The first records the question, the second its answer; what the issuer answers at once goes on to the payment. Starting
again while the issuer waits for the payer leads back to the same challenge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.authentication.conclude import Conclude
from pasarela.core.authentication.errors import NothingToAuthenticate, StillAuthenticating
from pasarela.core.authentication.model import (
    Authentication,
    AuthenticationStatus,
    Challenge,
    StartAuthentication,
    Terms,
)
from pasarela.core.authentication.repository import SQL, authentication_from
from pasarela.core.authentication.requests import AuthenticationRequests
from pasarela.core.authentication.rules import ASKING, goes_on
from pasarela.core.authentication.writing import Beginning, begin, challenged, ended
from pasarela.core.context import Caller
from pasarela.core.payments.card_sources import CardSources
from pasarela.core.payments.errors import NotInState
from pasarela.core.payments.model import CardView, Payment, PaymentStatus
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.rules import SECURITY_CODE_LIFE, cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret
from pasarela.rails.authentication import Challenge as AskedForChallenge


@dataclass(frozen=True, slots=True)
class _Card:
    """The card to ask about; `data` when it came with this call."""

    sealed: SealedPan
    view: CardView
    try_id: str
    terms: Terms
    source_id: str | None = None
    cvv_key: str | None = None
    data: CardData | None = None


class Start:
    """The verb; of two that start at once one asks, the other hears `StillAuthenticating`."""

    def __init__(
        self,
        database: Database,
        requests: AuthenticationRequests,
        conclude: Conclude,
        payments: PaymentQueries,
        cards: CardSources,
        sources: Sources,
        sealer: Sealer,
        secrets: EphemeralSecrets,
        due_work: DueWork,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._requests = requests
        self._conclude = conclude
        self._payments = payments
        self._cards = cards
        self._sources = sources
        self._sealer = sealer
        self._secrets = secrets
        self._due_work = due_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, caller: Caller, command: StartAuthentication) -> Challenge | Payment:
        """The issuer's challenge, or the payment when the issuer needed none.

        Raises `UnknownPayment`, `NotInState`, `StillAuthenticating`, `NothingToAuthenticate`, `InstalmentsNotAllowed`
        (nothing happened), and what `Conclude` raises.
        """
        payment = await self._payments.get(caller, command.payment_id)
        if payment.status is not PaymentStatus.PENDING:
            return await self._conclude(caller, payment.payment_id)
        at = self._clock.now(caller.tenant_id)
        if payment.expires_at is not None and payment.expires_at <= at:
            raise NotInState(payment.payment_id, PaymentStatus.EXPIRED.value, "authenticate")
        standing = await self._standing(caller, payment)
        card = await self._card(caller, payment, command, standing)
        asked = await self._begin(caller, payment, card, standing, at)
        if asked.status is AuthenticationStatus.CHALLENGED:
            return _challenge(asked)
        if asked.status is AuthenticationStatus.ENDED:
            return await self._conclude.after(caller, payment, asked)
        answer = await self._requests.ask(caller, asked, payment, card.sealed, command.browser, command.return_url, at)
        now = self._clock.now(caller.tenant_id)
        async with self._database.batch() as tx:
            if isinstance(answer, AskedForChallenge):
                after = await challenged(tx, asked, answer, now)
            else:
                after = await ended(tx, self._due_work, answer, now)
        if after is None:
            raise StillAuthenticating
        if after.status is AuthenticationStatus.CHALLENGED:
            return _challenge(after)
        return await self._conclude.after(caller, payment, after)

    async def _standing(self, caller: Caller, payment: Payment) -> Authentication | None:
        async with self._database.tenant(caller.tenant_id) as tx:
            row = await tx.fetchrow(SQL["latest_of_payment"], caller.tenant_id, payment.payment_id)
        return None if row is None else authentication_from(row)

    async def _card(
        self, caller: Caller, payment: Payment, command: StartAuthentication, standing: Authentication | None
    ) -> _Card:
        """The card that the payer has typed, or that of the authentication before."""
        tenant_id, pay = caller.tenant_id, command.pay
        if pay is not None:
            found = await self._cards.resolve(tenant_id, pay.source, payment.customer_id, pay.instalments)
            key = cvv_key(tenant_id, f"{payment.payment_id}/{pay.try_id}")
            return _Card(found.sealed, found.view, pay.try_id, _terms(caller, pay), None, key, found.new_card)
        if standing is None:
            raise NothingToAuthenticate
        stored = await self._sources.pan(tenant_id, standing.fingerprint)
        assert stored is not None, "an authentication's card is in the vault"
        return _Card(
            stored.sealed, standing.card, standing.try_id, standing.terms, standing.source_id, standing.cvv_key
        )

    async def _begin(
        self, caller: Caller, payment: Payment, card: _Card, standing: Authentication | None, at: datetime
    ) -> Authentication:
        """The authentication to go on with; `ASKED` when its question is this call's to put."""
        if standing is not None and goes_on(standing, card.try_id, card.sealed.fingerprint, at):
            return await self._go_on(standing, at)
        fresh = [(caller.tenant_id, card.sealed, card.data)] if card.data is not None else []
        new = Beginning(
            tenant_id=caller.tenant_id,
            authentication_id=self._ids.uuid(),
            payment_id=payment.payment_id,
            number=standing.number + 1 if standing is not None else 1,
            try_id=card.try_id,
            status=AuthenticationStatus.ASKED,
            fingerprint=card.sealed.fingerprint,
            card=card.view,
            source_id=card.source_id,
            cvv_key=card.cvv_key,
            terms=card.terms,
            created_at=at,
            expires_at=at + ASKING,
        )
        async with self._database.batch() as tx:
            await self._sealer.store(tx, fresh, at)
            asked = await begin(tx, new)
        self._sealer.remember(fresh)
        if asked is None:
            raise StillAuthenticating
        if card.data is not None and card.data.cvv is not None:
            await self._keep(card, card.data.cvv)
        return asked

    async def _go_on(self, standing: Authentication, at: datetime) -> Authentication:
        match standing.status:
            case AuthenticationStatus.PREPARED:
                async with self._database.batch() as tx:
                    key = standing.tenant_id, standing.authentication_id
                    row = await tx.fetchrow(SQL["claim_prepared"], *key, at + ASKING)
                if row is None:
                    raise StillAuthenticating
                return authentication_from(row)
            case AuthenticationStatus.ASKED:
                raise StillAuthenticating
            case _:
                return standing

    async def _keep(self, card: _Card, cvv: Secret) -> None:
        assert card.cvv_key is not None, "a typed card's code has a place of its own"
        await self._secrets.put(card.cvv_key, cvv, SECURITY_CODE_LIFE)


def _terms(caller: Caller, pay: PayWaiting) -> Terms:
    return Terms(
        instalments=pay.instalments,
        points=pay.points,
        capture=pay.capture,
        device_session_id=pay.device_session_id,
        client_ip=pay.client_ip,
        outcome=caller.outcome,
        details=pay.details,
    )


def _challenge(standing: Authentication) -> Challenge:
    assert standing.challenge is not None, "a challenged payer has somewhere to go"
    return standing.challenge
