"""The payouts slice's due work: batches, orders without an answer, settlement plans."""

from __future__ import annotations

from pasarela.core.payouts.create_payout import SEND
from pasarela.core.payouts.ending import RESOLVE
from pasarela.core.payouts.plans import SETTLE
from pasarela.core.payouts.send import SendPayout, sent_if_there
from pasarela.core.payouts.settlement import Settlement
from pasarela.infra.due_work import DueItem, Handlers


class PayoutJobs:
    """Handlers for the worker, by kind of due work."""

    def __init__(self, send: SendPayout, settlement: Settlement) -> None:
        self._send = send
        self._settlement = settlement

    def handlers(self) -> Handlers:
        return {SEND: self._send_with_batch, RESOLVE: self._resolve, SETTLE: self._settle}

    async def _send_with_batch(self, item: DueItem) -> None:
        await sent_if_there(self._send, item.tenant_id, item.subject)

    async def _resolve(self, item: DueItem) -> None:
        await self._send.resolve(item.tenant_id, item.subject, tries=int(item.data.get("tries", 0)))

    async def _settle(self, item: DueItem) -> None:
        await self._settlement.run(item.tenant_id, item.subject, item.due_at)
