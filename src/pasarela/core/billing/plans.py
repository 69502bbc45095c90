"""Plans: create, change, delete. A deleted plan takes nobody in any more and goes on charging those it has."""

from __future__ import annotations

from pasarela.core.billing.errors import ReplayMismatch, UnknownPlan
from pasarela.core.billing.model import NewPlan, Plan, PlanChanges
from pasarela.core.billing.rows import SQL, plan_arguments, plan_of
from pasarela.core.context import Caller
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class CreatePlan:
    """The verb."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller, new: NewPlan) -> Plan:
        """The plan; the one that stands there when the same command came before. Raises `ReplayMismatch`."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["insert_plan"], tenant_id, *plan_arguments(new), at)
            if row is not None:
                return plan_of(row)
            row = await tx.fetchrow(SQL["any_plan"], tenant_id, new.plan_id)
        assert row is not None, "its id was taken a moment ago, and plans are never removed"
        earlier = plan_of(row)
        if not _same(earlier, new):
            raise ReplayMismatch
        return earlier


class UpdatePlan:
    """The verb."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, caller: Caller, plan_id: str, changes: PlanChanges) -> Plan:
        """The plan as it is now. Raises `UnknownPlan`."""
        async with self._database.tenant(caller.tenant_id) as tx:
            row = await tx.fetchrow(SQL["update_plan"], caller.tenant_id, plan_id, changes.name, changes.trial_days)
        if row is None:
            raise UnknownPlan
        return plan_of(row)


class DeletePlan:
    """The verb."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller, plan_id: str) -> None:
        """Raises `UnknownPlan`, the second time too."""
        tenant_id = caller.tenant_id
        async with self._database.tenant(tenant_id) as tx:
            if await tx.fetchval(SQL["delete_plan"], tenant_id, plan_id, self._clock.now(tenant_id)) is None:
                raise UnknownPlan


def _same(plan: Plan, new: NewPlan) -> bool:
    """Whether `new` would make `plan` once more, but for what may have been changed since."""
    return (plan.amount, plan.repeat_unit, plan.repeat_every, plan.retry_times, plan.after_retries) == (
        new.amount, new.repeat_unit, new.repeat_every, new.retry_times, new.after_retries,
    )  # fmt: skip  # two rows to compare
