"""What customers' accounts hold, read from the ledger in the transaction that reads the customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pasarela.core.customers.model import Customer
from pasarela.core.customers.rules import ACCOUNT_CURRENCY, balance_account
from pasarela.core.ledger.queries import floored_balances
from pasarela.infra.database import Tx
from pasarela.kernel.money import Money


async def with_balances(tx: Tx, tenant_id: int, customers: Sequence[Customer]) -> list[Customer]:
    """The same customers; those with an account with what may leave it now."""
    names = {one.customer_id: balance_account(one.customer_id) for one in customers if one.has_account}
    if not names:
        return list(customers)
    found = await floored_balances(tx, tenant_id, list(names.values()))
    available = {
        customer_id: found[name].available if name in found else 0  # nothing was ever booked there
        for customer_id, name in names.items()
    }
    return [
        replace(one, balance=Money(available[one.customer_id], ACCOUNT_CURRENCY)) if one.has_account else one
        for one in customers
    ]
