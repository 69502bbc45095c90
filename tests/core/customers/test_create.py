"""Creating customers, one at a time and many at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.errors import CustomerIdTaken, ExternalIdTaken
from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.infra.database import Database
from pasarela.kernel import base10, clabe
from pasarela.kernel.money import Currency, Money
from tests.factories.tables import stored
from tests.fakes.stopped_clock import NOON

ADDRESS = {"line1": "Calle 10", "line2": None, "postal_code": "76000", "city": "Querétaro"}
RODRIGO = NewCustomer(
    "cz4nkhrlcu9k7qd4lwqx",
    "Rodrigo",
    "Velazco Perez",
    "rodrigo.velazco@payments.com",
    "4425667045",
    ADDRESS,
    "cliente1",
    has_account=True,
    clabe="646180109400423323",
    store_reference="OPENPAY02DQ35YOY7",
)


async def test_create_keeps_what_is_given(create: CreateCustomer, customers: Customers, caller: Caller) -> None:
    made = await create(caller, RODRIGO)

    assert made == Customer(
        tenant_id=7,
        customer_id="cz4nkhrlcu9k7qd4lwqx",
        external_id="cliente1",
        name="Rodrigo",
        last_name="Velazco Perez",
        email="rodrigo.velazco@payments.com",
        phone_number="4425667045",
        address=ADDRESS,
        has_account=True,
        clabe="646180109400423323",
        store_reference="OPENPAY02DQ35YOY7",
        created_at=NOON,
        balance=Money(0, Currency.MXN),
    )
    assert await customers.get(7, "cz4nkhrlcu9k7qd4lwqx") == made


async def test_create_makes_up_clabe_and_reference(create: CreateCustomer, caller: Caller, neighbour: Caller) -> None:
    made = [await create(who, NewCustomer(f"a{n}", "Ana")) for n, who in enumerate([caller, caller, neighbour])]

    assert all(clabe.valid(one.clabe) for one in made)
    assert all(base10.valid(one.store_reference) for one in made)
    assert [one.store_reference[:-1] for one in made] == [f"OPENPAY{serial}" for serial in SERIALS]
    assert len({one.clabe for one in made}) == 3
    assert {(one.balance, one.last_name, one.external_id) for one in made} == {(None, None, None)}


SERIALS = ["100000000", "100000001", "100000002"]


async def test_create_again_answers_the_same(database: Database, create: CreateCustomer, caller: Caller) -> None:
    made = await create(caller, RODRIGO)
    before = await stored(database, "customers")

    assert await create(caller, RODRIGO) == made
    assert await stored(database, "customers") == before


@pytest.mark.parametrize("changed", [{"name": "Otro"}, {"has_account": False}, {"external_id": "cliente2"}])
async def test_the_same_id_for_another_customer(
    database: Database, create: CreateCustomer, caller: Caller, changed: dict[str, object]
) -> None:
    await create(caller, RODRIGO)
    before = await stored(database)

    with pytest.raises(CustomerIdTaken):
        await create(caller, replace(RODRIGO, **changed))  # type: ignore[arg-type]  # one of three fields

    assert await stored(database) == before


async def test_an_external_id_is_a_merchants_once(
    database: Database, create: CreateCustomer, caller: Caller, neighbour: Caller
) -> None:
    await create(caller, NewCustomer("a1", "Ana", external_id="x"))
    before = await stored(database)

    with pytest.raises(ExternalIdTaken):
        await create(caller, NewCustomer("a2", "Eva", external_id="x"))

    assert await stored(database) == before
    assert (await create(neighbour, NewCustomer("a2", "Eva", external_id="x"))).external_id == "x"
    assert (await create(caller, NewCustomer("a3", "Eva", external_id="X"))).external_id == "X"


async def test_an_external_id_is_free_again_once_its_customer_is_deleted(
    create: CreateCustomer, delete: DeleteCustomer, caller: Caller
) -> None:
    await create(caller, NewCustomer("a1", "Ana", external_id="x"))
    await delete(caller, "a1")

    assert (await create(caller, NewCustomer("a2", "Eva", external_id="x"))).customer_id == "a2"


async def test_of_many_at_once_with_one_external_id_one_wins(
    database: Database, create: CreateCustomer, caller: Caller
) -> None:
    news = [NewCustomer(f"a{n}", "Ana", external_id="x") for n in range(8)]

    results = await asyncio.gather(*(create(caller, new) for new in news), return_exceptions=True)

    won = [result for result in results if isinstance(result, Customer)]
    assert len(won) == 1
    assert [type(result) for result in results if result not in won] == [ExternalIdTaken] * 7
    assert [row["customer_id"] for row in (await stored(database, "customers"))["customers"]] == [won[0].customer_id]
