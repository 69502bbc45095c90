"""Storage rows of this slice, both ways."""

from __future__ import annotations

import asyncpg
import msgspec

from pasarela.core.payouts.model import (
    BankAccount,
    CustomerFee,
    CustomerTransfer,
    Destination,
    FeeRefund,
    Payout,
    PayoutKind,
    PayoutStatus,
    Schedule,
    SettlementPlan,
)
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles(__package__)

_destination = msgspec.json.Decoder(Destination)


def bank_account_of(row: asyncpg.Record) -> BankAccount:
    return BankAccount(
        row["tenant_id"],
        row["bank_account_id"],
        row["customer_id"],
        row["clabe"],
        row["holder_name"],
        row["alias"],
        row["created_at"],
    )


def payout_of(row: asyncpg.Record) -> Payout:
    return Payout(
        tenant_id=row["tenant_id"],
        payout_id=row["payout_id"],
        kind=PayoutKind(row["kind"]),
        customer_id=row["customer_id"],
        status=PayoutStatus(row["status"]),
        amount=_money(row),
        source_account=row["source_account"],
        order_id=row["order_id"],
        description=row["description"],
        destination=_destination.decode(row["destination"]),
        fingerprint=row["fingerprint"],
        tracking_key=row["tracking_key"],
        returns=row["returns"],
        operation_date=row["operation_date"],
        failure=row["failure"],
        batch_at=row["batch_at"],
        created_at=row["created_at"],
        operated_at=row["operated_at"],
    )


def payout_arguments(payout: Payout) -> list[object]:
    """What `insert_payout` takes, in its order."""
    return [
        payout.tenant_id,
        payout.payout_id,
        payout.kind.value,
        payout.customer_id,
        payout.status.value,
        payout.amount.currency.code,
        payout.amount.minor,
        payout.source_account,
        payout.order_id,
        payout.description,
        msgspec.json.encode(payout.destination).decode(),
        payout.fingerprint,
        payout.tracking_key,
        payout.returns,
        payout.batch_at,
        payout.created_at,
    ]


def transfer_of(row: asyncpg.Record) -> CustomerTransfer:
    return CustomerTransfer(
        row["tenant_id"],
        row["transfer_id"],
        row["payer_id"],
        row["payee_id"],
        _money(row),
        row["order_id"],
        row["description"],
        row["created_at"],
    )


def fee_of(row: asyncpg.Record) -> CustomerFee:
    refund = None
    if row["refund_id"] is not None:
        refund = FeeRefund(row["refund_id"], row["refund_description"], row["refunded_at"])
    return CustomerFee(
        row["tenant_id"],
        row["fee_id"],
        row["customer_id"],
        _money(row),
        row["order_id"],
        row["description"],
        row["created_at"],
        refund,
    )


def plan_of(row: asyncpg.Record) -> SettlementPlan:
    return SettlementPlan(
        row["tenant_id"],
        row["owner"] or None,
        Schedule(row["schedule"]),
        row["clabe"],
        row["holder_name"],
        row["minimum"],
    )


def _money(row: asyncpg.Record) -> Money:
    return Money(row["amount"], Currency.of(row["currency"]))
