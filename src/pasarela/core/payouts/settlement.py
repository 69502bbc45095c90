"""Pays balances out by themselves: by a plan that says whose, how often and where to. Each such payout is whole, and
has a cut that divides what it paid from what the next one will.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.ledger.entries import balances_in, take_cut
from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payouts.claiming import hold_accounts
from pasarela.core.payouts.create_payout import Reserving, tracking_key
from pasarela.core.payouts.model import (
    AccountDestination,
    Destination,
    Payout,
    PayoutKind,
    PayoutStatus,
    SettlementPlan,
)
from pasarela.core.payouts.rows import SQL, payout_of, plan_of
from pasarela.core.payouts.rules import accounts_swept, batch_after, next_settlement, reachable_bank, source_of
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money

SETTLE = "payouts.settle_balance"
"""The due work of a plan; its subject is the customer, or `MERCHANT`."""

MERCHANT = "merchant"
CURRENCY = Currency.MXN
DESCRIPTION = "Dispersión automática"
SWEEPS_MAX = 10


class _Moved(Exception):
    """Money came in or went out between looking and reserving."""


class Settlement:
    """The verbs; built once, called concurrently."""

    def __init__(
        self, database: Database, due_work: DueWork, reserving: Reserving, ids: IdSource, clock: Clock
    ) -> None:
        self._database = database
        self._due_work = due_work
        self._reserving = reserving
        self._ids = ids
        self._clock = clock

    async def set_plan(self, plan: SettlementPlan) -> None:
        """From now on by `plan`. Raises `WrongClabe`, `BankNotReachable`."""
        reachable_bank(plan.clabe)
        now = self._clock.now(plan.tenant_id)
        async with self._database.tenant(plan.tenant_id) as tx:
            await tx.execute(
                SQL["put_plan"],
                plan.tenant_id,
                plan.customer_id or "",
                plan.schedule.value,
                plan.clabe,
                plan.holder_name,
                plan.minimum,
                now,
            )
            await self._due_work.schedule(tx, [_key(plan).at(next_settlement(plan.schedule, now))])

    async def drop_plan(self, tenant_id: int, customer_id: str | None) -> None:
        """No longer by itself."""
        async with self._database.tenant(tenant_id) as tx:
            await tx.execute(SQL["delete_plan"], tenant_id, customer_id or "")
            await self._due_work.cancel(tx, [DueKey(tenant_id, SETTLE, customer_id or MERCHANT)])

    async def plan_of(self, tenant_id: int, customer_id: str | None) -> SettlementPlan | None:
        """`None`: this balance stays where it is."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["read_plan"], tenant_id, customer_id or "")
        return None if row is None else plan_of(row)

    async def run(self, tenant_id: int, subject: str, due_at: datetime) -> None:
        """The due work: sweeps, and makes the next sweep due. Done twice, it finds nothing more to sweep."""
        plan = await self.plan_of(tenant_id, None if subject == MERCHANT else subject)
        if plan is None:
            return
        await self.sweep(plan, self._ids.fresh("tr"))
        async with self._database.tenant(tenant_id) as tx:
            now = max(due_at, self._clock.now(tenant_id))
            await self._due_work.schedule(tx, [_key(plan).at(next_settlement(plan.schedule, now))])

    async def sweep(
        self, plan: SettlementPlan, payout_id: str, *, order_id: str | None = None, description: str = DESCRIPTION
    ) -> Payout | None:
        """The automatic payout of all that the plan's owner can have now; `None` when that is less than the minimum.

        Raises `UnknownCustomer`, `NoAccount`, `BankNotReachable`, `OrderIdTaken`.
        """
        reachable_bank(plan.clabe)
        for _ in range(SWEEPS_MAX):
            try:
                return await self._swept(plan, payout_id, order_id, description)
            except (_Moved, InsufficientFunds):
                continue
        raise TimeoutError("the balance never stands still")

    async def _swept(
        self, plan: SettlementPlan, payout_id: str, order_id: str | None, description: str
    ) -> Payout | None:
        tenant_id, customer_id = plan.tenant_id, plan.customer_id
        async with self._database.batch() as tx:
            if customer_id is not None:
                await hold_accounts(tx, tenant_id, [customer_id])
            left = await self._left(tx, plan)
            if left < plan.minimum:
                return None
            payout = self._new(plan, payout_id, Money(left, CURRENCY), order_id, description)
            reserved = await self._reserving.reserve(tx, payout)
            if reserved is None:
                row = await tx.fetchrow(SQL["payout_by_id"], tenant_id, payout_id)
                assert row is not None, "its id was taken a moment ago, and payouts are never deleted"
                return payout_of(row)
            # The account is locked now, so what is read here is what this payout leaves behind.
            if await self._left(tx, plan):
                raise _Moved
            await tx.execute(SQL["note_cut"], tenant_id, payout_id, await take_cut(tx))
        return reserved

    async def _left(self, tx: Tx, plan: SettlementPlan) -> int:
        balances = await balances_in(tx, plan.tenant_id, accounts_swept(plan.customer_id, CURRENCY))
        return sum(balance.available for balance in balances)

    def _new(
        self, plan: SettlementPlan, payout_id: str, amount: Money, order_id: str | None, description: str
    ) -> Payout:
        at = self._clock.now(plan.tenant_id)
        return Payout(
            tenant_id=plan.tenant_id,
            payout_id=payout_id,
            kind=PayoutKind.AUTOMATIC,
            customer_id=plan.customer_id,
            status=PayoutStatus.SCHEDULED,
            amount=amount,
            source_account=source_of(plan.customer_id, CURRENCY),
            order_id=order_id,
            description=description,
            destination=Destination(bank_account=AccountDestination(plan.clabe, plan.holder_name)),
            fingerprint=None,
            tracking_key=tracking_key(payout_id),
            returns=None,
            operation_date=None,
            failure=None,
            batch_at=batch_after(at),
            created_at=at,
            operated_at=at,
        )


def _key(plan: SettlementPlan) -> DueKey:
    return DueKey(plan.tenant_id, SETTLE, plan.customer_id or MERCHANT)
