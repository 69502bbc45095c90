"""Sends a payout's order to SPEI when its batch leaves, and finds out what became of one whose answer never came.

Two transactions around each message. The tracking key names an order for ever, so that none is sent twice.
"""

from __future__ import annotations

from datetime import date, datetime

from pasarela.core.payouts.ending import RESOLVE, Ender, Step
from pasarela.core.payouts.errors import BankNotReachable, UnknownPayout, WrongClabe
from pasarela.core.payouts.model import Payout, PayoutStatus
from pasarela.core.payouts.orders import Orders
from pasarela.core.payouts.queries import PayoutQueries
from pasarela.core.payouts.rules import ASKED_TIMES, RESOLVE_AFTER, Trigger, asked_after
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.kernel.bank_days import operation_date
from pasarela.kernel.clock import Clock
from pasarela.rails.contract import (
    SpeiAccepted,
    SpeiNotSeen,
    SpeiRail,
    SpeiRefused,
    SpeiReturned,
    SpeiSettled,
    SpeiStanding,
    Unknown,
)


class SendPayout:
    """Built once, called by the worker; and by whoever can't wait for the batch."""

    def __init__(
        self,
        database: Database,
        due_work: DueWork,
        rail: SpeiRail,
        orders: Orders,
        ender: Ender,
        queries: PayoutQueries,
        clock: Clock,
    ) -> None:
        self._database = database
        self._due_work = due_work
        self._rail = rail
        self._orders = orders
        self._ender = ender
        self._queries = queries
        self._clock = clock

    async def __call__(self, tenant_id: int, payout_id: str) -> Payout:
        """The payout, `SENT`, `FAILED`, or still `SENDING` when nobody answers. Raises `UnknownPayout`."""
        day = operation_date(self._clock.now(tenant_id))
        payout, begun = await self._ender.apply(tenant_id, payout_id, Step(Trigger.SEND, operation_date=day))
        if not begun:
            # Sent before; a process may have died before it heard the answer.
            return payout if payout.status is not PayoutStatus.SENDING else await self.resolve(tenant_id, payout_id)
        return await self._send(payout, day, tries=0)

    async def resolve(self, tenant_id: int, payout_id: str, *, tries: int = 0) -> Payout:
        """Asks what became of the order, and sends it again when SPEI never saw it; one that SPEI has taken never."""
        payout = await self._queries.by_id(tenant_id, payout_id)
        if payout.status not in (PayoutStatus.SENDING, PayoutStatus.SENT):
            return payout
        day = payout.operation_date
        assert day is not None, "a payout on its way has an operation date"
        standing = await self._rail.find(await self._orders.of(payout, day))
        if payout.status is PayoutStatus.SENT:
            return await self._answered(payout, standing, tries)
        if isinstance(standing, SpeiNotSeen):
            return await self._send(payout, day, tries=tries)
        return await self._settle(payout, standing, tries=tries)

    async def _send(self, payout: Payout, day: date, *, tries: int) -> Payout:
        try:
            order = await self._orders.of(payout, day)
        except (BankNotReachable, WrongClabe) as nowhere:
            return await self._apply(payout, Step(Trigger.REFUSED, str(nowhere)))
        return await self._settle(payout, await self._rail.send(order), tries=tries)

    async def _settle(self, payout: Payout, standing: SpeiStanding, *, tries: int) -> Payout:
        match standing:
            case SpeiAccepted(network_id):
                return await self._apply(payout, Step(Trigger.ACCEPTED, network_id=network_id))
            case SpeiRefused(code, reason):
                return await self._apply(payout, Step(Trigger.REFUSED, f"{reason} ({code})"))
            case SpeiSettled():
                return await self._apply(payout, Step(Trigger.SETTLED))
            case SpeiReturned(_, reason):
                return await self._apply(payout, Step(Trigger.RETURNED, reason))
            case SpeiNotSeen() | Unknown():
                await self._ask_again(payout, tries)
                return payout

    async def _answered(self, payout: Payout, standing: SpeiStanding, tries: int) -> Payout:
        """The payout by the other bank's answer, whose notification may have been lost; without one it waits on."""
        if isinstance(standing, SpeiSettled | SpeiReturned):
            return await self._settle(payout, standing, tries=tries)
        if tries + 1 < ASKED_TIMES:
            await self._resolve_at(payout, asked_after(self._clock.now(payout.tenant_id)), tries + 1)
        return payout

    async def _apply(self, payout: Payout, step: Step) -> Payout:
        moved, _ = await self._ender.apply(payout.tenant_id, payout.payout_id, step)
        return moved

    async def _ask_again(self, payout: Payout, tries: int) -> None:
        """After the last try the payout stays as it is, on its way, for everybody to see."""
        if tries >= len(RESOLVE_AFTER):
            return
        await self._resolve_at(payout, self._clock.now(payout.tenant_id) + RESOLVE_AFTER[tries], tries + 1)

    async def _resolve_at(self, payout: Payout, due_at: datetime, tries: int) -> None:
        key = DueKey(payout.tenant_id, RESOLVE, payout.payout_id)
        async with self._database.batch() as tx:
            await self._due_work.schedule(tx, [key.at(due_at, {"tries": tries})])


async def sent_if_there(send: SendPayout, tenant_id: int, payout_id: str) -> None:
    """The same for the worker, who does not mind that there is no such payout any more."""
    try:
        await send(tenant_id, payout_id)
    except UnknownPayout:
        return
