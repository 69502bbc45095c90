"""A paid checkout is completed, whatever pays it."""

from __future__ import annotations

import pytest

from pasarela.core.checkouts.change import ChangeCheckout
from pasarela.core.checkouts.create import CreateCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutStatus, NewCheckout
from pasarela.core.checkouts.pay import PayCheckout, Way
from pasarela.core.checkouts.queries import Checkouts
from pasarela.core.checkouts.reactions import CONSUMER, complete_paid
from pasarela.core.context import Caller
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.collect import Collect, MoneyToReturn
from pasarela.core.payments.errors import PaymentDeclined
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import Received
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.tenants.queries import Tenants
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueWork
from pasarela.infra.outbox import Consumer, Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from tests.factories.cards import inline
from tests.factories.payments import World, mxn, world_of
from tests.fakes.card_rail import ScriptedRail, declined

S = CheckoutStatus


async def no_return(tx: Tx, money: MoneyToReturn) -> None:
    raise AssertionError("nothing goes back here")


@pytest.fixture
def rail() -> ScriptedRail:
    return ScriptedRail()


@pytest.fixture
def world(database: Database, rail: ScriptedRail) -> World:
    return world_of(database, rail)


class Shop:
    """A merchant with a checkout, and the ways to pay it."""

    def __init__(self, world: World, caller: Caller) -> None:
        self.world, self.caller = world, caller
        database, clock, ids = world.database, world.clock, IdSource(world.clock)
        customers, tenants = Customers(database), Tenants(database)
        self.create = CreateCheckout(database, customers, clock)
        self.change = ChangeCheckout(database, clock)
        self.checkouts = Checkouts(database)
        self.pay = PayCheckout(database, world.payments.request, world.payments.queries, customers, clock, ids)
        self.collect = Collect(database, customers, tenants, Fees(tenants), no_return, Outbox(), DueWork(), ids)
        self.consumer = Consumer(CONSUMER, complete_paid, database, DueWork(), clock)

    async def offer(self) -> Checkout:
        number = self.world.fresh("")
        new = NewCheckout(f"ch{number}", f"tr{number}", f"link{number}", mxn(10_000), "Tenis", order_id=number)
        return await self.create(self.caller, new)

    async def status(self, checkout: Checkout) -> CheckoutStatus:
        """Once everything that happened has been heard."""
        await self.consumer.begin()
        await self.consumer.settle()
        found = await self.checkouts.get(self.caller.tenant_id, checkout.checkout_id)
        return found.status(self.world.clock.now())


@pytest.fixture
async def shop(world: World) -> Shop:
    return Shop(world, await world.merchant())


@pytest.mark.parametrize("instrument", [Instrument.STORE, Instrument.BANK_TRANSFER])
async def test_by_money_that_comes_in(shop: Shop, world: World, instrument: Instrument) -> None:
    checkout, other = await shop.offer(), await shop.offer()
    payment = await shop.pay(shop.caller, checkout, Way(instrument, world.fresh("9")))
    assert await shop.status(checkout) is S.AVAILABLE

    await shop.collect(Received("s1", instrument, mxn(10_000), world.clock.at, reference=payment.reference))

    assert await shop.status(checkout) is S.COMPLETED
    assert await shop.status(other) is S.AVAILABLE


async def test_by_card_at_the_second_try(shop: Shop, world: World, rail: ScriptedRail) -> None:
    checkout = await shop.offer()
    payment = await shop.pay(shop.caller, checkout, Way(Instrument.CARD))
    rail.will(declined(Decline.INSUFFICIENT_FUNDS, "51"))
    with pytest.raises(PaymentDeclined):
        await world.payments.pay_waiting(shop.caller, PayWaiting(payment.payment_id, "1", inline()))
    assert await shop.status(checkout) is S.AVAILABLE

    await world.payments.pay_waiting(shop.caller, PayWaiting(payment.payment_id, "2", inline()))

    assert await shop.status(checkout) is S.COMPLETED


async def test_money_counts_though_it_was_cancelled(shop: Shop, world: World) -> None:
    checkout = await shop.offer()
    payment = await shop.pay(shop.caller, checkout, Way(Instrument.STORE, world.fresh("9")))
    await shop.change(shop.caller, checkout.checkout_id, S.CANCELLED, None)

    await shop.collect(Received("s1", Instrument.STORE, mxn(10_000), world.clock.at, reference=payment.reference))

    assert await shop.status(checkout) is S.COMPLETED
