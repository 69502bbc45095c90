"""Deletes a customer. His operations stay on record; his CLABE and reference credit nobody from then on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.customers import events
from pasarela.core.customers.errors import BalanceLeft, UnknownCustomer
from pasarela.core.customers.repository import SQL
from pasarela.core.customers.rules import balance_account, may_be_deleted
from pasarela.core.ledger.queries import floored_balances
from pasarela.infra.database import Database, Tx
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

Farewell = Callable[[Tx, int, str, datetime], Awaitable[None]]
"""What somebody above does, in the same transaction (the tenant's), when a customer of a tenant goes."""


class DeleteCustomer:
    """The verb. Whoever credits a customer holds him open (`queries.hold_open`), so no credit slips in meanwhile."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self._farewells: list[Farewell] = []

    def on_delete(self, farewell: Farewell) -> None:
        """Has this done, too, whenever a customer goes. To be said once, when the process is put together."""
        self._farewells.append(farewell)

    async def __call__(self, caller: Caller, customer_id: str) -> None:
        """Raises `UnknownCustomer`, the second time too, and `BalanceLeft`."""
        tenant_id = caller.tenant_id
        async with self._database.tenant(tenant_id) as tx:
            if await tx.fetchval(SQL["lock_customer"], tenant_id, customer_id) is None:
                raise UnknownCustomer(customer_id)
            # Read by a statement of its own: only a new snapshot sees what was booked while we waited for the lock.
            account = balance_account(customer_id)
            if not may_be_deleted((await floored_balances(tx, tenant_id, [account])).get(account)):
                raise BalanceLeft
            at = self._clock.now(tenant_id)
            await tx.execute(SQL["delete_customer"], tenant_id, customer_id, at)
            for farewell in self._farewells:
                await farewell(tx, tenant_id, customer_id, at)
            deleted = events.event(self._ids.fresh("e"), tenant_id, events.DELETED, customer_id, at)
            await self._outbox.append(tx, [deleted])
