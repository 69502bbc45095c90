"""Ends a payment that its payer has refused to make, in a wallet or on a page."""

from __future__ import annotations

from pasarela.core.payments import events
from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import NotInState, UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.rows import batch_json, payment_of
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource

SQL = SqlFiles(__package__)


class DeclineWaiting:
    """The verb; of a refusal and a payment at the same instant, one wins."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, reference: str) -> Payment:
        """The payment that bears `reference`, declined. Raises `UnknownPayment`, `NotInState`."""
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["lock_payment_by_reference"], reference)
            if row is None:
                raise UnknownPayment
            payment = payment_of(row)
            if payment.status is not PaymentStatus.PENDING:
                raise NotInState(payment.payment_id, payment.status.value, "decline")
            at = self._clock.now(payment.tenant_id)
            settled = {
                "tenant_id": payment.tenant_id,
                "payment_id": payment.payment_id,
                "expected": payment.status.value,
                "status": PaymentStatus.DECLINED.value,
                "decline": Decline.DO_NOT_HONOUR.value,
                "operated_at": at,
            }
            await tx.fetch(SQL["settle_payments"], batch_json([settled]))
            declined = events.event(self._ids.fresh("e"), payment.tenant_id, events.DECLINED, payment.payment_id, at)
            await self._outbox.append(tx, [declined])
            await self._due_work.cancel(tx, [DueKey(payment.tenant_id, EXPIRE, payment.payment_id)])
            (after,) = await tx.fetch(SQL["read_payments"], [payment.tenant_id], [payment.payment_id])
        return payment_of(after)
