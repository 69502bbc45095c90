"""Charges a subscription: one transaction before the payment, one after it, none across it.

The first notes the payment's id and what is to hold once it is paid, the second makes that hold or forgets it. What a
crash leaves between them, due work finishes by looking at the payment. Each step may come twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pasarela.core.billing import events, rules
from pasarela.core.billing.errors import ChargeUnderWay
from pasarela.core.billing.keeping import Keeping, locked
from pasarela.core.billing.model import Buyer, Charge, Plan, Subscription, SubscriptionStatus
from pasarela.core.billing.rows import SQL, charge_arguments, charge_of
from pasarela.core.context import Caller
from pasarela.core.payments.errors import OutcomeUnknown
from pasarela.core.payments.model import AuthoriseCard, InlineCard, KeptCard, Payment, PaymentStatus, SavedSource
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueKey
from pasarela.kernel.clock import Clock
from pasarela.kernel.errors import Refusal

FINISH = "billing.finish_charge"
"""The due work that looks what became of a payment."""

FINISH_AFTER = timedelta(minutes=1)

Authorise = Callable[[Caller, AuthoriseCard], Awaitable[Payment]]


class Charging:
    """Built once, called concurrently."""

    def __init__(self, database: Database, authorise: Authorise, keeping: Keeping, clock: Clock) -> None:
        self._database = database
        self._authorise = authorise
        self._keeping = keeping
        self._clock = clock

    async def begin(self, tx: Tx, charge: Charge) -> None:
        """Notes a charge of a locked or new subscription; the same again is the same. Raises `ChargeUnderWay`."""
        if await tx.fetchval(SQL["insert_charge"], *charge_arguments(charge)) is None:
            row = await tx.fetchrow(
                SQL["charge_by_payment"], charge.tenant_id, charge.subscription_id, charge.payment_id
            )
            if row is None:
                raise ChargeUnderWay
        due_at = charge.created_at + FINISH_AFTER
        data = {"payment_id": charge.payment_id}
        await self._keeping.due_work.schedule(tx, [_finish(charge).at(due_at, data)])

    async def pay(
        self,
        caller: Caller,
        subscription: Subscription,
        plan: Plan,
        charge: Charge,
        source: InlineCard | SavedSource | KeptCard,
        buyer: Buyer,
        *,
        credits_customer: bool,
    ) -> Subscription:
        """The subscription, paid. Raises what `Authorise` raises: then it is as it was, or, with `OutcomeUnknown`,
        due work will see to it."""
        command = AuthoriseCard(
            payment_id=charge.payment_id,
            source=source,
            amount=plan.amount,
            description=plan.name,
            customer_id=subscription.customer_id,
            credits_customer=credits_customer,
            payer=buyer.payer,
            device_session_id=buyer.device_session_id,
            client_ip=buyer.client_ip,
            details={"subscription_id": subscription.subscription_id},
        )
        try:
            payment = await self._authorise(caller, command)
        except OutcomeUnknown:
            raise
        except Refusal:
            await self.refused(charge)
            raise
        if payment.status is not PaymentStatus.COMPLETED:
            raise OutcomeUnknown(payment.payment_id)  # somebody has to look at it first
        return await self.paid(subscription, plan, charge)

    async def paid(self, begun: Subscription, plan: Plan, charge: Charge) -> Subscription:
        """Makes hold what the charge was for. `begun` is the subscription as its caller knows it: one that has been
        given up meanwhile comes back, since its customer has paid."""
        tenant_id, at = begun.tenant_id, self._clock.now(begun.tenant_id)
        name = (tenant_id, begun.subscription_id, charge.payment_id)
        async with self._database.tenant(tenant_id) as tx:
            if begun.status is SubscriptionStatus.STARTING:
                await self._keeping.insert(tx, begun)
            subscription = await locked(tx, tenant_id, begun.subscription_id)
            assert subscription is not None, "it was inserted, or stood there before"
            row = await tx.fetchrow(SQL["charge_by_payment"], *name)
            await self._keeping.due_work.cancel(tx, [_finish(charge)])
            if row is not None and charge_of(row).paid:
                return subscription
            await tx.execute(SQL["charge_is_paid"], *name)
            if subscription.status is SubscriptionStatus.CANCELLED:
                return subscription
            moved = rules.paid(subscription, plan, charge)
            await self._keeping.update(tx, moved)
            if subscription.status is SubscriptionStatus.STARTING:
                await self._keeping.tell(tx, events.SUBSCRIBED, moved, at)
        return moved

    async def refused(self, charge: Charge) -> None:
        """Forgets the charge; a subscription that should have begun with it never was."""
        tenant_id, subscription_id = charge.tenant_id, charge.subscription_id
        async with self._database.tenant(tenant_id) as tx:
            subscription = await locked(tx, tenant_id, subscription_id)
            await self._keeping.due_work.cancel(tx, [_finish(charge)])
            dropped = await tx.fetchval(SQL["drop_charge"], tenant_id, subscription_id, charge.payment_id)
            if dropped is None or subscription is None:
                return
            if subscription.status is SubscriptionStatus.STARTING:
                await tx.execute(SQL["drop_subscription"], tenant_id, subscription_id)
            else:
                at = self._clock.now(tenant_id)
                await self._keeping.tell(tx, events.CHARGE_FAILED, subscription, at, payment_id=charge.payment_id)


def _finish(charge: Charge) -> DueKey:
    return DueKey(charge.tenant_id, FINISH, charge.subscription_id)
