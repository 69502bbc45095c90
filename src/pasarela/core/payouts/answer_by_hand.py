"""Makes the other bank answer now, in a sandbox: a payout that waits for its batch is sent first."""

from __future__ import annotations

from typing import Protocol

from pasarela.core.payouts.ending import Ender, Step
from pasarela.core.payouts.errors import NotInState
from pasarela.core.payouts.model import Payout, PayoutStatus
from pasarela.core.payouts.queries import PayoutQueries
from pasarela.core.payouts.rules import Trigger
from pasarela.core.payouts.send import SendPayout


class OtherBanks(Protocol):
    """The simulated rest of SPEI; wiring binds it. Both answer whether the bank did as it was told."""

    async def settle(self, tenant_id: int, tracking_key: str) -> bool: ...

    async def give_back(self, tenant_id: int, tracking_key: str, reason: str) -> bool: ...


class AnswerByHand:
    """The verbs of the control plane. `name` is a payout's id or its SPEI tracking key."""

    def __init__(self, banks: OtherBanks, send: SendPayout, ender: Ender, queries: PayoutQueries) -> None:
        self._banks = banks
        self._send = send
        self._ender = ender
        self._queries = queries

    async def settle(self, name: str) -> Payout:
        """The payout, `COMPLETED`. Raises `UnknownPayout`, `NotInState`."""
        payout = await self._sent(name, "settling")
        if not await self._banks.settle(payout.tenant_id, payout.tracking_key):
            raise NotInState(payout.payout_id, payout.status.value, "settling")
        return await self._apply(payout, Step(Trigger.SETTLED))

    async def give_back(self, name: str, reason: str) -> Payout:
        """The payout, `FAILED`, its money back; also after it was completed. Raises `UnknownPayout`, `NotInState`."""
        payout = await self._sent(name, "returning")
        if not await self._banks.give_back(payout.tenant_id, payout.tracking_key, reason):
            raise NotInState(payout.payout_id, payout.status.value, "returning")
        return await self._apply(payout, Step(Trigger.RETURNED, reason))

    async def _sent(self, name: str, operation: str) -> Payout:
        payout = await self._queries.named(name)
        if payout.status in (PayoutStatus.SCHEDULED, PayoutStatus.SENDING):
            payout = await self._send(payout.tenant_id, payout.payout_id)
        if payout.status in (PayoutStatus.FAILED, PayoutStatus.CANCELLED):
            raise NotInState(payout.payout_id, payout.status.value, operation)
        return payout

    async def _apply(self, payout: Payout, step: Step) -> Payout:
        # The inbox tells the same in a moment; whoever called wants to see it now.
        moved, _ = await self._ender.apply(payout.tenant_id, payout.payout_id, step)
        return moved
