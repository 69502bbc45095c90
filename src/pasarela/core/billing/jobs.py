"""The billing slice's due work: charges that nobody finished, subscriptions that end with their period."""

from __future__ import annotations

from datetime import timedelta

from pasarela.core.billing.cancel_subscription import CancelSubscription
from pasarela.core.billing.charging import FINISH, FINISH_AFTER, Charging
from pasarela.core.billing.keeping import END
from pasarela.core.billing.model import Charge, Subscription
from pasarela.core.billing.queries import Plans, Subscriptions
from pasarela.core.billing.rows import SQL, charge_of
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.queries import PaymentQueries
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueItem, DueWork, Handlers
from pasarela.kernel.clock import Clock

NEVER_SENT_AFTER = 2
"""So many looks later a payment that is not there has not been made."""

PAUSE_MAX = timedelta(hours=6)

_CAME_TO_NOTHING = frozenset(
    {PaymentStatus.DECLINED, PaymentStatus.FAILED, PaymentStatus.VOIDED, PaymentStatus.EXPIRED}
)


class BillingJobs:
    """Handlers for the worker, by kind of due work."""

    def __init__(
        self,
        database: Database,
        due_work: DueWork,
        plans: Plans,
        subscriptions: Subscriptions,
        charging: Charging,
        cancel: CancelSubscription,
        payments: PaymentQueries,
        callers: Callers,
        clock: Clock,
    ) -> None:
        self._database = database
        self._due_work = due_work
        self._plans = plans
        self._subscriptions = subscriptions
        self._charging = charging
        self._cancel = cancel
        self._payments = payments
        self._callers = callers
        self._clock = clock

    def handlers(self) -> Handlers:
        return {FINISH: self._finish, END: self._end}

    async def _end(self, item: DueItem) -> None:
        await self._cancel.at_period_end(item.tenant_id, item.subject)

    async def _finish(self, item: DueItem) -> None:
        """A call that is still at work may finish the charge beside this: each way the outcome is the payment's."""
        subscription = await self._subscriptions.stored(item.tenant_id, item.subject)
        charge = await self._charge(item)
        if subscription is None or charge is None or charge.paid:
            return
        tries = int(item.data.get("tries", 0))
        payment = await self._payment(item)
        if payment is None:
            if tries < NEVER_SENT_AFTER:
                await self._look_again(item, tries)
            else:
                await self._charging.refused(charge)
        elif payment.status is PaymentStatus.COMPLETED:
            await self._paid(subscription, charge)
        elif payment.status in _CAME_TO_NOTHING:
            await self._charging.refused(charge)
        else:
            await self._look_again(item, tries)

    async def _charge(self, item: DueItem) -> Charge | None:
        async with self._database.tenant(item.tenant_id) as tx:
            row = await tx.fetchrow(SQL["charge_by_payment"], item.tenant_id, item.subject, item.data["payment_id"])
        return None if row is None else charge_of(row)

    async def _payment(self, item: DueItem) -> Payment | None:
        caller = await self._callers.of(item.tenant_id)
        try:
            return await self._payments.get(caller, item.data["payment_id"])
        except UnknownPayment:
            return None

    async def _paid(self, subscription: Subscription, charge: Charge) -> None:
        plan = await self._plans.by_id(subscription.tenant_id, subscription.plan_id)
        await self._charging.paid(subscription, plan, charge)

    async def _look_again(self, item: DueItem, tries: int) -> None:
        due_at = self._clock.now(item.tenant_id) + min(FINISH_AFTER * 2 ** min(tries, 10), PAUSE_MAX)
        async with self._database.tenant(item.tenant_id) as tx:
            await self._due_work.schedule(tx, [item.key.at(due_at, {**item.data, "tries": tries + 1})])
