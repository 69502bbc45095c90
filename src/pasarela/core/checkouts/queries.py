"""Reads checkouts of one tenant. With a customer only his are found, without one all are."""

from __future__ import annotations

from datetime import datetime

from pasarela.core.checkouts.errors import UnknownCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutFilter
from pasarela.core.checkouts.repository import SQL, checkout_from
from pasarela.infra.database import Database
from pasarela.kernel.paging import Page


class Checkouts:
    """Checkouts in every state."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, tenant_id: int, name: str, customer_id: str | None = None) -> Checkout:
        """By its id, or by its order id. Raises `UnknownCheckout`."""
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["checkout_by_name"], tenant_id, name, customer_id)
        if row is None:
            raise UnknownCheckout
        return checkout_from(row)

    async def by_link(self, link_token: str) -> Checkout:
        """The checkout of whatever tenant that a link leads to. Raises `UnknownCheckout`."""
        rows = await self._db.batch_fetch(SQL["checkout_by_link"], link_token)
        if not rows:
            raise UnknownCheckout
        return checkout_from(rows[0])

    async def list(self, tenant_id: int, wanted: CheckoutFilter, page: Page, at: datetime) -> list[Checkout]:
        """Those that match every given condition at the instant `at`, newest first, then by id."""
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["list_checkouts"],
                tenant_id,
                wanted.customer_id,
                wanted.order_id,
                wanted.status.value if wanted.status else None,
                at,
                wanted.created.at_least,
                wanted.created.before,
                page.offset,
                page.limit,
            )
        return [checkout_from(row) for row in rows]
