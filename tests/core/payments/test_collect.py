"""`request` and `collect`: payments that wait for their payer, and money that comes in."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.collect import Collect, MoneyToReturn
from pasarela.core.payments.errors import (
    DueDatePassed,
    NotRefundable,
    OrderIdTaken,
    PaymentNotTaken,
    ReplayMismatch,
)
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import (
    Payment,
    PaymentStatus,
    ReceiptOutcome,
    Received,
    RequestPayment,
    Sender,
)
from pasarela.core.tenants.queries import Tenants
from pasarela.infra.database import Tx
from pasarela.infra.due_work import DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from tests.factories.payments import World, mxn

SENDER = Sender("Ana", "012180001234567897", "TRACK1")


class Returns:
    """Stands at the port: remembers what is to go back."""

    def __init__(self) -> None:
        self.ordered: list[MoneyToReturn] = []

    async def __call__(self, tx: Tx, money: MoneyToReturn) -> None:
        self.ordered.append(money)


@pytest.fixture
def returns() -> Returns:
    return Returns()


@pytest.fixture
def collect(world: World, returns: Returns) -> Collect:
    tenants = Tenants(world.database)
    return Collect(
        world.database,
        Customers(world.database),
        tenants,
        Fees(tenants),
        returns,
        Outbox(),
        DueWork(),
        IdSource(world.clock),
    )


def request(world: World, instrument: Instrument = Instrument.BANK_TRANSFER, **fields: object) -> RequestPayment:
    asked = {"payment_id": world.fresh("tr"), "amount": mxn(10_000), "due_at": world.clock.at + timedelta(hours=24),
             "reference": world.fresh("9"), **fields}  # fmt: skip  # one command
    return RequestPayment(instrument=instrument, **asked)  # type: ignore[arg-type]  # fields are the test's


def money(world: World, payment: Payment, amount: int = 10_000, receipt: str = "s1", **fields: object) -> Received:
    received = {"receipt_id": receipt, "instrument": payment.instrument, "amount": mxn(amount),
                "received_at": world.clock.at,
                "reference": payment.reference, "sender": SENDER, **fields}  # fmt: skip  # one row each
    return Received(**received)  # type: ignore[arg-type]  # fields are the test's


async def test_request_waits_for_its_payer(world: World, merchant: Caller) -> None:
    command = request(world, order_id="o1")
    payment = await world.payments.request(merchant, command)
    assert (payment.status, payment.reference, payment.expires_at) == (
        PaymentStatus.REQUESTED,
        command.reference,
        command.due_at,
    )
    assert await world.payments.request(merchant, command) == payment
    assert await world.events(merchant, payment.payment_id) == ["payment.requested"]
    assert await world.balances(merchant) == {}


async def test_request_refuses_what_can_not_be_paid(world: World, merchant: Caller) -> None:
    first = await world.payments.request(merchant, request(world, order_id="o1"))
    with pytest.raises(OrderIdTaken):
        await world.payments.request(merchant, request(world, order_id="o1"))
    with pytest.raises(DueDatePassed):
        await world.payments.request(merchant, request(world, due_at=world.clock.at))
    with pytest.raises(ReplayMismatch):
        await world.payments.request(merchant, request(world, payment_id=first.payment_id, amount=mxn(5)))


async def test_collect_completes_the_payment(world: World, merchant: Caller, collect: Collect) -> None:
    payment = await world.payments.request(merchant, request(world))
    received = money(world, payment)
    receipt = await collect(received)
    assert (receipt.outcome, receipt.returned.minor) == (ReceiptOutcome.COMPLETED, 0)
    paid = await world.get(merchant, payment)
    assert (paid.status, paid.captured) == (PaymentStatus.COMPLETED, mxn(10_000))
    assert await world.balances(merchant) == {
        "fee_revenue.MXN": 800,
        "merchant_payable.MXN": 9_072,
        "spei_clearing.MXN": -10_000,
        "tax_payable.MXN": 128,
    }
    assert await collect(received) == receipt
    assert await world.events(merchant, payment.payment_id) == ["payment.requested", "payment.completed"]


@pytest.mark.parametrize(
    ("amount", "outcome", "back"),
    [(9_999, ReceiptOutcome.SHORT, 9_999), (10_001, ReceiptOutcome.OVER, 1)],
)
async def test_collect_sends_back_what_is_not_owed(
    world: World, merchant: Caller, collect: Collect, returns: Returns, amount: int, outcome: ReceiptOutcome, back: int
) -> None:
    payment = await world.payments.request(merchant, request(world))
    receipt = await collect(money(world, payment, amount))
    assert (receipt.outcome, receipt.returned) == (outcome, mxn(back))
    assert [(each.amount, each.held_on, each.sender) for each in returns.ordered] == [
        (mxn(back), "returns_held.MXN", SENDER)
    ]
    assert (await world.balances(merchant))["returns_held.MXN"] == back
    status = PaymentStatus.COMPLETED if outcome is ReceiptOutcome.OVER else PaymentStatus.REQUESTED
    assert (await world.get(merchant, payment)).status is status


async def test_collect_sends_a_second_and_a_late_transfer_back(
    world: World, merchant: Caller, collect: Collect, returns: Returns
) -> None:
    paid = await world.payments.request(merchant, request(world))
    late = await world.payments.request(merchant, request(world))
    await collect(money(world, paid, receipt="s1"))
    second = await collect(money(world, paid, receipt="s2"))
    await world.move(timedelta(hours=25))
    assert (await world.get(merchant, late)).status is PaymentStatus.EXPIRED
    too_late = await collect(money(world, late, receipt="s3"))
    assert [second.outcome, too_late.outcome] == [ReceiptOutcome.SECOND, ReceiptOutcome.LATE]
    assert [each.amount for each in returns.ordered] == [mxn(10_000)] * 2


@pytest.mark.parametrize("amount", [9_999, 10_001])
async def test_a_till_takes_nothing_that_would_go_back(
    world: World, merchant: Caller, collect: Collect, returns: Returns, amount: int
) -> None:
    payment = await world.payments.request(merchant, request(world, Instrument.STORE))
    with pytest.raises(PaymentNotTaken):
        await collect(money(world, payment, amount, refusable=True))
    assert await world.balances(merchant) == {}
    assert returns.ordered == []
    receipt = await collect(money(world, payment, refusable=True, sender=None))
    assert receipt.outcome is ReceiptOutcome.COMPLETED
    assert (await world.balances(merchant))["store_clearing.MXN"] == -10_000
    with pytest.raises(NotRefundable):
        await world.refund(merchant, payment)


async def test_of_many_receipts_for_one_payment_one_completes_it(
    world: World, merchant: Caller, collect: Collect, returns: Returns
) -> None:
    payment = await world.payments.request(merchant, request(world))
    receipts = await asyncio.gather(*[collect(money(world, payment, receipt=f"s{n}")) for n in range(20)])
    outcomes = [receipt.outcome for receipt in receipts]
    assert sorted(set(outcomes), key=lambda each: each.value) == [ReceiptOutcome.COMPLETED, ReceiptOutcome.SECOND]
    assert outcomes.count(ReceiptOutcome.COMPLETED) == 1
    assert len(returns.ordered) == 19


@pytest.mark.parametrize("has_account", [True, False])
async def test_collect_credits_a_deposit_to_its_owner(
    world: World, merchant: Caller, collect: Collect, has_account: bool
) -> None:
    customer = await _customer(world, merchant, has_account)
    deposit = Received("s1", Instrument.BANK_TRANSFER, mxn(50_000), world.clock.at, clabe=customer.clabe, sender=SENDER)
    receipt = await collect(deposit)
    assert receipt.outcome is ReceiptOutcome.CREDITED
    balances = await world.balances(merchant)
    if has_account:
        assert balances[f"customer_balance/{customer.customer_id}.MXN"] == 50_000
        assert balances["fees_owed.MXN"] == -928
    else:
        assert balances["merchant_payable.MXN"] == 50_000 - 928
    assert await collect(deposit) == receipt


async def test_collect_sends_back_what_is_for_nobody(world: World, collect: Collect, returns: Returns) -> None:
    received = Received(
        "s1", Instrument.BANK_TRANSFER, mxn(700), world.clock.at, clabe="646180109499999996", sender=SENDER
    )
    receipt = await collect(received)
    assert (receipt.outcome, receipt.payment_id) == (ReceiptOutcome.NOBODY, None)
    assert [each.amount for each in returns.ordered] == [mxn(700)]


async def _customer(world: World, merchant: Caller, has_account: bool) -> Customer:
    create = CreateCustomer(world.database, world.clock)
    return await create(merchant, NewCustomer(world.fresh("a"), "Ana", has_account=has_account))
