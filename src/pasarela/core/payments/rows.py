"""Storage rows of payments, attempts and operations, both ways. JSON carries batches in; records come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec

from pasarela.core.payments.model import (
    CardView,
    ChargedFee,
    ConfirmBy,
    Operation,
    OperationKind,
    OperationStatus,
    Payer,
    Payment,
    PaymentStatus,
    Receipt,
    ReceiptOutcome,
)
from pasarela.core.payments.proceeds import Proceeds, Returned, proceeds_of
from pasarela.core.rates.model import ExchangeRate
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsSpent
from pasarela.rails.contract import Trace

_card_view = msgspec.json.Decoder(CardView)
_payer = msgspec.json.Decoder(Payer)
_object = msgspec.json.Decoder(dict[str, Any])
_points = msgspec.json.Decoder(PointsSpent)
_names = msgspec.json.Decoder(tuple[str, ...])
_REAL = SystemClock()


def batch_json(rows: Sequence[object]) -> str:
    """Rows (mappings, dataclasses, structs) as the JSON array that a set-based statement takes."""
    return msgspec.json.encode(rows).decode()


def payment_of(row: asyncpg.Record, operations: Sequence[Operation] = ()) -> Payment:
    """A `payments` record as a `Payment`."""
    currency = Currency.of(row["currency"])
    settles_in = Currency.of(row["settles_in"]) if row["settles_in"] else None
    fee = row["fee_minor"]
    return Payment(
        tenant_id=row["tenant_id"],
        payment_id=row["payment_id"],
        api=row["api"],
        instrument=Instrument(row["instrument"]),
        status=PaymentStatus(row["status"]),
        amount=Money(row["amount"], currency),
        captured=Money(row["captured"], currency),
        refunded=Money(row["refunded"], currency),
        capture_now=row["capture_now"],
        order_id=row["order_id"],
        description=row["description"],
        customer_id=row["customer_id"],
        source_id=row["source_id"],
        card=_card_view.decode(row["card"]) if row["card"] else None,
        payer=_payer.decode(row["payer"]) if row["payer"] else None,
        details=_object.decode(row["details"]),
        authorization_code=row["authorization_code"],
        response_code=row["response_code"],
        decline=Decline(row["decline"]) if row["decline"] else None,
        fee=ChargedFee(Money(fee, settles_in or currency), row["fee_tax_basis_points"]) if fee is not None else None,
        created_at=row["created_at"],
        operated_at=row["operated_at"],
        expires_at=row["expires_at"],
        credits_customer=row["credits_customer"],
        reference=row["reference"],
        confirm=ConfirmBy(row["confirm"]) if row["confirm"] else None,
        tries=row["tries"],
        instalments=row["instalments"],
        settles_in=settles_in,
        exchange=_exchange(row["exchange"], currency) if row["exchange"] else None,
        points=_points.decode(row["points"]) if row["points"] else None,
        reviewed_for=_names.decode(row["reviewed_for"]) if row["reviewed_for"] else (),
        operations=tuple(operations),
    )


def _exchange(text: str, source: Currency) -> ExchangeRate:
    stored = _object.decode(text)
    return ExchangeRate(source, Currency.of(stored["to"]), date.fromisoformat(stored["day"]), Decimal(stored["value"]))


def exchange_row(rate: ExchangeRate | None) -> dict[str, str] | None:
    """A rate as it is stored with a payment, whose currency it is from."""
    return None if rate is None else {"to": rate.target.code, "day": rate.day.isoformat(), "value": f"{rate.value:f}"}


def terms_row(payment: Payment) -> dict[str, object]:
    """What is stored of how a payment is authorised."""
    return {
        "instalments": payment.instalments,
        "settles_in": payment.settles_in.code if payment.settles_in else None,
        "exchange": exchange_row(payment.exchange),
        "reviewed_for": payment.reviewed_for or None,
    }


def returned_in(operations: Sequence[asyncpg.Record]) -> Returned:
    """What refunds among `payment_operations` records have given back, or are about to; failed ones not."""
    refunds = [
        row
        for row in operations
        if row["kind"] == OperationKind.REFUND.value and row["status"] != OperationStatus.FAILED.value
    ]
    return Returned(
        sum(row["amount"] for row in refunds),
        sum(row["points_back"] for row in refunds),
        sum(row["credit_back"] or 0 for row in refunds),
    )


def proceeds_in(row: asyncpg.Record, payment: Payment, operation: Operation) -> Proceeds:
    """What comes of the operation that a `payment_operations` record is."""
    if operation.kind is not OperationKind.REFUND:
        return proceeds_of(payment, operation.amount)
    credited = row["credit_back"]
    plain = operation.amount if credited is None else Money(credited, payment.credited_in)
    return Proceeds(operation.amount, plain, row["points_back"])


def operation_of(row: asyncpg.Record, currency: Currency) -> Operation:
    """A `payment_operations` record as an `Operation` of a payment in `currency`."""
    return Operation(
        operation_id=row["operation_id"],
        kind=OperationKind(row["kind"]),
        status=OperationStatus(row["status"]),
        amount=Money(row["amount"], currency),
        description=row["description"],
        authorization_code=row["authorization_code"],
        created_at=row["created_at"],
        operated_at=row["operated_at"],
        response_code=row["response_code"],
    )


def receipt_of(row: asyncpg.Record) -> Receipt:
    """A `payment_receipts` record as a `Receipt`."""
    currency = Currency.of(row["currency"])
    return Receipt(
        row["receipt_id"],
        ReceiptOutcome(row["outcome"]),
        row["tenant_id"],
        row["payment_id"],
        Money(row["amount"], currency),
        Money(row["returned"], currency),
    )


def attempt_row(tenant_id: int, attempt_id: str, kind: str, amount: Money, trace: Trace) -> dict[str, object]:
    """A row of `insert_attempts`. When it was sent is real time: networks do not know the platform's clock."""
    return {
        "tenant_id": tenant_id,
        "attempt_id": attempt_id,
        "kind": kind,
        "amount": amount.minor,
        "stan": trace.stan,
        "rrn": trace.rrn,
        "trace_at": trace.sent_at,
        "sent_at": _REAL.now(),
    }


def trace_of(row: asyncpg.Record) -> Trace:
    """The trace of a `payment_attempts` record."""
    return Trace(row["stan"], row["rrn"], row["trace_at"])
