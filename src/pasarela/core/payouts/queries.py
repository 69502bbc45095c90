"""Reads of payouts, transfers and fees for one tenant: one by id, or a filtered list, newest first."""

from __future__ import annotations

from pasarela.core.payouts.errors import UnknownFee, UnknownPayout, UnknownTransfer
from pasarela.core.payouts.model import CustomerFee, CustomerTransfer, Payout, PayoutFilter
from pasarela.core.payouts.rows import SQL, fee_of, payout_of, transfer_of
from pasarela.infra.database import Database
from pasarela.kernel.paging import CreatedBetween, Page


class PayoutQueries:
    """Reads under row-level security: another tenant's payout does not exist here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant_id: int, customer_id: str | None, payout_id: str) -> Payout:
        """The owner's payout. Raises `UnknownPayout`, also for one of another owner."""
        payout = await self.by_id(tenant_id, payout_id)
        if payout.customer_id != customer_id:
            raise UnknownPayout
        return payout

    async def by_id(self, tenant_id: int, payout_id: str) -> Payout:
        """Anybody's payout of this tenant. Raises `UnknownPayout`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["payout_by_id"], tenant_id, payout_id)
        if row is None:
            raise UnknownPayout
        return payout_of(row)

    async def list(self, tenant_id: int, customer_id: str | None, wanted: PayoutFilter, page: Page) -> list[Payout]:
        """The owner's payouts that match every given condition, by creation instant then id, newest first."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["list_payouts"],
                tenant_id,
                customer_id or "",
                wanted.created.at_least,
                wanted.created.before,
                wanted.amount,
                wanted.amount_at_least,
                wanted.amount_at_most,
                wanted.kind.value if wanted.kind else None,
                [status.value for status in wanted.statuses] if wanted.statuses is not None else None,
                wanted.order_id,
                page.offset,
                page.limit,
            )
        return [payout_of(row) for row in rows]

    async def named(self, name: str) -> Payout:
        """The payout of any tenant with this id, or with this tracking key: the operator's look-up, and that of
        whoever hears of an order. Raises `UnknownPayout`."""
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["payout_by_tracking_key"], name.upper())
        if row is None:
            raise UnknownPayout
        return payout_of(row)


class TransferQueries:
    """Reads transfers, as one of the two customers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant_id: int, customer_id: str, transfer_id: str) -> CustomerTransfer:
        """Raises `UnknownTransfer`, also when the customer is neither its payer nor its payee."""
        transfer = await self.by_id(tenant_id, transfer_id)
        if customer_id not in (transfer.payer_id, transfer.payee_id):
            raise UnknownTransfer
        return transfer

    async def by_id(self, tenant_id: int, transfer_id: str) -> CustomerTransfer:
        """Raises `UnknownTransfer`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["transfer_by_id"], tenant_id, transfer_id)
        if row is None:
            raise UnknownTransfer
        return transfer_of(row)

    async def list(
        self, tenant_id: int, customer_id: str, created: CreatedBetween, page: Page
    ) -> list[CustomerTransfer]:
        """What the customer paid and was paid, newest first."""
        bounds = (created.at_least, created.before)
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_transfers"], tenant_id, customer_id, *bounds, page.offset, page.limit)
        return [transfer_of(row) for row in rows]


class FeeQueries:
    """Reads the fees that customers paid."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant_id: int, fee_id: str) -> CustomerFee:
        """Raises `UnknownFee`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["fee_by_id"], tenant_id, fee_id)
        if row is None:
            raise UnknownFee
        return fee_of(row)

    async def list(self, tenant_id: int, created: CreatedBetween, page: Page) -> list[CustomerFee]:
        """The tenant's fees, newest first."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["list_fees"], tenant_id, created.at_least, created.before, page.offset, page.limit
            )
        return [fee_of(row) for row in rows]
