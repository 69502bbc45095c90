"""Settles what nobody knows: messages whose answer never came, and what a crash left between two transactions.

An authorisation is reversed until the network takes it, and then has failed; a refund likewise; a capture, a void and
an expiry are repeated until the network takes them, since they only carry out what was decided. Everything here may
run any number of times, and beside a late answer: whoever ends an operation first wins.
"""

from __future__ import annotations

from contextlib import suppress

from pasarela.core.context import Caller
from pasarela.core.payments import events
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.errors import OperationDeclined
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import OperationKind, OperationStatus, Payment, PaymentStatus
from pasarela.core.payments.operating import Begun
from pasarela.core.payments.rows import batch_json, operation_of, payment_of, proceeds_in, trace_of
from pasarela.core.payments.rules import FeeShare, Trigger, after
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import Answer, Approved, CardPurpose, Declined, Trace

SQL = SqlFiles(__package__)


class StillUnknown(Exception):
    """The network did not answer this time either; the due work is tried again by its ladder."""


class Resolve:
    """Tries once to settle one payment's authorisation, or one operation on it."""

    def __init__(
        self,
        database: Database,
        messages: CardMessages,
        cards: CardLookup,
        ender: Ender,
        outbox: Outbox,
        fees: Fees,
        callers: Callers,
        ids: IdSource,
        clock: Clock,
    ) -> None:
        self._database = database
        self._messages = messages
        self._cards = cards
        self._ender = ender
        self._outbox = outbox
        self._fees = fees
        self._callers = callers
        self._ids = ids
        self._clock = clock

    async def __call__(self, tenant_id: int, subject: str, *, repeat: bool) -> None:
        """`subject` is a payment id, or `payment/operation`. Returns when there is nothing left to settle; raises
        `StillUnknown` when the network keeps silent."""
        payment_id, _, operation_id = subject.partition("/")
        async with self._database.batch() as tx:
            rows = await tx.fetch(SQL["read_payments"], [tenant_id], [payment_id])
            operations = await tx.fetch(SQL["operations_of"], [tenant_id], [payment_id])
            attempts = await tx.fetch(SQL["attempts_of"], tenant_id, f"{payment_id}/", f"{payment_id}0")
        if not rows:
            return
        payment, fingerprint = payment_of(rows[0]), rows[0]["fingerprint"]
        caller = await self._callers.of(tenant_id)
        traces = {row["attempt_id"].partition("/")[2]: trace_of(row) for row in attempts}
        if not operation_id:
            await self._authorisation(caller, payment, fingerprint, traces["authorisation"], repeat)
            return
        for row in operations:
            if row["operation_id"] == operation_id and row["status"] == OperationStatus.IN_PROGRESS.value:
                operation = operation_of(row, payment.amount.currency)
                share = FeeShare(row["fee_back"], row["fee_tax_back"])
                proceeds = proceeds_in(row, payment, operation)
                begun = Begun(payment, operation, traces["authorisation"], fingerprint, share, proceeds)
                await self._operation(caller, begun, traces[operation_id], repeat)

    async def _authorisation(
        self, caller: Caller, payment: Payment, fingerprint: bytes, original: Trace, repeat: bool
    ) -> None:
        if payment.status is not PaymentStatus.UNKNOWN:
            return
        sealed = await self._cards.sealed(payment.tenant_id, fingerprint)
        purpose = CardPurpose.SALE if payment.sold_at_once else CardPurpose.AUTHORISATION
        answer = await self._messages.reverse(
            caller,
            payment,
            sealed,
            Sent(original, payment.amount, purpose),
            self._messages.new_trace(),
            timed_out=True,
            repeat=repeat,
        )
        _answered(answer)
        await self._failed(payment)

    async def _failed(self, payment: Payment) -> None:
        status = after(payment.status, Trigger.REVERSED)
        assert status is not None, "an unknown payment can be reversed"
        at = self._clock.now(payment.tenant_id)
        row = {"tenant_id": payment.tenant_id, "payment_id": payment.payment_id, "status": status.value,
               "expected": payment.status.value, "operated_at": at}  # fmt: skip  # one row, read as one
        reversed_row = {
            "tenant_id": payment.tenant_id,
            "attempt_id": f"{payment.payment_id}/authorisation",
            "state": "reversed",
            "answered_at": at,
            "response_code": payment.response_code,
            "authorization_code": payment.authorization_code,
        }
        async with self._database.batch() as tx:
            if await tx.fetch(SQL["settle_payments"], batch_json([row])):
                await tx.execute(SQL["answer_attempts"], batch_json([reversed_row]))
                event = events.event(self._ids.fresh("e"), payment.tenant_id, events.FAILED, payment.payment_id, at)
                await self._outbox.append(tx, [event])

    async def _operation(self, caller: Caller, begun: Begun, sent: Trace, repeat: bool) -> None:
        payment, operation = begun.payment, begun.operation
        answer = await self._send_again(caller, begun, sent, repeat)
        _answered(answer)
        fee = None
        if operation.kind is OperationKind.CAPTURE:
            fee = await self._fees.of_capture(payment, begun.proceeds.credited)
        if operation.kind is OperationKind.REFUND:
            # Undone at the network, so here it has been refused: the reserve goes back to the merchant.
            answer = Declined(Decline.DO_NOT_HONOUR, "")
        with suppress(OperationDeclined):  # nobody waits for this answer: it is stored, and announced
            await self._ender.end(End(begun, answer, self._clock.now(payment.tenant_id), fee))

    async def _send_again(self, caller: Caller, begun: Begun, sent: Trace, repeat: bool) -> Answer:
        payment, operation, messages = begun.payment, begun.operation, self._messages
        sealed = await self._cards.sealed(payment.tenant_id, begun.fingerprint)
        match operation.kind:
            case OperationKind.CAPTURE:
                return await messages.complete(caller, payment, sealed, begun.original, sent, begun.proceeds)
            case OperationKind.VOID:
                hold = Sent(begun.original, payment.amount, CardPurpose.AUTHORISATION)
                return await messages.reverse(caller, payment, sealed, hold, sent, timed_out=False, repeat=repeat)
            case OperationKind.REFUND:
                refund, trace = Sent(sent, operation.amount, CardPurpose.SALE, refund=True), messages.new_trace()
                return await messages.reverse(caller, payment, sealed, refund, trace, timed_out=True, repeat=repeat)


def _answered(answer: Answer) -> None:
    """Raises `StillUnknown` unless the network has answered for good."""
    match answer:
        case Approved():
            return
        case Declined(decline=decline) if decline is not Decline.ISSUER_UNAVAILABLE:
            return
        case _:
            raise StillUnknown
