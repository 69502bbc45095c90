"""Verbs of `core.customers` on a database of the test's own, for two tenants: `caller` and `neighbour`."""

from __future__ import annotations

import pytest

from pasarela.core.context import Caller, Mode
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.customers.update import UpdateCustomer
from pasarela.infra.database import Database
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from tests.fakes.stopped_clock import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def caller() -> Caller:
    return Caller(7, "openpay", "mshop", "Tienda", Mode.TEST, "request 1")


@pytest.fixture
def neighbour() -> Caller:
    return Caller(8, "openpay", "mother", "Otra", Mode.TEST, "request 2")


@pytest.fixture
def create(database: Database, clock: StoppedClock) -> CreateCustomer:
    return CreateCustomer(database, clock)


@pytest.fixture
def update(database: Database) -> UpdateCustomer:
    return UpdateCustomer(database)


@pytest.fixture
def delete(database: Database, clock: StoppedClock) -> DeleteCustomer:
    return DeleteCustomer(database, Outbox(), clock, IdSource(clock))


@pytest.fixture
def customers(database: Database) -> Customers:
    return Customers(database)
