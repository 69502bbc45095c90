"""What every change of a subscription does in its transaction: write it, and see to it that it ends when it is to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pasarela.core.billing import events
from pasarela.core.billing.errors import ChargeUnderWay, UnknownPlan, UnknownSubscription
from pasarela.core.billing.model import Plan, Subscription, SubscriptionStatus
from pasarela.core.billing.rows import SQL, inserted, plan_of, subscription_of, updated
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.queries import hold_open
from pasarela.core.payments.errors import SourceSpent
from pasarela.core.vault.sealing import Sealed, Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource

END = "billing.end_of_period"
"""The due work that ends a subscription with its period."""

_UNBOUND = (SubscriptionStatus.STARTING, SubscriptionStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Writes subscriptions, in transactions of one tenant."""

    sealer: Sealer
    sources: Sources
    outbox: Outbox
    due_work: DueWork
    ids: IdSource

    async def insert(self, tx: Tx, subscription: Subscription) -> bool:
        """Records a new one; whether its id was free. Announces it unless it has yet to begin."""
        if await tx.fetchval(SQL["insert_subscription"], *inserted(subscription)) is None:
            return False
        if subscription.status is not SubscriptionStatus.STARTING:
            await self.tell(tx, events.SUBSCRIBED, subscription, subscription.created_at)
        return True

    async def update(self, tx: Tx, subscription: Subscription) -> None:
        """Writes one that is locked, and schedules its end or takes that back."""
        await tx.execute(SQL["update_subscription"], *updated(subscription))
        key = DueKey(subscription.tenant_id, END, subscription.subscription_id)
        if subscription.cancel_at_period_end and subscription.status not in _UNBOUND:
            await self.due_work.schedule(tx, [key.at(subscription.next_charge_at)])
        else:
            await self.due_work.cancel(tx, [key])

    async def cancel(self, tx: Tx, subscription: Subscription, at: datetime) -> Subscription:
        """Ends one that is locked and has not ended."""
        ended = replace(subscription, status=SubscriptionStatus.CANCELLED, cancelled_at=at)
        await self.update(tx, ended)
        await self.tell(tx, events.CANCELLED, ended, at)
        return ended

    async def cancel_all_of(self, tx: Tx, tenant_id: int, customer_id: str, at: datetime) -> None:
        """Ends whatever subscriptions a customer has who goes."""
        rows = await tx.fetch(SQL["cancel_subscriptions_of"], tenant_id, customer_id, at)
        ids = [row["subscription_id"] for row in rows]
        await self.due_work.cancel(tx, [DueKey(tenant_id, END, one) for one in ids])
        told = [
            events.event(self.ids.fresh("e"), tenant_id, events.CANCELLED, one, at, customer_id=customer_id)
            for one in ids
        ]
        await self.outbox.append(tx, told)

    async def tell(
        self, tx: Tx, kind: str, subscription: Subscription, at: datetime, **data: str | int | bool | None
    ) -> None:
        told = events.event(
            self.ids.fresh("e"),
            subscription.tenant_id,
            kind,
            subscription.subscription_id,
            at,
            customer_id=subscription.customer_id,
            **data,
        )
        await self.outbox.append(tx, [told])

    async def keep_card(
        self, tx: Tx, tenant_id: int, cards: Sequence[Sealed], token_id: str | None, used_by: str, at: datetime
    ) -> None:
        """Stores the numbers of new cards and uses the token up. Raises `SourceSpent`. Whoever commits it calls the
        sealer's `remember`."""
        await self.sealer.store(tx, cards, at)
        if token_id is not None:
            won = await self.sources.consume(tx, [(tenant_id, token_id, used_by, at)])
            if won.get(token_id) != used_by:
                raise SourceSpent


async def locked(tx: Tx, tenant_id: int, subscription_id: str) -> Subscription | None:
    """The subscription as it is stored, held until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_subscription"], tenant_id, subscription_id)
    return None if row is None else subscription_of(row)


async def locked_of(tx: Tx, tenant_id: int, customer_id: str, subscription_id: str) -> Subscription:
    """The customer's, to be changed by a call. Raises `UnknownSubscription`, `ChargeUnderWay`."""
    found = await locked(tx, tenant_id, subscription_id)
    if found is None or found.customer_id != customer_id or found.status is SubscriptionStatus.STARTING:
        raise UnknownSubscription
    if await tx.fetchval(SQL["charge_under_way"], tenant_id, subscription_id):
        raise ChargeUnderWay
    return found


async def held(tx: Tx, tenant_id: int, customer_id: str, plan_id: str) -> tuple[Plan, bool]:
    """The plan, and whether the customer has an account; neither is deleted until the transaction ends. Raises
    `UnknownCustomer`, `UnknownPlan`."""
    customers = await hold_open(tx, [(tenant_id, customer_id)])
    if (tenant_id, customer_id) not in customers:
        raise UnknownCustomer(customer_id)
    row = await tx.fetchrow(SQL["hold_plan"], tenant_id, plan_id)
    if row is None:
        raise UnknownPlan
    return plan_of(row), customers[(tenant_id, customer_id)]
