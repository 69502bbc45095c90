"""Updating and deleting customers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.errors import BalanceLeft, UnknownCustomer
from pasarela.core.customers.model import CustomerChanges, CustomerFilter, NewCustomer
from pasarela.core.customers.queries import Customers, hold_open
from pasarela.core.customers.rules import balance_account
from pasarela.core.customers.update import UpdateCustomer
from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Transfer
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import Page
from tests.factories.tables import stored, until_blocked
from tests.factories.transfers import CLEARING, book_in, paid_in, paid_out, pending, void

ANA = NewCustomer("a1", "Ana", "Cruz", "ana@shop.mx", "55", {"line1": "x"}, "ext-1", has_account=True)
ACCOUNT = balance_account("a1")


async def test_update_changes_what_is_named(create: CreateCustomer, update: UpdateCustomer, caller: Caller) -> None:
    made = await create(caller, ANA)

    changed = await update(caller, "a1", CustomerChanges(name="Eva", address={"line1": "y", "line2": None}))

    assert changed == replace(made, name="Eva", address={"line1": "y", "line2": None})
    assert await update(caller, "a1", CustomerChanges()) == changed
    assert await update(caller, "a1", CustomerChanges("Ana", "Diaz", "a@b.mx", "66")) == replace(
        changed, name="Ana", last_name="Diaz", email="a@b.mx", phone_number="66"
    )


async def test_update_shows_the_balance(
    database: Database, create: CreateCustomer, update: UpdateCustomer, caller: Caller
) -> None:
    await create(caller, ANA)
    await book_in(database, paid_in("t1", 1_050, ACCOUNT, tenant_id=7))

    assert (await update(caller, "a1", CustomerChanges())).balance == Money(1_050, Currency.MXN)


async def test_nobody_changes_who_is_unknown(
    database: Database,
    create: CreateCustomer,
    update: UpdateCustomer,
    delete: DeleteCustomer,
    caller: Caller,
    neighbour: Caller,
) -> None:
    await create(neighbour, ANA)
    before = await stored(database)

    for customer_id in ("a1", "a2"):
        with pytest.raises(UnknownCustomer) as refused:
            await update(caller, customer_id, CustomerChanges(name="Eva"))
        assert str(refused.value) == f"The customer with id '{customer_id}' does not exist"
        with pytest.raises(UnknownCustomer):
            await delete(caller, customer_id)

    assert await stored(database) == before


async def test_delete(
    database: Database,
    create: CreateCustomer,
    update: UpdateCustomer,
    delete: DeleteCustomer,
    customers: Customers,
    caller: Caller,
) -> None:
    made = await create(caller, ANA)

    await delete(caller, "a1")

    with pytest.raises(UnknownCustomer):
        await customers.get(7, "a1")
    with pytest.raises(UnknownCustomer):
        await customers.by_id(7, "a1")
    with pytest.raises(UnknownCustomer):
        await update(caller, "a1", CustomerChanges(name="Eva"))
    with pytest.raises(UnknownCustomer):
        await delete(caller, "a1")
    assert await customers.list(7, CustomerFilter(), Page()) == []
    assert await customers.by_clabe(made.clabe) is None
    assert await customers.by_store_reference(made.store_reference) is None
    (event,) = (await stored(database, "outbox_events"))["outbox_events"]
    assert (event["tenant_id"], event["type"], event["subject"]) == (7, "customer.deleted", "a1")


@pytest.mark.parametrize(
    "money",
    [
        [paid_in("t1", 1, ACCOUNT, tenant_id=7)],
        [pending("t1", (CLEARING, -5), (ACCOUNT, 5), tenant_id=7)],
    ],
    ids=["there", "on its way"],
)
async def test_whoever_has_money_is_not_deleted(
    database: Database, create: CreateCustomer, delete: DeleteCustomer, caller: Caller, money: list[Transfer]
) -> None:
    await create(caller, ANA)
    await book_in(database, *money)
    before = await stored(database)

    with pytest.raises(BalanceLeft):
        await delete(caller, "a1")

    assert await stored(database) == before


async def test_whoever_has_no_money_left_is_deleted(
    database: Database, create: CreateCustomer, delete: DeleteCustomer, caller: Caller
) -> None:
    await create(caller, ANA)
    await book_in(
        database,
        paid_in("t1", 700, ACCOUNT, tenant_id=7),
        paid_out("t2", 700, ACCOUNT, tenant_id=7),
        pending("t3", (CLEARING, -5), (ACCOUNT, 5), tenant_id=7),
        void("t4", "t3", tenant_id=7),
    )

    await delete(caller, "a1")

    assert (await stored(database, "customers"))["customers"][0]["deleted_at"] is not None


async def test_no_credit_slips_in_beside_a_deletion(
    database: Database, create: CreateCustomer, delete: DeleteCustomer, caller: Caller
) -> None:
    await create(caller, ANA)

    async with database.batch() as tx:
        assert await hold_open(tx, [(7, "a1"), (7, "a2"), (8, "a1")]) == {(7, "a1"): True}
        deleting = asyncio.create_task(delete(caller, "a1"))
        await until_blocked(database)
        await book(tx, [paid_in("t1", 700, ACCOUNT, tenant_id=7)])

    with pytest.raises(BalanceLeft):
        await deleting


async def test_whoever_is_deleted_is_not_held_open(
    database: Database, create: CreateCustomer, delete: DeleteCustomer, caller: Caller
) -> None:
    await create(caller, ANA)
    await create(caller, NewCustomer("a2", "Eva"))
    await delete(caller, "a1")

    async with database.batch() as tx:
        assert await hold_open(tx, [(7, "a2"), (7, "a1"), (7, "a2")]) == {(7, "a2"): False}
        assert await hold_open(tx, []) == {}
