"""Takes money that a rail brings: for a payment that waits for it, or for the owner of a CLABE or store reference.

Every peso that came in stands in the ledger, on its payee's account or on its way back, and every receipt is kept
with what was done. The same receipt again changes nothing. At a till nothing is taken that would have to go back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import msgspec

from pasarela.core.customers.queries import Customers, hold_open
from pasarela.core.ledger.book import book
from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.core.payments import events
from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import PaymentNotTaken
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import (
    Payment,
    PaymentStatus,
    Receipt,
    ReceiptOutcome,
    Received,
    Sender,
)
from pasarela.core.payments.proceeds import Proceeds
from pasarela.core.payments.rows import batch_json, payment_of, receipt_of
from pasarela.core.payments.rules import (
    clearing_of,
    fee_in_ledger,
    outcome_of_receipt,
    payee_of,
    sale_legs,
    waiting,
)
from pasarela.core.tenants.queries import Tenants
from pasarela.infra import metrics
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import PLATFORM, DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money

SQL = SqlFiles(__package__)

_TAKEN = frozenset({ReceiptOutcome.COMPLETED, ReceiptOutcome.OVER, ReceiptOutcome.CREDITED})


@dataclass(frozen=True, slots=True)
class MoneyToReturn:
    """Money that lies on the ledger account `held_on` and goes back to its sender, whose transfer was
    `sender.tracking_key`. `return_id` is the same for the same money."""

    tenant_id: int
    return_id: str
    amount: Money
    held_on: str
    sender: Sender
    reason: str
    at: datetime


class ReturnMoney(Protocol):
    """Orders money back, as part of the caller's transaction; bound in wiring to the slice that pays out."""

    async def __call__(self, tx: Tx, money: MoneyToReturn) -> None: ...


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose money a deposit is that names no payment."""

    tenant_id: int
    customer_id: str | None
    credits_customer: bool


class Collect:
    """The verb; safe for concurrent use: of two receipts for one payment the first completes it."""

    def __init__(
        self,
        database: Database,
        customers: Customers,
        tenants: Tenants,
        fees: Fees,
        return_money: ReturnMoney,
        outbox: Outbox,
        due_work: DueWork,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._customers = customers
        self._tenants = tenants
        self._fees = fees
        self._return_money = return_money
        self._outbox = outbox
        self._due_work = due_work
        self._ids = ids

    async def __call__(self, received: Received) -> Receipt:
        """What was done with the money. Raises `PaymentNotTaken` when it is `refusable` and would have to go back;
        then nothing has happened."""
        owner = None
        tenant_id = await self._tenant_of_payment(received)
        if tenant_id is None:
            owner = await self._owner(received)
            tenant_id = owner.tenant_id if owner is not None else PLATFORM
        async with self._database.batch() as tx:
            earlier = await tx.fetchrow(SQL["read_receipt"], received.receipt_id)
            if earlier is not None:
                return receipt_of(earlier)
            if owner is not None and not await _stays(tx, tenant_id, owner.customer_id):
                owner = None
            payment = await self._payment(tx, received, owner, tenant_id)
            receipt = _judge(received, payment, tenant_id, credited=owner is not None)
            if received.refusable and (receipt.outcome not in _TAKEN or receipt.returned):
                raise PaymentNotTaken(receipt.outcome, receipt.payment_id)
            await tx.execute(SQL["insert_receipt"], *_receipt_row(receipt, received))
            if payment is not None and receipt.outcome in _TAKEN:
                await self._complete(tx, payment, received, receipt)
            else:
                await _book(tx, _held(receipt, received))
            if receipt.returned:
                await self._give_back(tx, receipt, received)
        metrics.RECEIPTS.labels(received.instrument.value, receipt.outcome.value).inc()
        if receipt.outcome in _TAKEN:
            metrics.PAYMENTS.labels(received.instrument.value, PaymentStatus.COMPLETED.value).inc()
        return receipt

    async def _tenant_of_payment(self, received: Received) -> int | None:
        if received.reference is None:
            return None
        rows = await self._database.batch_fetch(SQL["payment_by_reference"], received.reference)
        return rows[0]["tenant_id"] if rows else None

    async def _owner(self, received: Received) -> _Owner | None:
        found = None
        if received.clabe is not None:
            found = await self._customers.by_clabe(received.clabe)
            tenant = await self._tenants.by_clabe(received.clabe) if found is None else None
            if tenant is not None:
                return _Owner(tenant.tenant_id, None, credits_customer=False)
        elif received.reference is not None:
            found = await self._customers.by_store_reference(received.reference)
        if found is None:
            return None
        return _Owner(found[0], found[1].customer_id, found[1].has_account)

    async def _payment(self, tx: Tx, received: Received, owner: _Owner | None, tenant_id: int) -> Payment | None:
        """The payment that the money is for, locked: the one that waits for it, or one made for a deposit. Whose
        customer was deleted is for nobody any more."""
        if owner is not None:
            return await self._deposit(tx, received, owner)
        if received.reference is None or tenant_id == PLATFORM:
            return None
        row = await tx.fetchrow(SQL["lock_payment_by_reference"], received.reference)
        payment = payment_of(row) if row is not None else None
        if payment is None or payment.instrument is not received.instrument:
            return None
        if payment.credits_customer and not await _stays(tx, tenant_id, payment.customer_id):
            return None
        return payment

    async def _deposit(self, tx: Tx, received: Received, owner: _Owner) -> Payment:
        tenant = await self._tenants.by_id(owner.tenant_id)
        payment_id = self._ids.fresh("tr")
        row = {
            "tenant_id": owner.tenant_id,
            "payment_id": payment_id,
            "api": tenant.api,
            "instrument": received.instrument.value,
            "status": waiting(received.instrument).value,
            "currency": received.amount.currency.code,
            "amount": received.amount.minor,
            "capture_now": True,
            "customer_id": owner.customer_id,
            "credits_customer": owner.credits_customer,
            "details": {"deposit": True},
            "created_at": received.received_at,
        }
        await tx.execute(SQL["insert_payments"], batch_json([row]))
        found = await tx.fetch(SQL["read_payments"], [owner.tenant_id], [payment_id])
        return payment_of(found[0])

    async def _complete(self, tx: Tx, payment: Payment, received: Received, receipt: Receipt) -> None:
        fee = await self._fees.of(payment.tenant_id, payment.instrument, payment.amount, tx)
        row = {
            "tenant_id": payment.tenant_id,
            "payment_id": payment.payment_id,
            "expected": payment.status.value,
            "status": PaymentStatus.COMPLETED.value,
            "captured": payment.amount.minor,
            "authorization_code": received.sender.tracking_key if received.sender else None,
            "fee_minor": fee.amount.minor,
            "fee_tax_basis_points": fee.tax_basis_points,
            "operated_at": received.received_at,
        }
        moved = await tx.fetch(SQL["settle_payments"], batch_json([row]))
        assert moved, "the payment was locked while it waited"
        announced = events.event(
            self._ids.fresh("e"),
            payment.tenant_id,
            events.COMPLETED,
            payment.payment_id,
            received.received_at,
            receipt_id=receipt.receipt_id,
        )
        await self._outbox.append(tx, [announced])
        await self._due_work.cancel(tx, [DueKey(payment.tenant_id, EXPIRE, payment.payment_id)])
        legs = sale_legs(Proceeds.plain(payment.amount), fee_in_ledger(fee), payee_of(payment), payment.instrument)
        sale = Transfer(
            payment.tenant_id, f"{payment.payment_id}/sale", "sale", Phase.POSTED, legs, received.received_at
        )
        await _book(tx, sale)
        if receipt.returned:
            await _book(tx, _held(replace(receipt, amount=receipt.returned), received))

    async def _give_back(self, tx: Tx, receipt: Receipt, received: Received) -> None:
        if received.sender is None or received.sender.account is None:
            return  # nobody to send it to: it stays on RETURNS_HELD, for a person to see to
        await self._return_money(
            tx,
            MoneyToReturn(
                receipt.tenant_id,
                self._ids.fresh("tr"),
                receipt.returned,
                account(AccountKind.RETURNS_HELD, receipt.amount.currency),
                received.sender,
                receipt.outcome.value,
                received.received_at,
            ),
        )


async def _stays(tx: Tx, tenant_id: int, customer_id: str | None) -> bool:
    """Whether the customer is not deleted, nor can be before the transaction ends."""
    return customer_id is None or bool(await hold_open(tx, [(tenant_id, customer_id)]))


def _judge(received: Received, payment: Payment | None, tenant_id: int, *, credited: bool) -> Receipt:
    """What is to be done; pure."""
    nothing = Money.zero(received.amount.currency)
    if credited:
        assert payment is not None, "a deposit has made its payment"
        outcome, returned = ReceiptOutcome.CREDITED, nothing
    elif payment is None:
        outcome, returned = ReceiptOutcome.NOBODY, received.amount
    else:
        outcome = outcome_of_receipt(payment, received)
        returned = {
            ReceiptOutcome.COMPLETED: nothing,
            ReceiptOutcome.OVER: received.amount - payment.amount,
        }.get(outcome, received.amount)
    payment_id = payment.payment_id if payment is not None else None
    return Receipt(received.receipt_id, outcome, tenant_id, payment_id, received.amount, returned)


def _held(receipt: Receipt, received: Received) -> Transfer:
    """Books money that nobody may keep onto the account from which it goes back."""
    currency = receipt.amount.currency
    legs = (
        Leg(clearing_of(received.instrument, currency), -receipt.amount.minor),
        Leg(account(AccountKind.RETURNS_HELD, currency), receipt.amount.minor),
    )
    transfer_id = f"{receipt.payment_id or 'nobody'}/held/{receipt.receipt_id}"
    return Transfer(receipt.tenant_id, transfer_id, "held", Phase.POSTED, legs, received.received_at)


async def _book(tx: Tx, transfer: Transfer) -> None:
    (result,) = await book(tx, [transfer])
    assert isinstance(result, Booked), f"money that comes in takes from nobody: {result!r}"


def _receipt_row(receipt: Receipt, received: Received) -> tuple[object, ...]:
    return (
        receipt.tenant_id,
        receipt.receipt_id,
        received.instrument.value,
        receipt.payment_id,
        receipt.outcome.value,
        receipt.amount.currency.code,
        receipt.amount.minor,
        receipt.returned.minor,
        received.reference,
        received.received_at,
        msgspec.json.encode(received.sender).decode() if received.sender else None,
    )
