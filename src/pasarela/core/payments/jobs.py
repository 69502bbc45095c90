"""The payments slice's due work: settling unknown outcomes by a ladder of waits, expiring uncaptured holds."""

from __future__ import annotations

from pasarela.core.payments.closing import EXPIRE, RESOLVE
from pasarela.core.payments.expire import Expire
from pasarela.core.payments.resolve import Resolve, StillUnknown
from pasarela.core.payments.rules import RESOLVE_AFTER
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueItem, DueWork, Handlers
from pasarela.kernel.clock import Clock


class PaymentJobs:
    """Handlers for the worker, by kind of due work."""

    def __init__(self, database: Database, due_work: DueWork, resolve: Resolve, expire: Expire, clock: Clock) -> None:
        self._database = database
        self._due_work = due_work
        self._resolve = resolve
        self._expire = expire
        self._clock = clock

    def handlers(self) -> Handlers:
        return {RESOLVE: self._try_to_resolve, EXPIRE: self._expire_hold}

    async def _expire_hold(self, item: DueItem) -> None:
        await self._expire(item.tenant_id, item.subject)

    async def _try_to_resolve(self, item: DueItem) -> None:
        """After the last try the payment stays as it is, unknown, for everybody to see."""
        tries = int(item.data.get("tries", 0))
        try:
            await self._resolve(item.tenant_id, item.subject, repeat=tries > 0)
        except StillUnknown:
            if tries + 1 < len(RESOLVE_AFTER):
                due_at = self._clock.now(item.tenant_id) + RESOLVE_AFTER[tries + 1]
                async with self._database.batch() as tx:
                    await self._due_work.schedule(tx, [item.key.at(due_at, {"tries": tries + 1})])
