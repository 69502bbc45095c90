"""Reads of plans and subscriptions for one tenant: one by id, or a filtered list, newest first."""

from __future__ import annotations

from pasarela.core.billing.errors import SubscriptionNotNamed, UnknownPlan, UnknownSubscription
from pasarela.core.billing.model import Plan, Subscription, SubscriptionFilter, SubscriptionStatus
from pasarela.core.billing.rows import SQL, plan_of, subscription_of
from pasarela.infra.database import Database
from pasarela.kernel.paging import CreatedBetween, Page


class Plans:
    """Plans that are not deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant_id: int, plan_id: str) -> Plan:
        """Raises `UnknownPlan`."""
        plan = await self.by_id(tenant_id, plan_id)
        if plan.deleted_at is not None:
            raise UnknownPlan
        return plan

    async def by_id(self, tenant_id: int, plan_id: str) -> Plan:
        """A deleted plan too, for those who are subscribed to it. Raises `UnknownPlan`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["any_plan"], tenant_id, plan_id)
        if row is None:
            raise UnknownPlan
        return plan_of(row)

    async def list(self, tenant_id: int, created: CreatedBetween, page: Page) -> list[Plan]:
        """The tenant's plans."""
        bounds = (created.at_least, created.before)
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_plans"], tenant_id, *bounds, page.offset, page.limit)
        return [plan_of(row) for row in rows]


class Subscriptions:
    """Subscriptions that have begun. Cancelled ones are found by their id and in no list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant_id: int, customer_id: str, subscription_id: str) -> Subscription:
        """The customer's subscription. Raises `UnknownSubscription`, also for another customer's."""
        found = await self.stored(tenant_id, subscription_id)
        if found is None or found.customer_id != customer_id or found.status is SubscriptionStatus.STARTING:
            raise UnknownSubscription
        return found

    async def only(self, tenant_id: int, customer_id: str) -> Subscription:
        """The customer's one subscription that is not cancelled. Raises `UnknownSubscription` when there is none,
        `SubscriptionNotNamed` when there are more."""
        found = await self.list(tenant_id, SubscriptionFilter(customer_id), Page(limit=2))
        if not found:
            raise UnknownSubscription
        if len(found) > 1:
            raise SubscriptionNotNamed
        return found[0]

    async def stored(self, tenant_id: int, subscription_id: str) -> Subscription | None:
        """The subscription as it is stored, one that has not begun too."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["any_subscription"], tenant_id, subscription_id)
        return None if row is None else subscription_of(row)

    async def list(self, tenant_id: int, wanted: SubscriptionFilter, page: Page) -> list[Subscription]:
        """The customer's or the plan's subscriptions that are not cancelled."""
        of = "list_subscriptions_of_plan" if wanted.customer_id is None else "list_subscriptions_of_customer"
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL[of],
                tenant_id,
                wanted.plan_id if wanted.customer_id is None else wanted.customer_id,
                wanted.created.at_least,
                wanted.created.before,
                page.offset,
                page.limit,
            )
        return [subscription_of(row) for row in rows]
