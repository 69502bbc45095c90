"""The customers behind the dialects' ports, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pasarela.core.context import Caller
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import Customer, CustomerChanges, CustomerFilter, NewCustomer
from pasarela.facades.toolkit.ports import Customers
from pasarela.kernel.clock import Clock
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import Page


class FakeCustomers:
    """`heard` is told each command and filter, and may refuse it."""

    def __init__(self, heard: Callable[[Caller | None, object], None], clock: Clock) -> None:
        self._heard = heard
        self._clock = clock
        self.kept: dict[str, Customer] = {}
        self.port = Customers(
            create=self._create,
            update=self._update,
            delete=self._delete,
            get=self._get,
            by_id=self._by_id,
            list=self._list,
        )

    def add(self, customer_id: str, *, has_account: bool = False) -> Customer:
        """A customer who has been there all along."""
        return self._keep(NewCustomer(customer_id, "Ana", "Cruz", "ana@shop.mx", "55", has_account=has_account))

    def _keep(self, new: NewCustomer) -> Customer:
        customer = Customer(
            tenant_id=7,
            customer_id=new.customer_id,
            external_id=new.external_id,
            name=new.name,
            last_name=new.last_name,
            email=new.email,
            phone_number=new.phone_number,
            address=new.address,
            has_account=new.has_account,
            clabe="646180109400423323",
            store_reference="OPENPAY02DQ35YOY7",
            created_at=self._clock.now(),
            balance=Money(10_350, Currency.MXN) if new.has_account else None,
        )
        self.kept[new.customer_id] = customer
        return customer

    async def _create(self, caller: Caller, new: NewCustomer) -> Customer:
        self._heard(caller, new)
        return self._keep(new)

    async def _update(self, caller: Caller, customer_id: str, changes: CustomerChanges) -> Customer:
        self._heard(caller, changes)
        customer = await self._by_id(caller.tenant_id, customer_id)
        said = {name: value for name in changes.__slots__ if (value := getattr(changes, name)) is not None}
        self.kept[customer_id] = replace(customer, **said)
        return self.kept[customer_id]

    async def _delete(self, caller: Caller, customer_id: str) -> None:
        self._heard(caller, customer_id)
        await self._by_id(caller.tenant_id, customer_id)
        del self.kept[customer_id]

    async def _get(self, tenant_id: int, customer_id: str) -> Customer:
        self._heard(None, customer_id)
        return await self._by_id(tenant_id, customer_id)

    async def _by_id(self, tenant_id: int, customer_id: str) -> Customer:
        assert tenant_id == 7, "the caller's own"
        if customer_id not in self.kept:
            raise UnknownCustomer(customer_id)
        return self.kept[customer_id]

    async def _list(self, tenant_id: int, wanted: CustomerFilter, page: Page) -> Sequence[Customer]:
        self._heard(None, (wanted, page))
        return list(self.kept.values())
