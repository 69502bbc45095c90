"""Moves a payout on: one transaction for each thing that happens to it, decided by the transition table under a lock.

What can't happen in the payout's state changes nothing; so every message about it may come twice, late or out of order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pasarela.core.ledger.model import Phase, Transfer
from pasarela.core.payouts import events
from pasarela.core.payouts.claiming import book_one
from pasarela.core.payouts.create_payout import PAYOUT, SEND, reserve_id
from pasarela.core.payouts.errors import UnknownPayout
from pasarela.core.payouts.model import Payout, PayoutKind, PayoutStatus
from pasarela.core.payouts.rows import SQL, payout_of
from pasarela.core.payouts.rules import Trigger, after, asked_after, back, payout_legs
from pasarela.infra import metrics
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

RESOLVE = "payouts.resolve"
"""The due work that asks what became of an order."""

S = PayoutStatus

_EVENTS = {S.COMPLETED: events.PAYOUT_COMPLETED, S.FAILED: events.PAYOUT_FAILED, S.CANCELLED: events.PAYOUT_CANCELLED}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a payout. `reason` says why its money comes back."""

    trigger: Trigger
    reason: str | None = None
    network_id: str | None = None
    operation_date: date | None = None


class Ender:
    """Applies steps."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._ids = ids
        self._clock = clock

    async def apply(self, tenant_id: int, payout_id: str, step: Step) -> tuple[Payout, bool]:
        """The payout as it stands then, and whether this step changed it. Raises `UnknownPayout`."""
        now = self._clock.now(tenant_id)
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["lock_payout"], tenant_id, payout_id)
            if row is None:
                raise UnknownPayout
            payout = payout_of(row)
            reached = after(payout.status, step.trigger)
            if reached is None:
                return payout, False
            moved = replace(
                payout,
                status=reached,
                operation_date=step.operation_date or payout.operation_date,
                failure=step.reason if reached is S.FAILED else None,
                operated_at=now,
            )
            await tx.execute(
                SQL["change_payout"],
                tenant_id,
                payout_id,
                reached.value,
                moved.operation_date,
                step.network_id,
                moved.failure,
                now,
            )
            await self._tell(tx, moved, now)
            await self._go_on(tx, moved, now)
            transfer = _transfer(payout, reached, now)
            if transfer is not None:
                await book_one(tx, transfer)
        metrics.PAYOUTS.labels(moved.kind.value, reached.value).inc()
        return moved, True

    async def _tell(self, tx: Tx, payout: Payout, at: datetime) -> None:
        kind = _EVENTS.get(payout.status)
        if kind is not None and payout.kind is not PayoutKind.RETURN:
            told = events.event(
                self._ids.fresh("e"), payout.tenant_id, kind, payout.payout_id, at, customer_id=payout.customer_id
            )
            await self._outbox.append(tx, [told])

    async def _go_on(self, tx: Tx, payout: Payout, at: datetime) -> None:
        """Takes back the due work that has nothing left to do; has an order that was taken asked for in time."""
        if payout.status is S.SENDING:
            return
        keys = [DueKey(payout.tenant_id, kind, payout.payout_id) for kind in (SEND, RESOLVE)]
        await self._due_work.cancel(tx, keys)
        if payout.status is S.SENT:
            await self._due_work.schedule(tx, [keys[1].at(asked_after(at))])


def _transfer(payout: Payout, reached: PayoutStatus, at: datetime) -> Transfer | None:
    """What the ledger books when `payout` reaches that status."""
    subject, reserved = payout.payout_id, reserve_id(payout.payout_id)
    legs = payout_legs(payout.source_account, payout.amount)
    match reached:
        case S.COMPLETED:
            return Transfer(payout.tenant_id, f"{subject}/settled", PAYOUT, Phase.POSTED, legs, at, reserved)
        case S.FAILED if payout.status is S.COMPLETED:
            return Transfer(payout.tenant_id, f"{subject}/returned", "payout_returned", Phase.POSTED, back(legs), at)
        case S.FAILED | S.CANCELLED:
            return Transfer(payout.tenant_id, f"{subject}/released", PAYOUT, Phase.VOID, (), at, reserved)
        case _:
            return None
