"""Pays a waiting payment by card: two transactions around one message, as `authorize` does it.

A refusal leaves the payment waiting while its payer has tries left; the last one declines it for good. What nobody
knows is reversed, and ends the payment. The same try again answers what it was answered.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.context import REVIEW, Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.closing import Closer, Closing, accepted
from pasarela.core.payments.errors import PaymentDeclined
from pasarela.core.payments.model import Payment
from pasarela.core.payments.pricing import Pricing, ToPrice
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.trying import Tried, Tries
from pasarela.core.payments.waiting import FailWaiting, PayWaiting
from pasarela.core.risk.assess import Assess
from pasarela.core.risk.model import RiskFacts
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from pasarela.rails.contract import CardPurpose


class Pay:
    """The verb; safe for concurrent use: of two payers one goes on, the other hears `StillAuthorizing`."""

    def __init__(
        self,
        database: Database,
        tries: Tries,
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
        self._tries = tries
        self._closer = closer
        self._messages = messages
        self._cards = cards
        self._sources = sources
        self._assess = assess
        self._pricing = pricing
        self._queries = queries
        self._clock = clock

    async def __call__(self, caller: Caller, command: PayWaiting) -> Payment:
        """The payment, `COMPLETED`, `AUTHORIZED` or `REVIEWING`.

        Raises `UnknownPayment`, `NotInState` (paid, lapsed, cancelled, out of tries), `StillAuthorizing`,
        `UnknownSource`, `SourceSpent`, `InstalmentsNotAllowed`, what `Pricing` raises (nothing happened, no try
        counted), `PaymentDeclined` (its payment is `PENDING` while tries are left, then `DECLINED`), `OutcomeUnknown`.
        """
        waiting = await self._queries.get(caller, command.payment_id)
        at = self._clock.now(caller.tenant_id)
        details = {**waiting.details, **command.details}
        asked = ToPrice(waiting.amount, waiting.settles_in, command.instalments, command.points, details)
        try:
            resolved = await self._cards.resolve(
                caller.tenant_id, command.source, waiting.customer_id, command.instalments
            )
            price = await self._pricing(caller, asked, resolved, at)
        except Refusal as refusal:
            return await self._made_before(caller, command, refusal)
        verdict = await self._assess(_risk_facts(caller, command, waiting, resolved, at))
        if not verdict.allowed:
            return await self._refused_by_risk(caller, command, resolved, at, verdict.matched)
        trace = self._messages.new_trace()
        tried = await self._tries.begin(
            caller.tenant_id,
            command,
            resolved,
            trace,
            at,
            price.exchange,
            verdict.matched if verdict.review else (),
        )
        if tried.before:
            return answer_of(tried)
        payment = tried.payment
        card = await self._cards.in_clear(caller.tenant_id, command.source, resolved)
        purpose = CardPurpose.SALE if payment.sold_at_once else CardPurpose.AUTHORISATION
        answer = await self._messages.authorise(
            caller,
            card,
            payment.amount,
            purpose,
            trace,
            command.instalments,
            command.authentication,
            payment.details,
            command.points,
        )
        now = self._clock.now(caller.tenant_id)
        closed = await self._closer.close(Closing(payment, answer, price.fee, now, command.tries_max))
        if closed.decline is Decline.SUSPECTED_FRAUD and resolved.token_id is not None:
            async with self._database.batch() as tx:
                await self._sources.release(tx, [(caller.tenant_id, resolved.token_id, closed.payment_id)])
        return accepted(closed)

    async def _made_before(self, caller: Caller, command: PayWaiting, refusal: Refusal) -> Payment:
        """What this try was answered, when its token was spent by itself."""
        tried = await self._tries.find(caller.tenant_id, command.payment_id, command.try_id)
        if tried is None:
            raise refusal
        return answer_of(tried)

    async def _refused_by_risk(
        self, caller: Caller, command: PayWaiting, resolved: Resolved, at: datetime, matched: tuple[str, ...]
    ) -> Payment:
        failed = FailWaiting(
            command.payment_id, command.try_id, Decline.RISK_REFUSED, command.tries_max, command.confirm
        )
        tried = await self._tries.fail(caller.tenant_id, failed, at, resolved)
        if tried.before:
            return answer_of(tried)
        raise PaymentDeclined(tried.payment, Decline.RISK_REFUSED, "", matched)


class Fail:
    """The verb that counts a try of which nothing was sent."""

    def __init__(self, tries: Tries, clock: Clock) -> None:
        self._tries = tries
        self._clock = clock

    async def __call__(self, caller: Caller, command: FailWaiting) -> Payment:
        """The payment, `PENDING` while tries are left, then `DECLINED`. Raises `UnknownPayment`, `NotInState`,
        `StillAuthorizing`."""
        return (await self._tries.fail(caller.tenant_id, command, self._clock.now(caller.tenant_id))).payment


def answer_of(tried: Tried) -> Payment:
    """What a try that was made before is answered."""
    if tried.refused:
        raise PaymentDeclined(tried.payment, tried.decline or Decline.DO_NOT_HONOUR, tried.code)
    return accepted(tried.payment)


def _risk_facts(caller: Caller, command: PayWaiting, waiting: Payment, resolved: Resolved, at: datetime) -> RiskFacts:
    return RiskFacts(
        tenant_id=caller.tenant_id,
        api=caller.api,
        amount=waiting.amount,
        at=at,
        fingerprint=resolved.sealed.fingerprint,
        bin=resolved.view.masked[:6],
        email=waiting.payer.email if waiting.payer else None,
        ip=command.client_ip,
        device_session=command.device_session_id,
        review_wished=caller.outcome == REVIEW,
    )
