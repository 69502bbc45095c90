"""Answers that a network gave after we had stopped waiting. An approval among them is reversed once more.

The reversal sent at the time-out may have overtaken its request; the network then knew nothing to undo. What arrives
is stored first (inbox), then handled, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.payments.callers import Callers
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.model import Operation, OperationKind, OperationStatus, Payment, PaymentStatus
from pasarela.core.payments.rows import operation_of, payment_of, trace_of
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.inbox import Inbox
from pasarela.kernel.clock import SystemClock
from pasarela.rails.contract import Answer, Approved, CardPurpose, Trace, Unknown

SQL = SqlFiles(__package__)

SOURCE = "card_network.late_answers"
NEAR = timedelta(minutes=10)
"""How far apart a message's own transmission instant and the row that records it can be, in real time."""

_UNDONE = frozenset({PaymentStatus.UNKNOWN, PaymentStatus.FAILED})
_REFUND_UNDONE = (OperationKind.REFUND, OperationStatus.FAILED)


class LateAnswers:
    """Stores late answers as the rail hands them over, and answers them from the inbox."""

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        messages: CardMessages,
        cards: CardLookup,
        callers: Callers,
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._messages = messages
        self._cards = cards
        self._callers = callers
        self._real = SystemClock()

    async def heard(self, trace: Trace, answer: Answer) -> None:
        """The rail's callback. Only approvals need anything done."""
        if isinstance(answer, Approved):
            body = {
                "stan": trace.stan,
                "rrn": trace.rrn,
                "sent_at": trace.sent_at.isoformat(),
                "heard_at": self._real.now().isoformat(),
            }
            await self._inbox.receive(SOURCE, f"{trace.rrn}-{trace.stan}", body)

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Reverses what was approved too late; answers in a word what was done. Raises when the network is silent,
        so that the inbox tries again."""
        trace = Trace(body["stan"], body["rrn"], datetime.fromisoformat(body["sent_at"]))
        heard_at = datetime.fromisoformat(body["heard_at"])
        # A trace bears platform time, which a sandbox's clock may have moved ahead; the row was written in real time.
        earliest = min(trace.sent_at, heard_at) - NEAR
        async with self._database.batch() as tx:
            attempts = await tx.fetch(SQL["attempt_by_trace"], trace.rrn, trace.stan, earliest, heard_at + NEAR)
            if not attempts:
                return "no such message"
            tenant_id, attempt_id = attempts[0]["tenant_id"], attempts[0]["attempt_id"]
            payment_id, _, operation_id = attempt_id.partition("/")
            rows = await tx.fetch(SQL["read_payments"], [tenant_id], [payment_id])
            operations = await tx.fetch(SQL["operations_of"], [tenant_id], [payment_id])
        if not rows:
            return "holds nothing"
        payment = payment_of(rows[0])
        made = [operation_of(row, payment.amount.currency) for row in operations]
        original = _undone(payment, operation_id, made, trace_of(attempts[0]))
        if isinstance(original, str):
            return original
        await self._reverse(payment, rows[0]["fingerprint"], original)
        return "reversed"

    async def _reverse(self, payment: Payment, fingerprint: bytes, original: Sent) -> None:
        answer = await self._messages.reverse(
            await self._callers.of(payment.tenant_id),
            payment,
            await self._cards.sealed(payment.tenant_id, fingerprint),
            original,
            self._messages.new_trace(),
            timed_out=True,
            repeat=True,
        )
        if isinstance(answer, Unknown):
            raise TimeoutError("the network did not answer the reversal")


def _undone(payment: Payment, operation_id: str, operations: Sequence[Operation], trace: Trace) -> Sent | str:
    """The message that is approved although it was undone, or in a word why nothing is to be done about it."""
    if operation_id == "authorisation":
        purpose = CardPurpose.SALE if payment.sold_at_once else CardPurpose.AUTHORISATION
        return Sent(trace, payment.amount, purpose) if payment.status in _UNDONE else "stands"
    for operation in operations:
        if (operation.operation_id, operation.kind, operation.status) == (operation_id, *_REFUND_UNDONE):
            return Sent(trace, operation.amount, CardPurpose.SALE, refund=True)
    return "left to the resolver"
