"""Cancels a subscription at once: its card is charged no more."""

from __future__ import annotations

from pasarela.core.billing.errors import SubscriptionEnded, UnknownSubscription
from pasarela.core.billing.keeping import Keeping, locked
from pasarela.core.billing.model import Subscription, SubscriptionStatus
from pasarela.core.context import Caller
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class CancelSubscription:
    """The verb. A charge that is under way is not taken back: what it pays was due before."""

    def __init__(self, database: Database, keeping: Keeping, clock: Clock) -> None:
        self._database = database
        self._keeping = keeping
        self._clock = clock

    async def __call__(self, caller: Caller, customer_id: str, subscription_id: str) -> Subscription:
        """Raises `UnknownSubscription`, and `SubscriptionEnded` the second time."""
        tenant_id = caller.tenant_id
        async with self._database.tenant(tenant_id) as tx:
            found = await locked(tx, tenant_id, subscription_id)
            if found is None or found.customer_id != customer_id or found.status is SubscriptionStatus.STARTING:
                raise UnknownSubscription
            if found.status is SubscriptionStatus.CANCELLED:
                raise SubscriptionEnded(found.status.value)
            return await self._keeping.cancel(tx, found, self._clock.now(tenant_id))

    async def at_period_end(self, tenant_id: int, subscription_id: str) -> None:
        """Ends a subscription that is to end with its period, if it still is and that is over."""
        async with self._database.tenant(tenant_id) as tx:
            found, at = await locked(tx, tenant_id, subscription_id), self._clock.now(tenant_id)
            if found is None or found.status is SubscriptionStatus.CANCELLED:
                return
            if found.cancel_at_period_end and found.next_charge_at <= at:
                await self._keeping.cancel(tx, found, at)
