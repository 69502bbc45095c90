"""Lets a payment go on once its payer's authentication has ended: authorises it, or fails its try.

Whoever comes first concludes, the browser that returns or the due work that nobody's returning leaves behind; the
payment's try has the authentication's name for it, so it is made once however often it is concluded.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from pasarela.core.authentication.errors import NothingToAuthenticate
from pasarela.core.authentication.model import Authentication, AuthenticationStatus
from pasarela.core.authentication.queries import Authentications
from pasarela.core.authentication.rules import proceeds, tries_max
from pasarela.core.context import Caller
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.closing import accepted
from pasarela.core.payments.errors import (
    InstalmentsNotAllowed,
    NotInState,
    OutcomeUnknown,
    PaymentDeclined,
    StillAuthorizing,
)
from pasarela.core.payments.model import KeptCard, Payment, PaymentStatus
from pasarela.core.payments.pay_waiting import Fail, Pay
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.waiting import CardAuthentication, FailWaiting, PayWaiting
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.sources import Sources
from pasarela.infra.due_work import DueItem
from pasarela.kernel.decline import Decline
from pasarela.rails.authentication import AuthenticationResult


class Conclude:
    """The verb, and the handler of its due work."""

    def __init__(
        self,
        queries: Authentications,
        payments: PaymentQueries,
        pay: Pay,
        fail: Fail,
        sources: Sources,
        tenants: Tenants,
        callers: Callers,
    ) -> None:
        self._queries = queries
        self._payments = payments
        self._pay = pay
        self._fail = fail
        self._sources = sources
        self._tenants = tenants
        self._callers = callers

    async def __call__(self, caller: Caller, payment_id: str) -> Payment:
        """The payment as it stands after its last authentication; `PENDING` while that has not ended.

        Raises `UnknownPayment`, `PaymentDeclined` (also when the payer could not be authenticated), `StillAuthorizing`,
        `OutcomeUnknown`, `NotInState`.
        """
        payment = await self._payments.get(caller, payment_id)
        last = await self._queries.latest(caller.tenant_id, payment_id)
        return payment if last is None else await self.after(caller, payment, last)

    async def after(self, caller: Caller, payment: Payment, ended: Authentication) -> Payment:
        """As above, after this authentication."""
        if payment.status is PaymentStatus.AUTHORIZING:
            raise StillAuthorizing(payment.payment_id)
        if payment.status is not PaymentStatus.PENDING:
            return accepted(payment)
        result = ended.result
        if ended.status is not AuthenticationStatus.ENDED or result is None or ended.abandoned:
            return payment
        if proceeds(result, (await self._tenants.by_id(caller.tenant_id)).settings):
            wishing = replace(caller, outcome=caller.outcome or ended.terms.outcome)
            return await self._pay(wishing, await self._payment(payment, ended, result))
        failed = FailWaiting(
            payment.payment_id, ended.try_id, Decline.AUTHENTICATION_FAILED, tries_max=tries_max(payment)
        )
        refused = await self._fail(caller, failed)
        if refused.status in {PaymentStatus.DECLINED, PaymentStatus.PENDING}:
            raise PaymentDeclined(refused, refused.decline or Decline.AUTHENTICATION_FAILED, "")
        return refused

    async def due(self, item: DueItem) -> None:
        """Nobody has come back so far. What was refused is told to whoever looks; the rest is tried again."""
        ended = await self._queries.by_id(item.subject)
        assert ended is not None, "due work is left behind by an end, and ends are kept"
        caller = await self._callers.of(item.tenant_id)
        payment = await self._payments.get(caller, ended.payment_id)
        with suppress(PaymentDeclined, StillAuthorizing, OutcomeUnknown, NotInState, InstalmentsNotAllowed):
            await self.after(caller, payment, ended)

    async def _payment(self, payment: Payment, ended: Authentication, result: AuthenticationResult) -> PayWaiting:
        stored = await self._sources.pan(payment.tenant_id, ended.fingerprint)
        if stored is None:
            raise NothingToAuthenticate
        terms = ended.terms
        return PayWaiting(
            payment_id=payment.payment_id,
            try_id=ended.try_id,
            source=KeptCard(stored.sealed, ended.card, ended.source_id, ended.cvv_key),
            instalments=terms.instalments,
            points=terms.points,
            capture=terms.capture,
            device_session_id=terms.device_session_id,
            client_ip=terms.client_ip,
            authentication=CardAuthentication(result.eci or "", result.cavv, result.ds_trans_id, result.version),
            tries_max=tries_max(payment),
            details=terms.details,
        )
