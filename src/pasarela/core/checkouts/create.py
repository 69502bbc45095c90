"""Makes a checkout. Its order id is claimed at once, in the name of the payment that will be made on it."""

from __future__ import annotations

from pasarela.core.checkouts.model import Checkout, NewCheckout
from pasarela.core.checkouts.repository import SQL, checkout_from, payer_json
from pasarela.core.checkouts.rules import first_expiry
from pasarela.core.context import Caller
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.errors import OrderIdTaken, ReplayMismatch
from pasarela.core.payments.opening import ORDER_ID_SCOPE
from pasarela.infra import claims
from pasarela.infra.claims import Claim
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock


class CreateCheckout:
    """The verb. The same id again answers the same checkout."""

    def __init__(self, db: Database, customers: Customers, clock: Clock) -> None:
        self._db = db
        self._customers = customers
        self._clock = clock

    async def __call__(self, caller: Caller, new: NewCheckout) -> Checkout:
        """Raises `UnknownCustomer`, `ExpiryPassed`, `OrderIdTaken`, `ReplayMismatch`."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        expires_at = first_expiry(new.expires_at, at)
        if new.customer_id is not None:
            await self._customers.by_id(tenant_id, new.customer_id)
        async with self._db.tenant(tenant_id) as tx:
            standing = await tx.fetchrow(SQL["checkout_by_id"], tenant_id, new.checkout_id)
            if standing is not None:
                return _made_before(checkout_from(standing), new)
            if new.order_id is not None:
                claim = Claim(tenant_id, ORDER_ID_SCOPE, new.order_id, new.payment_id, at)
                await _claimed(tx, claim)
            row = await tx.fetchrow(
                SQL["insert_checkout"],
                tenant_id,
                new.checkout_id,
                new.payment_id,
                new.link_token,
                new.order_id,
                new.customer_id,
                new.amount.minor,
                new.amount.currency.code,
                new.description,
                new.redirect_url,
                new.send_email,
                payer_json(new.payer),
                at,
                expires_at,
            )
        assert row is not None, "an insert without a conflict clause returns its row"
        return checkout_from(row)


async def _claimed(tx: Tx, claim: Claim) -> None:
    [bearer] = await claims.take(tx, [claim])
    if bearer != claim.subject:
        raise OrderIdTaken(claim.key, bearer)


def _made_before(standing: Checkout, new: NewCheckout) -> Checkout:
    same = (standing.amount, standing.order_id, standing.customer_id, standing.description)
    if same != (new.amount, new.order_id, new.customer_id, new.description):
        raise ReplayMismatch
    return standing
