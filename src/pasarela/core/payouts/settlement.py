"""Pays balances out by themselves, when their plans are due. Each such payout is whole, and has a cut that divides what
it paid from what the next one will.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.core.customers.errors import UnknownCustomer
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
from pasarela.core.payouts.plans import MERCHANT, SettlementPlans
from pasarela.core.payouts.rows import SQL, payout_of
from pasarela.core.payouts.rules import accounts_swept, batch_after, reachable_bank, source_of
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money

CURRENCY = Currency.MXN
DESCRIPTION = "Dispersión automática"
SWEEPS_MAX = 10


class _Moved(Exception):
    """Money came in or went out between looking and reserving."""


class Settlement:
    """The verbs; built once, called concurrently."""

    def __init__(
        self, database: Database, plans: SettlementPlans, reserving: Reserving, ids: IdSource, clock: Clock
    ) -> None:
        self._database = database
        self._plans = plans
        self._reserving = reserving
        self._ids = ids
        self._clock = clock

    async def run(self, tenant_id: int, subject: str, due_at: datetime) -> None:
        """The due work: sweeps, and makes the next sweep due. Done twice, it finds nothing more to sweep.

        A deleted customer's plan ends here. One whose bank has left SPEI fails, and is parked for a person to see.
        """
        customer_id = None if subject == MERCHANT else subject
        plan = await self._plans.get(tenant_id, customer_id)
        if plan is None:
            return
        try:
            await self.sweep(plan, self._ids.fresh("tr"))
        except UnknownCustomer:
            await self._plans.drop(tenant_id, customer_id)
            return
        await self._plans.go_on(tenant_id, customer_id, due_at)

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
