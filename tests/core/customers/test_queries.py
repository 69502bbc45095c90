"""Reading customers: single ones, lists, whom money is for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import CustomerFilter, NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.customers.rules import balance_account
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import CreatedBetween, Page
from tests.factories.transfers import CLEARING, book_in, paid_in, pending
from tests.fakes.stopped_clock import NOON, StoppedClock


async def test_balances_are_the_ledgers(
    database: Database, create: CreateCustomer, customers: Customers, caller: Caller
) -> None:
    for new in (
        NewCustomer("a1", "Ana", has_account=True),
        NewCustomer("a2", "Eva", has_account=True),
        NewCustomer("a3", "Isa"),
    ):
        await create(caller, new)
    mine = balance_account("a1")
    await book_in(
        database,
        paid_in("t1", 14_250, mine, tenant_id=7),
        pending("t2", (mine, -250), (CLEARING, 250), tenant_id=7),
        paid_in("t3", 99, balance_account("a2"), tenant_id=8),
    )

    listed = await customers.list(7, CustomerFilter(), Page())

    assert {one.customer_id: one.balance for one in listed} == {
        "a1": Money(14_000, Currency.MXN),
        "a2": Money(0, Currency.MXN),
        "a3": None,
    }
    assert [await customers.get(7, one.customer_id) for one in listed] == listed


async def test_list_is_newest_first_with_a_stable_tie_break(
    create: CreateCustomer, customers: Customers, caller: Caller, neighbour: Caller, clock: StoppedClock
) -> None:
    for customer_id in ("a1", "a3", "a2"):
        await create(caller, NewCustomer(customer_id, "Ana"))
    await create(neighbour, NewCustomer("a9", "Eva"))
    clock.advance(seconds=1)
    await create(caller, NewCustomer("a0", "Ana"))

    async def ids(page: Page) -> list[str]:
        return [one.customer_id for one in await customers.list(7, CustomerFilter(), page)]

    assert await ids(Page()) == ["a0", "a3", "a2", "a1"]
    assert await ids(Page(1, 2)) == ["a3", "a2"]
    assert await ids(Page(4, 2)) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CustomerFilter("ext-1"), ["a1"]),
        (CustomerFilter("ext"), []),
        (CustomerFilter(created=CreatedBetween(at_least=NOON)), ["a2", "a1"]),
        (CustomerFilter(created=CreatedBetween(at_least=NOON + timedelta(microseconds=1))), ["a2"]),
        (CustomerFilter(created=CreatedBetween(before=NOON)), []),
        (CustomerFilter(created=CreatedBetween(NOON, NOON + timedelta(hours=1))), ["a1"]),
        (CustomerFilter("ext-1", CreatedBetween(at_least=NOON + timedelta(hours=1))), []),
    ],
)
async def test_filters(
    create: CreateCustomer,
    customers: Customers,
    caller: Caller,
    clock: StoppedClock,
    wanted: CustomerFilter,
    found: list[str],
) -> None:
    await create(caller, NewCustomer("a1", "Ana", external_id="ext-1"))
    clock.advance(hours=1)
    await create(caller, NewCustomer("a2", "Eva"))

    assert [one.customer_id for one in await customers.list(7, wanted, Page())] == found


async def test_look_ups_at_once_each_find_their_own(
    create: CreateCustomer, delete: DeleteCustomer, customers: Customers, caller: Caller, neighbour: Caller
) -> None:
    ana = await create(caller, NewCustomer("a1", "Ana", has_account=True))
    eva = await create(neighbour, NewCustomer("a1", "Eva"))
    gone = await create(caller, NewCustomer("a2", "Isa", has_account=True))
    await delete(caller, gone.customer_id)

    found = await asyncio.gather(
        customers.by_id(7, "a1"),
        customers.by_id(8, "a1"),
        customers.by_id(7, "a1"),
        customers.by_id(8, "a2"),
        customers.by_id(7, "a2"),
        return_exceptions=True,
    )

    assert [one.name for one in found[:3] if not isinstance(one, BaseException)] == [ana.name, eva.name, ana.name]
    assert [type(one) for one in found[3:]] == [UnknownCustomer, UnknownCustomer]
    asked = [(7, "a1"), (8, "a1"), (8, "a2"), (7, "a2")]
    assert [await customers.has_account(*key) for key in asked] == [True, False, False, True]


async def test_whom_a_deposit_is_for(
    create: CreateCustomer, customers: Customers, caller: Caller, neighbour: Caller
) -> None:
    await create(caller, NewCustomer("a1", "Ana", has_account=True))
    eva = await create(neighbour, NewCustomer("a2", "Eva"))

    for found in (await customers.by_clabe(eva.clabe), await customers.by_store_reference(eva.store_reference)):
        assert found is not None
        tenant_id, customer = found
        assert (tenant_id, customer.customer_id, customer.has_account) == (8, "a2", False)
    assert await customers.by_clabe("646180109400423323") is None
    assert await customers.by_store_reference("OPENPAY02DQ35YOY7") is None


async def test_another_tenants_customers_do_not_exist(
    database: Database, create: CreateCustomer, customers: Customers, neighbour: Caller
) -> None:
    await create(neighbour, NewCustomer("a1", "Eva", external_id="x"))

    with pytest.raises(UnknownCustomer):
        await customers.get(7, "a1")
    assert await customers.list(7, CustomerFilter("x"), Page()) == []
    async with database.tenant(7) as tx:
        assert await tx.fetch("SELECT FROM customers") == []
        assert await tx.execute("UPDATE customers SET name = 'x' WHERE tenant_id = 8") == "UPDATE 0"
