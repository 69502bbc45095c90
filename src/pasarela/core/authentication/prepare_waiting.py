"""Lets a card that came by call pay a payment that waits on our page, once its issuer has told who the payer is.

A token is spent for the payment; its security code stays where it waits. The payment itself is not touched: its payer
may still give another card on the page.
"""

from __future__ import annotations

from dataclasses import replace

from pasarela.core.authentication.model import AuthenticationStatus, PrepareCard
from pasarela.core.authentication.queries import Authentications
from pasarela.core.authentication.writing import Beginning, begin
from pasarela.core.context import Caller
from pasarela.core.payments.card_sources import CardSources
from pasarela.core.payments.errors import NotInState, SourceSpent, StillAuthorizing
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


class PrepareWaiting:
    """The verb."""

    def __init__(
        self,
        database: Database,
        payments: PaymentQueries,
        cards: CardSources,
        sources: Sources,
        queries: Authentications,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._payments = payments
        self._cards = cards
        self._sources = sources
        self._queries = queries
        self._clock = clock
        self._ids = ids

    async def __call__(self, caller: Caller, command: PrepareCard) -> Payment:
        """The payment, `PENDING`, with the card that is to pay it. Raises `UnknownPayment`, `NotInState`,
        `UnknownSource`, `SourceSpent`, `InstalmentsNotAllowed`, and `StillAuthorizing` while somebody else is at it;
        then nothing has happened."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        payment = await self._payments.get(caller, command.payment_id)
        lapsed = payment.expires_at is not None and payment.expires_at <= at
        if payment.status is not PaymentStatus.PENDING or payment.confirm is not ConfirmBy.PAGE or lapsed:
            raise NotInState(payment.payment_id, payment.status.value, "authenticate")
        last = await self._queries.latest(tenant_id, payment.payment_id)
        source = command.source
        resolved = await self._cards.resolve(tenant_id, source, payment.customer_id, command.terms.instalments)
        new = Beginning(
            tenant_id=tenant_id,
            authentication_id=self._ids.uuid(),
            payment_id=payment.payment_id,
            number=last.number + 1 if last is not None else 1,
            try_id=command.try_id,
            status=AuthenticationStatus.PREPARED,
            fingerprint=resolved.sealed.fingerprint,
            card=resolved.view,
            source_id=resolved.source_id,
            cvv_key=cvv_key(tenant_id, source.source_id),
            terms=replace(command.terms, outcome=caller.outcome),
            created_at=at,
            expires_at=payment.expires_at or at,
        )
        async with self._database.batch() as tx:
            if await begin(tx, new) is None:
                raise StillAuthorizing(payment.payment_id)
            if resolved.token_id is not None:
                use = (tenant_id, resolved.token_id, payment.payment_id, at)
                if not await self._sources.consume(tx, [use]):
                    raise SourceSpent
        return replace(payment, card=resolved.view, source_id=resolved.source_id)
