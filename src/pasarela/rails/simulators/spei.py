"""The rest of SPEI in a box: other banks that take our orders, answer them on bank days, and send deposits.

An order settles on the next bank day at 10:00 of its tenant's clock, unless somebody answers it by hand before. Orders
are kept in a table, so that a restart forgets none. Notifications go out as the real network sends them: at least
once, and after the answer to the order; only a fault loses one.
"""

from __future__ import annotations

import asyncio
from datetime import time

from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueItem, DueKey, DueWork, Handlers
from pasarela.kernel.bank_days import next_bank_instant
from pasarela.kernel.banks import bank_of_institution
from pasarela.kernel.clock import Clock
from pasarela.rails.contract import (
    FaultPlan,
    SpeiAccepted,
    SpeiAnswer,
    SpeiDeposit,
    SpeiHeard,
    SpeiNotification,
    SpeiNotSeen,
    SpeiOrder,
    SpeiRefused,
    SpeiReturned,
    SpeiSettled,
    SpeiStanding,
    Unknown,
)

SQL = SqlFiles(__package__)

TARGET = "spei"
SETTLE = "spei_simulator.settle"
SETTLED_AT = time(10)


class SpeiSimulator:
    """`faults` are asked once for each order and once for each notification about one."""

    def __init__(self, database: Database, due_work: DueWork, clock: Clock, faults: FaultPlan | None = None) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock
        self._faults = faults
        self._heard: SpeiHeard | None = None

    def on_notification(self, callback: SpeiHeard) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    def handlers(self) -> Handlers:
        """Its due work: what the other banks do by themselves."""
        return {SETTLE: self._settle_due}

    async def send(self, order: SpeiOrder) -> SpeiAnswer:
        if bank_of_institution(order.institution) is None:
            return SpeiRefused("-9", "institution is not valid")
        word, _, value = (self._next_fault() or "").partition(":")
        match word:
            case "timeout":
                return Unknown()
            case "drop":
                return Unknown(reached=False)
            case "decline" | "error":
                return SpeiRefused(value, "refused on request")
            case "delay":
                await asyncio.sleep(int(value) / 1000)
            case _:
                pass  # the order is taken, and the fault is for later
        await self._accept(order)
        return Unknown() if word == "late_approval" else SpeiAccepted(order.tracking_key)

    async def find(self, order: SpeiOrder) -> SpeiStanding:
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["read_spei_order"], order.tenant_id, order.tracking_key)
        if row is None:
            return SpeiNotSeen()
        match row["state"]:
            case "settled":
                return SpeiSettled(order.tracking_key)
            case "returned":
                return SpeiReturned(order.tracking_key, row["reason"])
            case _:
                return SpeiAccepted(order.tracking_key)

    async def settle(self, tenant_id: int, tracking_key: str) -> bool:
        """The beneficiary gets the money now; false when there is no such order, or it was answered before."""
        answered = await self._answer(tenant_id, tracking_key, "settled", None)
        if answered:
            await self._notify(SpeiSettled(tracking_key))
        return answered

    async def give_back(self, tenant_id: int, tracking_key: str, reason: str) -> bool:
        """The other bank returns the money, also after it was settled; false as above."""
        answered = await self._answer(tenant_id, tracking_key, "returned", reason)
        if answered:
            await self._notify(SpeiReturned(tracking_key, reason))
        return answered

    async def deposit(self, deposit: SpeiDeposit) -> None:
        """Somebody at another bank sends us money."""
        await self._notify(deposit)

    async def _accept(self, order: SpeiOrder) -> None:
        now = self._clock.now(order.tenant_id)
        async with self._database.batch() as tx:
            new = await tx.fetchval(
                SQL["accept_spei_order"],
                order.tenant_id,
                order.tracking_key,
                order.amount.minor,
                order.amount.currency.code,
                order.beneficiary_account.reveal()[-4:],
                order.institution,
                order.concept,
                now,
            )
            if new:
                settled_at = next_bank_instant(now, SETTLED_AT)
                await self._due_work.schedule(tx, [_due(order.tenant_id, order.tracking_key).at(settled_at)])

    async def _settle_due(self, item: DueItem) -> None:
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["read_spei_order"], item.tenant_id, item.subject)
            if row is None or row["state"] == "returned":
                return
            await self._write_answer(tx, item.tenant_id, item.subject, "settled", None)
        await self._notify(SpeiSettled(item.subject))

    async def _answer(self, tenant_id: int, tracking_key: str, state: str, reason: str | None) -> bool:
        async with self._database.batch() as tx:
            answered = await self._write_answer(tx, tenant_id, tracking_key, state, reason)
            if answered:
                await self._due_work.cancel(tx, [_due(tenant_id, tracking_key)])
        return answered

    async def _write_answer(self, tx: Tx, tenant_id: int, tracking_key: str, state: str, reason: str | None) -> bool:
        return bool(await tx.fetchval(SQL["answer_spei_order"], tenant_id, tracking_key, state, reason))

    async def _notify(self, notification: SpeiNotification) -> None:
        assert self._heard is not None, "wiring registers who hears before anything is sent"
        fault = self._next_fault()
        if fault == "drop" and not isinstance(notification, SpeiDeposit):
            return  # lost for good; whoever sent the order may ask for it
        await self._heard(notification)
        if fault == "duplicate":
            await self._heard(notification)

    def _next_fault(self) -> str | None:
        return self._faults.next_fault(TARGET) if self._faults is not None else None


def _due(tenant_id: int, tracking_key: str) -> DueKey:
    return DueKey(tenant_id, SETTLE, tracking_key)
