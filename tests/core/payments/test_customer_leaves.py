"""Nobody credits a customer who is being deleted: his card's money goes back to it, other money to its sender."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.errors import BalanceLeft
from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.collect import Collect, MoneyToReturn
from pasarela.core.payments.errors import OutcomeUnknown, PaymentNotTaken
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import Payment, PaymentStatus, ReceiptOutcome, Received, RequestPayment, Sender
from pasarela.core.tenants.queries import Tenants
from pasarela.infra.database import Tx
from pasarela.infra.due_work import DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from pasarela.rails.contract import Answer, CardAuthorization
from tests.factories.payments import World, mxn
from tests.fakes.card_rail import ScriptedRail

SENDER = Sender("Ana", "012180001234567897", "TRACK1")
MANY = 8


async def no_return(tx: Tx, money: MoneyToReturn) -> None:
    """Whoever pays out takes it from here."""


@pytest.fixture
def collect(world: World) -> Collect:
    tenants = Tenants(world.database)
    return Collect(
        world.database, Customers(world.database), tenants, Fees(tenants), no_return, Outbox(), DueWork(),
        IdSource(world.clock),
    )  # fmt: skip  # what it is built of


@pytest.fixture
def delete(world: World) -> DeleteCustomer:
    return DeleteCustomer(world.database, Outbox(), world.clock, IdSource(world.clock))


async def customer(world: World, merchant: Caller) -> Customer:
    new = NewCustomer(world.fresh("a"), "Ana", has_account=True)
    return await CreateCustomer(world.database, world.clock)(merchant, new)


async def waiting(world: World, merchant: Caller, owner: Customer, instrument: Instrument) -> Payment:
    command = RequestPayment(
        world.fresh("tr"),
        instrument,
        mxn(10_000),
        world.clock.at + timedelta(hours=1),
        reference=world.fresh("9"),
        customer_id=owner.customer_id,
        credits_customer=True,
    )
    return await world.payments.request(merchant, command)


def transfer(world: World, payment: Payment) -> Received:
    return Received(
        f"s{payment.payment_id}", Instrument.BANK_TRANSFER, mxn(10_000), world.clock.at,
        reference=payment.reference, sender=SENDER,
    )  # fmt: skip  # one row


async def test_money_for_a_charge_of_a_deleted_customer_goes_back(
    world: World, merchant: Caller, collect: Collect, delete: DeleteCustomer
) -> None:
    owner = await customer(world, merchant)
    by_bank = await waiting(world, merchant, owner, Instrument.BANK_TRANSFER)
    in_cash = await waiting(world, merchant, owner, Instrument.STORE)
    await delete(merchant, owner.customer_id)

    receipt = await collect(transfer(world, by_bank))
    with pytest.raises(PaymentNotTaken):
        await collect(
            Received("s2", Instrument.STORE, mxn(10_000), world.clock.at, reference=in_cash.reference, refusable=True)
        )

    assert (receipt.outcome, receipt.returned) == (ReceiptOutcome.NOBODY, mxn(10_000))
    assert await world.balances(merchant) == {"returns_held.MXN": 10_000, "spei_clearing.MXN": -10_000}
    assert (await world.get(merchant, by_bank)).status is PaymentStatus.REQUESTED


async def test_a_card_that_paid_for_a_deleted_customer_gets_its_money_back(
    world: World, merchant: Caller, rail: ScriptedRail, delete: DeleteCustomer
) -> None:
    owner = await customer(world, merchant)
    network = rail.authorise

    async def slow_network(request: CardAuthorization) -> Answer:
        answer = await network(request)
        await delete(merchant, owner.customer_id)
        return answer

    rail.authorise = slow_network  # type: ignore[method-assign]  # he leaves while his issuer answers
    with pytest.raises(OutcomeUnknown):
        await world.sell(merchant, customer_id=owner.customer_id, credits_customer=True)
    await world.run_due()

    assert rail.kinds() == ["sale", "reversal"]
    assert rail.charged == 0
    assert await world.balances(merchant) == {}


async def test_of_a_credit_and_a_deletion_one_wins(
    world: World, merchant: Caller, collect: Collect, delete: DeleteCustomer
) -> None:
    owners = [await customer(world, merchant) for _ in range(MANY)]
    payments = [await waiting(world, merchant, owner, Instrument.BANK_TRANSFER) for owner in owners]
    work = [collect(transfer(world, payment)) for payment in payments]
    deletions = [delete(merchant, owner.customer_id) for owner in owners]

    receipts = await asyncio.gather(*work, *deletions, return_exceptions=True)

    balances = await world.balances(merchant)
    for number, owner in enumerate(owners):
        receipt, deletion = receipts[number], receipts[MANY + number]
        credited = balances.get(f"customer_balance/{owner.customer_id}.MXN", 0)
        kept = (receipt.outcome, type(deletion), credited)  # type: ignore[union-attr]  # collect refuses nobody here
        assert kept in {
            (ReceiptOutcome.COMPLETED, BalanceLeft, 10_000),
            (ReceiptOutcome.NOBODY, type(None), 0),
        }
