"""Changes until when a checkout can be paid, lets it lapse, or cancels it."""

from __future__ import annotations

from datetime import datetime

from pasarela.core.checkouts.errors import UnknownCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutStatus
from pasarela.core.checkouts.repository import SQL, checkout_from
from pasarela.core.checkouts.rules import changed
from pasarela.core.context import Caller
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class ChangeCheckout:
    """The verb."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(
        self, caller: Caller, checkout_id: str, status: CheckoutStatus | None, expires_at: datetime | None
    ) -> Checkout:
        """What is `None` stays. Raises `UnknownCheckout`, `CheckoutClosed`, `ExpiryPassed`."""
        tenant_id = caller.tenant_id
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["lock_checkout"], tenant_id, checkout_id)
            if row is None:
                raise UnknownCheckout
            stored, until = changed(checkout_from(row), status, expires_at, self._clock.now(tenant_id))
            row = await tx.fetchrow(SQL["change_checkout"], tenant_id, checkout_id, stored.value, until)
        assert row is not None, "the row is locked"
        return checkout_from(row)
