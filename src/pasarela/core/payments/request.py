"""Asks somebody to pay: a payment that waits for its payer, at a store, by transfer, in a wallet or on a page.

One transaction, no rail: nothing is sent to anybody. What is not paid until its instant lapses. Asking again with the
same payment id answers the same payment.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payments import events
from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import DueDatePassed, OrderIdTaken, ReplayMismatch
from pasarela.core.payments.model import Payment, RequestPayment
from pasarela.core.payments.opening import ORDER_ID_SCOPE
from pasarela.core.payments.rows import batch_json, payment_of
from pasarela.core.payments.rules import waiting
from pasarela.infra import claims
from pasarela.infra.claims import Claim
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

SQL = SqlFiles(__package__)


class Request:
    """The verb."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, caller: Caller, command: RequestPayment) -> Payment:
        """The payment, `REQUESTED` or `PENDING`. Raises `DueDatePassed`, `OrderIdTaken`, `ReplayMismatch`."""
        at = self._clock.now(caller.tenant_id)
        if command.due_at <= at:
            raise DueDatePassed
        async with self._database.batch() as tx:
            await _claim_order_id(tx, caller, command, at)
            inserted = await tx.fetch(SQL["insert_payments"], batch_json([_row(caller, command, at)]))
            rows = await tx.fetch(SQL["read_payments"], [caller.tenant_id], [command.payment_id])
            payment = payment_of(rows[0])
            if not inserted:
                return _made_before(payment, command)
            announced = events.event(self._ids.fresh("e"), caller.tenant_id, events.REQUESTED, command.payment_id, at)
            await self._outbox.append(tx, [announced])
            await self._due_work.schedule(tx, [DueKey(caller.tenant_id, EXPIRE, command.payment_id).at(command.due_at)])
        return payment


async def _claim_order_id(tx: Tx, caller: Caller, command: RequestPayment, at: datetime) -> None:
    if command.order_id is None:
        return
    claim = Claim(caller.tenant_id, ORDER_ID_SCOPE, command.order_id, command.payment_id, at)
    bearer = (await claims.take(tx, [claim]))[0]
    if bearer != command.payment_id:
        raise OrderIdTaken(command.order_id, bearer)


def _row(caller: Caller, command: RequestPayment, at: datetime) -> dict[str, object]:
    return {
        "tenant_id": caller.tenant_id,
        "payment_id": command.payment_id,
        "api": caller.api,
        "instrument": command.instrument.value,
        "status": waiting(command.instrument).value,
        "currency": command.amount.currency.code,
        "amount": command.amount.minor,
        "capture_now": command.capture,
        "order_id": command.order_id,
        "description": command.description,
        "customer_id": command.customer_id,
        "credits_customer": command.credits_customer,
        "source_id": command.source_id,
        "card": command.card,
        "payer": command.payer,
        "details": command.details,
        "created_at": at,
        "reference": command.reference,
        "expires_at": command.due_at,
        "confirm": command.confirm.value if command.confirm else None,
        "settles_in": command.settles_in.code if command.settles_in else None,
    }


def _made_before(payment: Payment, command: RequestPayment) -> Payment:
    same = (payment.instrument, payment.amount, payment.order_id, payment.customer_id, payment.reference) == (
        command.instrument, command.amount, command.order_id, command.customer_id, command.reference,
    )  # fmt: skip  # two rows to compare
    if not same:
        raise ReplayMismatch
    return payment
