"""Answers tills that ask whether they may take cash, and takes in what they took.

A till that was told yes has a promise: for some minutes no other one is told so for the same charge. So of two payers
at once one goes home with his money, and what a till took is credited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.customers.queries import Customers, hold_open
from pasarela.core.payments.collect import Collect
from pasarela.core.payments.model import Payment, ReceiptOutcome, Received
from pasarela.core.payments.rows import payment_of
from pasarela.core.payments.rules import outcome_of_receipt
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.inbox import Inbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.rails.payers import StorePayment, StoreRail, TillAccepts, TillAnswer, TillQuestion, TillRefusal

SQL = SqlFiles(__package__)

SOURCE = "stores.payments"
"""Source of cash: `{"receipt_id", "reference", "amount" in minor units, "currency", "paid_at"}`."""

PROMISE_LIFE = timedelta(minutes=10)

_REFUSALS = {
    ReceiptOutcome.LATE: TillRefusal.LATE,
    ReceiptOutcome.SHORT: TillRefusal.SHORT,
    ReceiptOutcome.OVER: TillRefusal.OVER,
    ReceiptOutcome.SECOND: TillRefusal.SECOND,
}


class Tills:
    """The rail's callbacks, and the handler of `SOURCE`."""

    def __init__(
        self, database: Database, rail: StoreRail, inbox: Inbox, collect: Collect, customers: Customers, clock: Clock
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._collect = collect
        self._customers = customers
        self._clock = clock
        rail.on_question(self.asked)
        rail.on_payment(self.heard)

    async def asked(self, question: TillQuestion) -> TillAnswer:
        """What a till may do. Asked again for the same receipt, it is told the same as long as nothing has changed."""
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["lock_payment_by_reference"], question.reference)
            if row is not None:
                return await self._for_charge(tx, payment_of(row), question)
        owner = await self._customers.by_store_reference(question.reference)
        if owner is None:
            return TillRefusal.UNKNOWN_REFERENCE
        return TillAccepts(question.amount) if question.amount is not None else TillRefusal.AMOUNT_NEEDED

    async def heard(self, payment: StorePayment) -> None:
        """Stores what a till took; the same once more changes nothing."""
        body = {
            "receipt_id": payment.receipt_id,
            "reference": payment.reference,
            "amount": payment.amount.minor,
            "currency": payment.amount.currency.code,
            "paid_at": self._clock.now().isoformat(),
        }
        await self._inbox.receive(SOURCE, payment.receipt_id, body)

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Answers in a word what was done with the money."""
        receipt = await self._collect(
            Received(
                body["receipt_id"],
                Instrument.STORE,
                Money(body["amount"], Currency.of(body["currency"])),
                datetime.fromisoformat(body["paid_at"]),
                reference=body["reference"],
            )
        )
        return receipt.outcome.value

    async def _for_charge(self, tx: Tx, payment: Payment, question: TillQuestion) -> TillAnswer:
        amount = question.amount or payment.amount
        if payment.instrument is not Instrument.STORE or not await _payee_stays(tx, payment):
            return TillRefusal.UNKNOWN_REFERENCE
        at = self._clock.now(payment.tenant_id)
        outcome = outcome_of_receipt(payment, Received(question.receipt_id, Instrument.STORE, amount, at))
        if outcome in _REFUSALS:
            return _REFUSALS[outcome]
        key = payment.tenant_id, payment.payment_id
        promised = await tx.fetchval(SQL["promise_till"], *key, question.receipt_id, at, at + PROMISE_LIFE)
        return TillAccepts(amount) if promised is not None else TillRefusal.SECOND


async def _payee_stays(tx: Tx, payment: Payment) -> bool:
    if not payment.credits_customer or payment.customer_id is None:
        return True
    return bool(await hold_open(tx, [(payment.tenant_id, payment.customer_id)]))
