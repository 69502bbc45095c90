"""Cancels a payout whose batch has not left yet: its money is free again."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payouts.ending import Ender, Step
from pasarela.core.payouts.errors import NotInState
from pasarela.core.payouts.model import Payout
from pasarela.core.payouts.queries import PayoutQueries
from pasarela.core.payouts.rules import Trigger


class CancelPayout:
    """The verb."""

    def __init__(self, ender: Ender, queries: PayoutQueries) -> None:
        self._ender = ender
        self._queries = queries

    async def __call__(self, caller: Caller, customer_id: str | None, payout_id: str) -> Payout:
        """The payout, `CANCELLED`. Raises `UnknownPayout`, `NotInState` (sent already, or ended)."""
        await self._queries.get(caller.tenant_id, customer_id, payout_id)
        payout, changed = await self._ender.apply(caller.tenant_id, payout_id, Step(Trigger.CANCEL))
        if not changed:
            raise NotInState(payout_id, payout.status.value, "cancelling")
        return payout
