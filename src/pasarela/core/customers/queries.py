"""Reads customers: for the tenant who asks, and for verbs that pay them or are told where money came in.

Deleted customers are found by nobody, but what they once paid stays theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.customers.balances import with_balances
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import Customer, CustomerFilter
from pasarela.core.customers.repository import SQL, customer_from
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.paging import Page

CustomerKey = tuple[int, str]


class Customers:
    """One for each process, since its coalescers gather that process's look-ups."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._find: Coalescer[CustomerKey, Customer | None] = Coalescer(self._find_all)

    async def get(self, tenant_id: int, customer_id: str) -> Customer:
        """The customer with his balance. Raises `UnknownCustomer`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["any_customer"], tenant_id, customer_id)
            if row is None or row["deleted_at"] is not None:
                raise UnknownCustomer(customer_id)
            return (await with_balances(tx, tenant_id, [customer_from(row)]))[0]

    async def list(self, tenant_id: int, wanted: CustomerFilter, page: Page) -> list[Customer]:
        """Customers that match every given condition, with balances, by creation instant then id, newest first."""
        bounds = (wanted.created.at_least, wanted.created.before)
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["list_customers"], tenant_id, wanted.external_id, *bounds, page.offset, page.limit
            )
            return await with_balances(tx, tenant_id, [customer_from(row) for row in rows])

    async def by_id(self, tenant_id: int, customer_id: str) -> Customer:
        """The customer without his balance: the hot path's look-up. Raises `UnknownCustomer`."""
        found = await self._find((tenant_id, customer_id))
        if found is None or found.deleted_at is not None:
            raise UnknownCustomer(customer_id)
        return found

    async def has_account(self, tenant_id: int, customer_id: str) -> bool:
        """Whether what this customer pays is his; also of a deleted one. An unknown one has none."""
        found = await self._find((tenant_id, customer_id))
        return found is not None and found.has_account

    async def by_clabe(self, clabe: str) -> tuple[int, Customer] | None:
        """Whom, of all tenants, a transfer to `clabe` is for: tenant and customer; `None`: no customer (any more)."""
        return await self._target("customer_by_clabe", clabe)

    async def by_store_reference(self, reference: str) -> tuple[int, Customer] | None:
        """The same for cash that a store took for `reference`."""
        return await self._target("customer_by_reference", reference)

    async def _target(self, statement: str, key: str) -> tuple[int, Customer] | None:
        rows = await self._database.batch_fetch(SQL[statement], key)
        return (rows[0]["tenant_id"], customer_from(rows[0])) if rows else None

    async def _find_all(self, items: Sequence[CustomerKey]) -> Sequence[Customer | None]:
        rows = await self._database.batch_fetch(SQL["find_customers"], *zip(*items, strict=True))
        found = {row["n"]: customer_from(row) for row in rows}
        return [found.get(n) for n in range(1, len(items) + 1)]


async def hold_open(tx: Tx, keys: Sequence[CustomerKey]) -> dict[CustomerKey, bool]:
    """Keeps customers from being deleted until the caller's transaction (the batch role's) ends.

    Whoever credits or debits customers' accounts calls this first, before `book`. Answers those who are not deleted,
    each with whether he has an account.
    """
    wanted = sorted(set(keys))
    rows = await tx.fetch(SQL["hold_customers"], [key[0] for key in wanted], [key[1] for key in wanted])
    return {(row["tenant_id"], row["customer_id"]): row["has_account"] for row in rows}
