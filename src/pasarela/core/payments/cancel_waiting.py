"""Cancels a payment that nobody has paid yet: the merchant does not want the money any more."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments import events
from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import NotInState, StillAuthorizing, UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.rows import batch_json, payment_of
from pasarela.core.payments.rules import Trigger, after
from pasarela.core.payments.waiting import CancelWaiting
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

SQL = SqlFiles(__package__)


class Cancel:
    """The verb; of a cancellation and a payment at the same instant, one wins. Again, it changes nothing."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, caller: Caller, command: CancelWaiting) -> Payment:
        """The payment, `VOIDED`. Raises `UnknownPayment`, `NotInState`, `StillAuthorizing`."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        async with self._database.batch() as tx:
            rows = await tx.fetch(SQL["lock_payments"], [tenant_id], [command.payment_id])
            payment = payment_of(rows[0]) if rows else None
            if payment is None or not (command.level is None or command.level.sees(payment)):
                raise UnknownPayment
            if payment.status is PaymentStatus.VOIDED:
                return payment
            if payment.status is PaymentStatus.AUTHORIZING:
                raise StillAuthorizing(payment.payment_id)
            status = after(payment.status, Trigger.CANCEL)
            if status is None:
                raise NotInState(payment.payment_id, payment.status.value, "cancel")
            row = {"tenant_id": tenant_id, "payment_id": payment.payment_id, "expected": payment.status.value,
                   "status": status.value, "operated_at": at}  # fmt: skip  # one row, read as one
            await tx.fetch(SQL["settle_payments"], batch_json([row]))
            cancelled = events.event(self._ids.fresh("e"), tenant_id, events.VOIDED, payment.payment_id, at)
            await self._outbox.append(tx, [cancelled])
            await self._due_work.cancel(tx, [DueKey(tenant_id, EXPIRE, payment.payment_id)])
            (left,) = await tx.fetch(SQL["read_payments"], [tenant_id], [payment.payment_id])
        return payment_of(left)
