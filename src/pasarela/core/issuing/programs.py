"""What the operator sets up for a program: its first client and key, its money, its products, ranges and fees."""

from __future__ import annotations

from pasarela.core.issuing.clients import PROGRAM_DEPOSIT, Clients, insert_client
from pasarela.core.issuing.errors import ClientIdTaken, RangeTaken, UnknownProduct
from pasarela.core.issuing.model import Client, FeeRule, NewClient, NewKey, Product
from pasarela.core.issuing.passwords import Passwords
from pasarela.core.issuing.postings import Posting, Postings
from pasarela.core.issuing.ranges import Ranges
from pasarela.core.issuing.rows import SQL, product_from
from pasarela.core.issuing.rules import available_account
from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.ledger.model import Leg
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.money import Money


class Programs:
    """Verbs of the operator, and what a program's clients read of it."""

    def __init__(
        self,
        database: Database,
        clients: Clients,
        passwords: Passwords,
        postings: Postings,
        ranges: Ranges,
        clock: Clock,
    ) -> None:
        self._database = database
        self._clients = clients
        self._passwords = passwords
        self._post = postings
        self._ranges = ranges
        self._clock = clock

    async def open(self, tenant_id: int, client: NewClient, key: NewKey) -> Client:
        """The first client of a program, whose tenant is registered. Raises `ClientIdTaken`."""
        hashed = await self._passwords.hash(key.password)
        at = self._clock.now(tenant_id)
        async with self._database.operator() as tx:
            if not await insert_client(tx, tenant_id, client, key, hashed, parent_id=None, at=at):
                raise ClientIdTaken
        return await self._clients.by_id(tenant_id, client.client_id)

    async def deposit(self, tenant_id: int, client_id: str, deposit_id: str, amount: Money) -> Client:
        """Money that came in by bank, for a client's cards; the same deposit again changes nothing.

        Raises `UnknownClient`, `ReplayMismatch`.
        """
        await self._clients.by_id(tenant_id, client_id)
        legs = (
            Leg(account(AccountKind.SPEI_CLEARING, amount.currency), -amount.minor),
            Leg(available_account(client_id, amount.currency), amount.minor),
        )
        await self._post(Posting(tenant_id, deposit_id, PROGRAM_DEPOSIT, legs, (), self._clock.now(tenant_id)))
        return await self._clients.by_id(tenant_id, client_id)

    async def add_product(self, product: Product) -> None:
        """Another kind of card; one with this id already stays as it is."""
        async with self._database.operator() as tx:
            await tx.execute(
                SQL["insert_product"],
                product.tenant_id,
                product.product_id,
                product.name,
                product.description,
                product.kind.value,
                product.active,
                product.affinity_group,
                product.currency.code,
                product.allow_blank_curp,
                product.allow_blank_rfc,
                product.spei_enabled,
                product.validity_months,
                product.operation_max,
                product.day_max,
                self._clock.now(product.tenant_id),
            )

    async def add_range(self, tenant_id: int, product_id: str, prefix: str) -> None:
        """Numbers that begin like this are the product's from now on. Raises `RangeTaken`, `UnknownProduct`."""
        assert 6 <= len(prefix) <= 11 and prefix.isdigit(), "a range is named by its first digits"  # noqa: PT018 - one fact
        async with self._database.operator() as tx:
            await tx.execute(SQL["lock_ranges"])
            if await tx.fetchval(SQL["product_by_id"], tenant_id, product_id) is None:
                raise UnknownProduct
            if await tx.fetchval(SQL["insert_range"], tenant_id, prefix, product_id, self._clock.now()) is None:
                raise RangeTaken
        self._ranges.forget()

    async def set_fee(self, tenant_id: int, operation: str, fee: FeeRule) -> None:
        """What an operation (`spei`) costs from now on."""
        async with self._database.operator() as tx:
            await tx.execute(SQL["set_fee"], tenant_id, operation, fee.fixed_minor, fee.tax_basis_points)

    async def fee(self, tenant_id: int, operation: str) -> FeeRule:
        """What an operation costs; nothing when the fee table does not name it."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["fee"], tenant_id, operation)
        return FeeRule(row["fixed_minor"], row["tax_basis_points"]) if row is not None else FeeRule(0, 0)

    async def products(self, tenant_id: int) -> list[Product]:
        """All products of a program, in the order of their making, each with its stock."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["products"], tenant_id)
        return [product_from(row) for row in rows]

    async def product(self, tenant_id: int, product_id: str) -> Product:
        """Raises `UnknownProduct`."""
        for product in await self.products(tenant_id):
            if product.product_id == product_id:
                return product
        raise UnknownProduct
