"""Answers that a network gave after we had stopped waiting. An approval among them is reversed once more.

The reversal sent at the time-out may have overtaken its request; the network then knew nothing to undo. What arrives
is stored first (inbox), then handled, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.payments.callers import Callers
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.rows import payment_of, trace_of
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.inbox import Inbox
from pasarela.rails.contract import Answer, Approved, CardPurpose, Trace, Unknown

SQL = SqlFiles(__package__)

SOURCE = "card_network.late_answers"
NEAR = timedelta(minutes=10)
"""How far apart a message's own transmission instant and the row that records it can be."""

_UNDONE = frozenset({PaymentStatus.UNKNOWN, PaymentStatus.FAILED})


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

    async def heard(self, trace: Trace, answer: Answer) -> None:
        """The rail's callback. Only approvals need anything done."""
        if isinstance(answer, Approved):
            body = {"stan": trace.stan, "rrn": trace.rrn, "sent_at": trace.sent_at.isoformat()}
            await self._inbox.receive(SOURCE, f"{trace.rrn}-{trace.stan}", body)

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Reverses what was approved too late; answers in a word what was done. Raises when the network is silent,
        so that the inbox tries again."""
        trace = Trace(body["stan"], body["rrn"], datetime.fromisoformat(body["sent_at"]))
        async with self._database.batch() as tx:
            attempts = await tx.fetch(
                SQL["attempt_by_trace"], trace.rrn, trace.stan, trace.sent_at - NEAR, trace.sent_at + NEAR
            )
            if not attempts:
                return "no such message"
            tenant_id, attempt_id = attempts[0]["tenant_id"], attempts[0]["attempt_id"]
            payment_id, _, operation_id = attempt_id.partition("/")
            rows = await tx.fetch(SQL["read_payments"], [tenant_id], [payment_id])
        if operation_id != "authorisation" or not rows:
            return "left to the resolver"
        payment = payment_of(rows[0])
        if payment.status not in _UNDONE:
            return "stands"
        await self._reverse(payment, rows[0]["fingerprint"], trace_of(attempts[0]))
        return "reversed"

    async def _reverse(self, payment: Payment, fingerprint: bytes, original: Trace) -> None:
        purpose = CardPurpose.SALE if payment.capture_now else CardPurpose.AUTHORISATION
        answer = await self._messages.reverse(
            await self._callers.of(payment.tenant_id),
            payment,
            await self._cards.sealed(payment.tenant_id, fingerprint),
            Sent(original, payment.amount, purpose),
            self._messages.new_trace(),
            timed_out=True,
            repeat=True,
        )
        if isinstance(answer, Unknown):
            raise TimeoutError("the network did not answer the reversal")
