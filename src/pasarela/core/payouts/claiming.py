"""What every verb of money out does in its transaction: order id, customers, ledger. Each raises, so that a refusal
leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.queries import hold_open
from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Transfer
from pasarela.core.payouts.errors import NoAccount, OrderIdTaken
from pasarela.infra import claims
from pasarela.infra.claims import Claim
from pasarela.infra.database import Tx
from pasarela.kernel.errors import Refusal

ORDER_ID = "order_id"


async def claim_order_id(tx: Tx, tenant_id: int, order_id: str | None, subject: str, at: datetime) -> None:
    """Raises `OrderIdTaken`."""
    if order_id is None:
        return
    (bearer,) = await claims.take(tx, [Claim(tenant_id, ORDER_ID, order_id, subject, at)])
    if bearer != subject:
        raise OrderIdTaken(order_id, bearer)


async def hold_accounts(tx: Tx, tenant_id: int, customer_ids: Sequence[str]) -> None:
    """Keeps customers and their accounts until the transaction ends. Raises `UnknownCustomer`, `NoAccount`."""
    held = await hold_open(tx, [(tenant_id, customer_id) for customer_id in customer_ids])
    for customer_id in customer_ids:
        if (tenant_id, customer_id) not in held:
            raise UnknownCustomer(customer_id)
        if not held[(tenant_id, customer_id)]:
            raise NoAccount(customer_id)


async def book_one(tx: Tx, transfer: Transfer) -> None:
    """Raises what the ledger refuses it with. To be called last: it locks accounts."""
    (result,) = await book(tx, [transfer])
    if isinstance(result, Refusal):
        raise result
