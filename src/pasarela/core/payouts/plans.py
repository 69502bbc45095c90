"""Settlement plans: whose balance is paid out by itself, how often and where to. A plan and its due work stand and fall
together; what a plan does when it is due is `settlement`'s.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.payouts.claiming import hold_accounts
from pasarela.core.payouts.model import SettlementPlan
from pasarela.core.payouts.rows import SQL, plan_of
from pasarela.core.payouts.rules import next_settlement, reachable_bank
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.kernel.clock import Clock
from pasarela.kernel.paging import Page

SETTLE = "payouts.settle_balance"
"""The due work of a plan; its subject is the customer, or `MERCHANT`."""

MERCHANT = "merchant"


class SettlementPlans:
    """The operator's verbs. `customer_id` `None` means the merchant's own balance."""

    def __init__(self, database: Database, due_work: DueWork, clock: Clock) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock

    async def put(self, plan: SettlementPlan) -> None:
        """From now on by `plan`, instead of the one before. Raises `WrongClabe`, `BankNotReachable`, `UnknownCustomer`,
        `NoAccount`."""
        reachable_bank(plan.clabe)
        if plan.customer_id is not None:
            # One who is deleted after this loses his plan when it is due.
            async with self._database.batch() as tx:
                await hold_accounts(tx, plan.tenant_id, [plan.customer_id])
        async with self._database.tenant(plan.tenant_id) as tx:
            await tx.execute(
                SQL["put_plan"],
                plan.tenant_id,
                plan.customer_id or "",
                plan.schedule.value,
                plan.clabe,
                plan.holder_name,
                plan.minimum,
                self._clock.now(plan.tenant_id),
            )
            await self._due_work.schedule(tx, [_key(plan).at(self.next_at(plan))])

    async def drop(self, tenant_id: int, customer_id: str | None) -> bool:
        """No longer by itself; false when it was not."""
        async with self._database.tenant(tenant_id) as tx:
            dropped = await tx.fetchval(SQL["delete_plan"], tenant_id, customer_id or "")
            await self._due_work.cancel(tx, [DueKey(tenant_id, SETTLE, customer_id or MERCHANT)])
        return dropped is not None

    async def get(self, tenant_id: int, customer_id: str | None) -> SettlementPlan | None:
        """`None`: this balance stays where it is."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["read_plan"], tenant_id, customer_id or "")
        return None if row is None else plan_of(row)

    async def list(self, tenant_id: int, page: Page) -> list[SettlementPlan]:
        """The merchant's plan first, then those of customers by their ids."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_plans"], tenant_id, page.offset, page.limit)
        return [plan_of(row) for row in rows]

    def next_at(self, plan: SettlementPlan) -> datetime:
        """When it is due next."""
        return next_settlement(plan.schedule, self._clock.now(plan.tenant_id))

    async def go_on(self, tenant_id: int, customer_id: str | None, ran_at: datetime) -> None:
        """Makes the next run due after that of `ran_at`, by the plan as it stands then; none, if it was dropped."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["hold_plan"], tenant_id, customer_id or "")
            if row is not None:
                plan = plan_of(row)
                after = max(ran_at, self._clock.now(tenant_id))
                await self._due_work.schedule(tx, [_key(plan).at(next_settlement(plan.schedule, after))])


def _key(plan: SettlementPlan) -> DueKey:
    return DueKey(plan.tenant_id, SETTLE, plan.customer_id or MERCHANT)
