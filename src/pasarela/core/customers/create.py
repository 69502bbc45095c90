"""Creates a customer under an id that the caller has made, with a CLABE and a store reference of his own."""

from __future__ import annotations

from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.customers.balances import with_balances
from pasarela.core.customers.errors import CustomerIdTaken, ExternalIdTaken
from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.customers.repository import SQL, address_json, customer_from
from pasarela.core.customers.rules import same, store_reference
from pasarela.core.tenants.clabes import fresh_clabe
from pasarela.infra.database import Database, Tx
from pasarela.kernel import base10, clabe
from pasarela.kernel.clock import Clock


class CreateCustomer:
    """The verb. Of two at once with the same external id, one wins: a unique index decides."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, caller: Caller, new: NewCustomer) -> Customer:
        """The customer; the one that stands there when the same command came before.

        Raises `ExternalIdTaken`, `CustomerIdTaken`.
        """
        assert new.clabe is None or clabe.valid(new.clabe), "a CLABE with a wrong control digit collects nothing"
        assert new.store_reference is None or base10.valid(new.store_reference), "no store takes such a reference"
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        async with self._database.tenant(tenant_id) as tx:
            customer = await self._insert(tx, tenant_id, new, at) or await _standing(tx, tenant_id, new)
            return (await with_balances(tx, tenant_id, [customer]))[0]

    async def _insert(self, tx: Tx, tenant_id: int, new: NewCustomer, at: datetime) -> Customer | None:
        row = await tx.fetchrow(
            SQL["insert_customer"],
            tenant_id,
            new.customer_id,
            new.external_id,
            new.name,
            new.last_name,
            new.email,
            new.phone_number,
            address_json(new.address),
            new.has_account,
            new.clabe or await fresh_clabe(tx),
            new.store_reference or store_reference(await tx.fetchval(SQL["next_reference_serial"])),
            at,
        )
        return None if row is None else customer_from(row)


async def _standing(tx: Tx, tenant_id: int, new: NewCustomer) -> Customer:
    """Whoever stands in the new customer's way, if it is himself."""
    row = await tx.fetchrow(SQL["any_customer"], tenant_id, new.customer_id)
    if row is None:
        raise ExternalIdTaken
    customer = customer_from(row)
    if not same(customer, new):
        raise CustomerIdTaken
    return customer
