"""Authorises a card payment: two transactions around one message, never one open across it.

The first records the payment with its trace, the second its outcome. Between them nothing is held but memory; whatever
a crash leaves behind is found by the sweep and resolved. The same payment id again answers the same payment.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.context import REVIEW, Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.card_views import view_of_card
from pasarela.core.payments.closing import Closer, Closing, accepted
from pasarela.core.payments.errors import PaymentDeclined, ReplayMismatch, UnknownPayment
from pasarela.core.payments.model import (
    AuthoriseCard,
    CardSource,
    ChargedFee,
    InlineCard,
    Payment,
    SavedSource,
)
from pasarela.core.payments.opening import Opener, Opening
from pasarela.core.payments.pricing import Pricing, ToPrice
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.risk.assess import Assess
from pasarela.core.risk.model import RiskFacts
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from pasarela.kernel.money import Money
from pasarela.rails.contract import CardPurpose, Trace

SQL = SqlFiles(__package__)


class Authorise:
    """The verb; built once, called concurrently."""

    def __init__(
        self,
        database: Database,
        opener: Opener,
        closer: Closer,
        messages: CardMessages,
        cards: CardSources,
        sources: Sources,
        assess: Assess,
        pricing: Pricing,
        queries: PaymentQueries,
        clock: Clock,
    ) -> None:
        self._database = database
        self._opener = opener
        self._closer = closer
        self._messages = messages
        self._cards = cards
        self._sources = sources
        self._assess = assess
        self._pricing = pricing
        self._queries = queries
        self._clock = clock

    async def __call__(self, caller: Caller, command: AuthoriseCard) -> Payment:
        """The payment, `COMPLETED` (captured), `AUTHORIZED` (`capture=False`) or `REVIEWING`.

        Raises `UnknownSource`, `SourceSpent`, `InstalmentsNotAllowed`, what `Pricing` raises, `OrderIdTaken` (nothing
        happened), `PaymentDeclined` (stored as declined), `OutcomeUnknown` (stored; being reversed), `ReplayMismatch`.
        """
        at = self._clock.now(caller.tenant_id)
        asked = ToPrice(command.amount, command.settles_in, command.instalments, command.points, command.details)
        try:
            resolved = await self._cards.resolve(
                caller.tenant_id, command.source, command.customer_id, command.instalments
            )
            price = await self._pricing(caller, asked, resolved, at)
        except Refusal as refusal:
            # Spent perhaps by this very payment, when its answer was lost on the way; or deleted, or no longer taken
            # for a credit card, since.
            return await self._made_before(caller, command, refusal)
        verdict = await self._assess(_risk_facts(caller, command, resolved, at))
        trace = self._messages.new_trace()
        opened = await self._opener.open(
            Opening(
                caller,
                command,
                resolved.view,
                resolved.sealed,
                resolved.new_card,
                resolved.token_id,
                trace,
                at,
                () if verdict.allowed else verdict.matched,
                verdict.matched if verdict.review else (),
                price.exchange,
            )
        )
        if opened.replayed:
            return await self._answered_before(opened.payment, command)
        if not verdict.allowed:
            raise PaymentDeclined(opened.payment, Decline.RISK_REFUSED, "", verdict.matched)
        return await self._send(caller, command, resolved, opened.payment, trace, price.fee)

    async def _send(
        self,
        caller: Caller,
        command: AuthoriseCard,
        resolved: Resolved,
        payment: Payment,
        trace: Trace,
        fee: ChargedFee,
    ) -> Payment:
        card = await self._cards.in_clear(caller.tenant_id, command.source, resolved)
        purpose = CardPurpose.SALE if payment.sold_at_once else CardPurpose.AUTHORISATION
        answer = await self._messages.authorise(
            caller,
            card,
            command.amount,
            purpose,
            trace,
            command.instalments,
            details=command.details,
            points=command.points,
        )
        closed = await self._closer.close(Closing(payment, answer, fee, self._clock.now(caller.tenant_id)))
        if closed.decline is Decline.SUSPECTED_FRAUD and resolved.token_id is not None:
            async with self._database.batch() as tx:
                await self._sources.release(tx, [(caller.tenant_id, resolved.token_id, closed.payment_id)])
        return accepted(closed)

    async def _made_before(self, caller: Caller, command: AuthoriseCard, refusal: Refusal) -> Payment:
        try:
            earlier = await self._queries.get(caller, command.payment_id)
        except UnknownPayment:
            raise refusal from None
        return await self._answered_before(earlier, command)

    async def _answered_before(self, payment: Payment, command: AuthoriseCard) -> Payment:
        """What a repeated command gets: the same payment, if it is the same command."""
        same = (await self._asked(payment), payment.order_id, payment.customer_id, payment.capture_now) == (
            command.amount, command.order_id, command.customer_id, command.capture,
        )  # fmt: skip  # two rows to compare
        if not same or not _paid_with(payment, command.source):
            raise ReplayMismatch
        return accepted(payment)

    async def _asked(self, payment: Payment) -> Money:
        """The amount that was authorised; a capture may have left a smaller one on the payment."""
        if payment.capture_now or not payment.captured:
            return payment.amount
        async with self._database.batch() as tx:
            key = [payment.tenant_id], [f"{payment.payment_id}/authorisation"]
            rows = await tx.fetch(SQL["authorisation_traces"], *key)
        return Money(rows[0]["amount"], payment.amount.currency)


def _risk_facts(caller: Caller, command: AuthoriseCard, resolved: Resolved, at: datetime) -> RiskFacts:
    return RiskFacts(
        tenant_id=caller.tenant_id,
        api=caller.api,
        amount=command.amount,
        at=at,
        fingerprint=resolved.sealed.fingerprint,
        bin=resolved.view.masked[:6],
        email=command.payer.email if command.payer else None,
        ip=command.client_ip,
        device_session=command.device_session_id,
        review_wished=caller.outcome == REVIEW,
    )


def _paid_with(payment: Payment, source: CardSource) -> bool:
    if isinstance(source, SavedSource):
        return payment.source_id == source.source_id
    shown, given = payment.card, view_of_card(source.card) if isinstance(source, InlineCard) else source.view
    return (
        shown is not None
        and payment.source_id is None
        and (
            (shown.masked, shown.holder_name, shown.expiration_year, shown.expiration_month)
            == (given.masked, given.holder_name, given.expiration_year, given.expiration_month)
        )
    )
