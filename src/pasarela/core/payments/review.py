"""Decides about payments that are held because somebody has to look at them: they go on, or they are given back.

The funds have been held at the issuer since the authorisation. Letting one go on captures it, where its merchant asked
for a sale; refusing it releases the hold and declines the payment. Nobody deciding, it expires as any hold does.
"""

from __future__ import annotations

from pasarela.core.payments import events
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.errors import NotInState
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import OperationKind, Payment, PaymentStatus
from pasarela.core.payments.operating import Beginner, Begun, outcome_of
from pasarela.core.payments.planning import Begin
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.rows import batch_json
from pasarela.core.payments.rules import Trigger, after
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import CardPurpose, Trace

SQL = SqlFiles(__package__)

RELEASE, REJECTION = "release", "rejection"
"""The operation ids of what was decided: each happens once."""


class Review:
    """The two verbs; safe for concurrent use: of two decisions the first counts."""

    def __init__(
        self,
        database: Database,
        queries: PaymentQueries,
        beginner: Beginner,
        ender: Ender,
        messages: CardMessages,
        cards: CardLookup,
        fees: Fees,
        callers: Callers,
        outbox: Outbox,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._queries = queries
        self._beginner = beginner
        self._ender = ender
        self._messages = messages
        self._cards = cards
        self._fees = fees
        self._callers = callers
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    async def release(self, tenant_id: int, payment_id: str) -> Payment:
        """The payment, `COMPLETED`, or `AUTHORIZED` where its merchant captures himself.

        Raises `UnknownPayment`, `NotInState`, `OperationDeclined` (still authorised), `OutcomeUnknown` (the clearing is
        repeated until the network takes it).
        """
        caller = await self._callers.of(tenant_id)
        payment = await self._queries.get(caller, payment_id)
        if not payment.capture_now:
            return await self._clear(payment)
        trace = self._messages.new_trace()
        begun = await self._begin(payment, RELEASE, OperationKind.CAPTURE, Trigger.RELEASE, trace)
        if begun.replayed:
            return outcome_of(begun)
        sealed = await self._cards.sealed(tenant_id, begun.fingerprint)
        held = begun.payment
        answer = await self._messages.complete(caller, held, sealed, begun.original, trace, begun.proceeds)
        fee = await self._fees.of_capture(held, begun.proceeds.credited)
        return await self._ender.end(End(begun, answer, self._clock.now(tenant_id), fee))

    async def decline(self, tenant_id: int, payment_id: str) -> Payment:
        """The payment, `DECLINED` by risk. Raises `UnknownPayment`, `NotInState`, `OutcomeUnknown` (the release is
        repeated until the network takes it)."""
        caller = await self._callers.of(tenant_id)
        payment = await self._queries.get(caller, payment_id)
        trace = self._messages.new_trace()
        begun = await self._begin(payment, REJECTION, OperationKind.VOID, Trigger.REJECT, trace)
        if begun.replayed:
            return outcome_of(begun)
        sealed = await self._cards.sealed(tenant_id, begun.fingerprint)
        hold = Sent(begun.original, begun.payment.amount, CardPurpose.AUTHORISATION)
        answer = await self._messages.reverse(caller, begun.payment, sealed, hold, trace, timed_out=False)
        return await self._ender.end(End(begun, answer, self._clock.now(tenant_id)))

    async def _begin(
        self, payment: Payment, operation_id: str, kind: OperationKind, trigger: Trigger, trace: Trace
    ) -> Begun:
        at = self._clock.now(payment.tenant_id)
        return await self._beginner.begin(
            Begin(payment.tenant_id, payment.payment_id, operation_id, kind, None, None, trace, at, trigger)
        )

    async def _clear(self, payment: Payment) -> Payment:
        """Lets a hold be one that its merchant may capture; nothing is sent."""
        cleared = after(PaymentStatus.REVIEWING, Trigger.CLEAR)
        assert cleared is not None, "what is looked at may be let go on"
        at = self._clock.now(payment.tenant_id)
        row = {
            "tenant_id": payment.tenant_id,
            "payment_id": payment.payment_id,
            "expected": PaymentStatus.REVIEWING.value,
            "status": cleared.value,
            "operated_at": at,
        }
        async with self._database.batch() as tx:
            if not await tx.fetch(SQL["settle_payments"], batch_json([row])):
                raise NotInState(payment.payment_id, payment.status.value, RELEASE)
            event = events.event(self._ids.fresh("e"), payment.tenant_id, events.AUTHORIZED, payment.payment_id, at)
            await self._outbox.append(tx, [event])
        return await self._queries.get(await self._callers.of(payment.tenant_id), payment.payment_id)
