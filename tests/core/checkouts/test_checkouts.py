"""Making, finding and changing checkouts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.checkouts.change import ChangeCheckout
from pasarela.core.checkouts.create import CreateCheckout
from pasarela.core.checkouts.errors import CheckoutClosed, ExpiryPassed, UnknownCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutFilter, CheckoutStatus, NewCheckout
from pasarela.core.checkouts.queries import Checkouts
from pasarela.core.context import Caller, Mode
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.errors import OrderIdTaken, ReplayMismatch
from pasarela.core.payments.model import Payer
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import CreatedBetween, Page
from tests.fakes.stopped_clock import NOON, StoppedClock

CALLER = Caller(7, "openpay", "m7", "Tienda", Mode.TEST, "r")
NEIGHBOUR = replace(CALLER, tenant_id=8)
DAY = timedelta(days=1)
NEW = NewCheckout(
    "ch1",
    "tr1",
    "token1",
    Money(25_000, Currency.MXN),
    "Cargo cobro con link",
    "oid-1",
    None,
    Payer("Juan", "Vazquez", "juan@empresa.mx"),
    "https://tienda.mx/vuelta",
    send_email=True,
)
S = CheckoutStatus


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def create(database: Database, clock: StoppedClock) -> CreateCheckout:
    return CreateCheckout(database, Customers(database), clock)


@pytest.fixture
def change(database: Database, clock: StoppedClock) -> ChangeCheckout:
    return ChangeCheckout(database, clock)


@pytest.fixture
def checkouts(database: Database) -> Checkouts:
    return Checkouts(database)


def another(number: int, **changed: object) -> NewCheckout:
    fresh = {
        "checkout_id": f"ch{number}",
        "payment_id": f"tr{number}",
        "link_token": f"token{number}",
        "order_id": f"oid-{number}",
    }
    return replace(NEW, **{**fresh, **changed})  # type: ignore[arg-type]  # fields by name


async def ids(checkouts: Checkouts, clock: StoppedClock, wanted: CheckoutFilter | None = None) -> list[str]:
    found = await checkouts.list(7, wanted or CheckoutFilter(), Page(limit=100), clock.now())
    return [checkout.checkout_id for checkout in found]


async def test_create_and_find(create: CreateCheckout, checkouts: Checkouts) -> None:
    made = await create(CALLER, NEW)

    assert made == Checkout(
        7,
        "ch1",
        "tr1",
        "token1",
        "oid-1",
        None,
        NEW.amount,
        NEW.description,
        NEW.redirect_url,
        True,
        NEW.payer,
        S.AVAILABLE,
        NOON,
        NOON + DAY,
    )
    assert await checkouts.get(7, "ch1") == made
    assert await checkouts.get(7, "oid-1") == made
    for tenant_id, name, customer_id in ((8, "ch1", None), (7, "oid-2", None), (7, "ch1", "a1")):
        with pytest.raises(UnknownCheckout):
            await checkouts.get(tenant_id, name, customer_id)


async def test_an_id_goes_before_an_order_id(create: CreateCheckout, checkouts: Checkouts) -> None:
    await create(CALLER, another(1, order_id="ch2"))
    await create(CALLER, another(2))

    assert (await checkouts.get(7, "ch2")).checkout_id == "ch2"


async def test_the_same_call_again(create: CreateCheckout, checkouts: Checkouts, clock: StoppedClock) -> None:
    made = await create(CALLER, NEW)

    assert await create(CALLER, replace(NEW, link_token="other")) == made
    with pytest.raises(ReplayMismatch):
        await create(CALLER, replace(NEW, amount=Money(1, Currency.MXN)))
    assert await ids(checkouts, clock) == ["ch1"]


async def test_order_ids_are_unique(create: CreateCheckout, checkouts: Checkouts, clock: StoppedClock) -> None:
    attempts = [create(CALLER, another(number, order_id="oid")) for number in range(6)]

    done = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(one, Checkout) for one in done) == 1
    assert sum(isinstance(one, OrderIdTaken) for one in done) == 5
    assert len(await ids(checkouts, clock)) == 1
    await create(NEIGHBOUR, another(9, order_id="oid"))
    for number in (10, 11):
        await create(CALLER, another(number, order_id=None))


async def test_customers_have_their_own(
    create: CreateCheckout, checkouts: Checkouts, database: Database, clock: StoppedClock
) -> None:
    await CreateCustomer(database, clock)(CALLER, NewCustomer("a1", "Ana"))
    await create(CALLER, NEW)
    await create(CALLER, another(2, customer_id="a1"))

    with pytest.raises(UnknownCustomer):
        await create(CALLER, another(3, customer_id="a2"))

    assert (await checkouts.get(7, "ch2", "a1")).customer_id == "a1"
    assert await ids(checkouts, clock, CheckoutFilter(customer_id="a1")) == ["ch2"]
    assert await ids(checkouts, clock) == ["ch2", "ch1"]


@pytest.mark.parametrize("expires_at", [NOON, NOON - DAY])
async def test_an_expiry_that_has_passed(
    create: CreateCheckout, checkouts: Checkouts, clock: StoppedClock, expires_at: object
) -> None:
    with pytest.raises(ExpiryPassed):
        await create(CALLER, another(1, expires_at=expires_at))

    assert await ids(checkouts, clock) == []
    await create(CALLER, another(1))


async def test_it_lapses_by_itself_and_can_be_offered_again(
    create: CreateCheckout, change: ChangeCheckout, checkouts: Checkouts, clock: StoppedClock
) -> None:
    await create(CALLER, NEW)
    clock.advance(days=1)

    assert (await checkouts.get(7, "ch1")).status(clock.now()) is S.EXPIRED
    with pytest.raises(ExpiryPassed):
        await change(CALLER, "ch1", S.AVAILABLE, None)
    again = await change(CALLER, "ch1", S.AVAILABLE, clock.now() + DAY)
    assert (again.status(clock.now()), again.expires_at) == (S.AVAILABLE, clock.now() + DAY)
    ended = await change(CALLER, "ch1", S.EXPIRED, None)
    assert (ended.status(clock.now()), ended.expires_at) == (S.EXPIRED, clock.now())


async def test_cancelled_is_for_ever(create: CreateCheckout, change: ChangeCheckout) -> None:
    await create(CALLER, NEW)
    cancelled = await change(CALLER, "ch1", S.CANCELLED, None)

    assert cancelled.stored_status is S.CANCELLED
    assert await change(CALLER, "ch1", S.CANCELLED, None) == cancelled
    for status, expires_at in ((S.AVAILABLE, None), (None, NOON + DAY), (S.EXPIRED, None)):
        with pytest.raises(CheckoutClosed):
            await change(CALLER, "ch1", status, expires_at)


async def test_nobody_completes_one_by_saying_so(create: CreateCheckout, change: ChangeCheckout) -> None:
    await create(CALLER, NEW)

    with pytest.raises(CheckoutClosed):
        await change(CALLER, "ch1", S.COMPLETED, None)
    for caller, checkout_id in ((NEIGHBOUR, "ch1"), (CALLER, "ch2")):
        with pytest.raises(UnknownCheckout):
            await change(caller, checkout_id, S.CANCELLED, None)


async def test_lists(create: CreateCheckout, change: ChangeCheckout, checkouts: Checkouts, clock: StoppedClock) -> None:
    for number in range(3):
        await create(CALLER, another(number, expires_at=NOON + DAY * (number + 1)))
        clock.advance(seconds=1)
    await change(CALLER, "ch2", S.CANCELLED, None)
    clock.advance(days=1)

    assert await ids(checkouts, clock) == ["ch2", "ch1", "ch0"]
    assert await ids(checkouts, clock, CheckoutFilter(status=S.EXPIRED)) == ["ch0"]
    assert await ids(checkouts, clock, CheckoutFilter(status=S.AVAILABLE)) == ["ch1"]
    assert await ids(checkouts, clock, CheckoutFilter(status=S.CANCELLED)) == ["ch2"]
    assert await ids(checkouts, clock, CheckoutFilter(order_id="oid-1")) == ["ch1"]
    since = CreatedBetween(NOON + timedelta(seconds=1), NOON + timedelta(seconds=2))
    assert await ids(checkouts, clock, CheckoutFilter(created=since)) == ["ch1"]
    second = await checkouts.list(7, CheckoutFilter(), Page(1, 1), clock.now())
    assert [checkout.checkout_id for checkout in second] == ["ch1"]
    assert await checkouts.list(8, CheckoutFilter(), Page(), clock.now()) == []
