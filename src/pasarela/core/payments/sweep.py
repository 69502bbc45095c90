"""Finds the messages that a dead process left unanswered, and hands them to the resolver.

A message is lost when it was sent longer ago than any network waits and nobody has written its answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pasarela.core.payments.closing import RESOLVE, Closer, Closing
from pasarela.core.payments.errors import OutcomeUnknown
from pasarela.core.payments.model import ChargedFee, PaymentStatus
from pasarela.core.payments.rows import batch_json, payment_of
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.kernel.clock import Clock, SystemClock
from pasarela.kernel.money import Money
from pasarela.rails.contract import Unknown

SQL = SqlFiles(__package__)

LOST_AFTER = timedelta(seconds=60)
"""Twice what the slowest call may take: the rail's time-out, and waiting for the database."""

LOST_MAX = 500


class Sweep:
    """One pass over what was sent lately; keeps in memory up to when it has looked."""

    def __init__(self, database: Database, closer: Closer, due_work: DueWork, clock: Clock) -> None:
        self._database = database
        self._closer = closer
        self._due_work = due_work
        self._clock = clock
        self._real = SystemClock()
        self._swept_to = datetime.min.replace(tzinfo=self._real.now().tzinfo)

    async def __call__(self, lost_after: timedelta = LOST_AFTER) -> int:
        """Answers how many lost messages it found."""
        until = self._real.now() - lost_after
        async with self._database.batch() as tx:
            rows = await tx.fetch(SQL["unanswered_attempts"], self._swept_to, until, LOST_MAX)
        for row in rows:
            payment_id, _, operation_id = row["attempt_id"].partition("/")
            if operation_id == "authorisation":
                await self._lost_authorisation(row["tenant_id"], payment_id)
            else:
                await self._lost_operation(row["tenant_id"], row["attempt_id"], row["kind"])
        if len(rows) < LOST_MAX:
            self._swept_to = until
        return len(rows)

    async def _lost_authorisation(self, tenant_id: int, payment_id: str) -> None:
        async with self._database.batch() as tx:
            found = await tx.fetch(SQL["read_payments"], [tenant_id], [payment_id])
        payment = payment_of(found[0])
        if payment.status is not PaymentStatus.AUTHORIZING:
            return
        nothing = ChargedFee(Money.zero(payment.amount.currency), 0)
        try:
            await self._closer.close(Closing(payment, Unknown(), nothing, self._clock.now(tenant_id)))
        except OutcomeUnknown:
            return  # its own call came back to life and closed it first

    async def _lost_operation(self, tenant_id: int, attempt_id: str, kind: str) -> None:
        now = self._clock.now(tenant_id)
        row = {"tenant_id": tenant_id, "attempt_id": attempt_id, "state": "unknown", "answered_at": now}
        async with self._database.batch() as tx:
            await tx.execute(SQL["answer_attempts"], batch_json([row]))
            if kind != "verification":
                await self._due_work.schedule(tx, [DueKey(tenant_id, RESOLVE, attempt_id).at(now)])
