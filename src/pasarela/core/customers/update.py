"""Changes what may change of a customer: name, e-mail, telephone, address."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.customers.balances import with_balances
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import Customer, CustomerChanges
from pasarela.core.customers.repository import SQL, address_json, customer_from
from pasarela.infra.database import Database


class UpdateCustomer:
    """The verb. External id, account, CLABE and reference never change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, caller: Caller, customer_id: str, changes: CustomerChanges) -> Customer:
        """The customer as he is now; what is `None` in `changes` stays. Raises `UnknownCustomer`."""
        async with self._database.tenant(caller.tenant_id) as tx:
            row = await tx.fetchrow(
                SQL["update_customer"],
                caller.tenant_id,
                customer_id,
                changes.name,
                changes.last_name,
                changes.email,
                changes.phone_number,
                address_json(changes.address),
            )
            if row is None:
                raise UnknownCustomer(customer_id)
            return (await with_balances(tx, caller.tenant_id, [customer_from(row)]))[0]
