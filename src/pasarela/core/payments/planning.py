"""A capture, refund or void about to be sent: what it asks for, what was decided about it, and how that is recorded.

Written for batches, by the transaction that decides (`operating`); nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pasarela.core.payments.model import Level, Operation, OperationKind, PaymentStatus
from pasarela.core.payments.proceeds import Proceeds
from pasarela.core.payments.rows import attempt_row, batch_json
from pasarela.core.payments.rules import FeeShare, Trigger
from pasarela.infra.database import SqlFiles, Tx
from pasarela.kernel.money import Money
from pasarela.rails.contract import Trace

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class Begin:
    """An operation about to be sent. `amount` None: all that there is. `trigger` is what begins it, where that is not
    its kind: a void by expiry, and what somebody decides who has looked at the payment."""

    tenant_id: int
    payment_id: str
    operation_id: str
    kind: OperationKind
    amount: Money | None
    description: str | None
    trace: Trace
    at: datetime
    trigger: Trigger | None = None
    level: Level | None = None

    def __post_init__(self) -> None:
        assert self.amount is None or self.amount.minor > 0, "dialects refuse other amounts"


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that goes ahead: its part of the fee, what comes of its amount, and the payment's next status."""

    begin: Begin
    operation: Operation
    share: FeeShare
    proceeds: Proceeds
    status: PaymentStatus


async def record(tx: Tx, plans: Sequence[Plan]) -> None:
    """Writes down what is about to be sent, and moves its payments."""
    if not plans:
        return
    await tx.execute(SQL["insert_operations"], batch_json([_operation_row(plan) for plan in plans]))
    await tx.execute(
        SQL["insert_attempts"],
        batch_json(
            [
                attempt_row(
                    plan.begin.tenant_id,
                    f"{plan.begin.payment_id}/{plan.begin.operation_id}",
                    plan.operation.kind.value,
                    plan.operation.amount,
                    plan.begin.trace,
                )
                for plan in plans
            ]
        ),
    )
    moved = [plan for plan in plans if plan.operation.kind is not OperationKind.REFUND]
    if moved:
        await tx.execute(SQL["begin_operations"], batch_json([_begun_row(plan) for plan in moved]))
    refunds = _refunding_rows(plans)
    if refunds:
        await tx.execute(SQL["change_refunds"], batch_json(refunds))


def _operation_row(plan: Plan) -> dict[str, object]:
    refunds, credited = plan.operation.kind is OperationKind.REFUND, plan.proceeds.credited
    return {
        "tenant_id": plan.begin.tenant_id,
        "payment_id": plan.begin.payment_id,
        "operation_id": plan.begin.operation_id,
        "kind": plan.operation.kind.value,
        "amount": plan.operation.amount.minor,
        "fee_back": plan.share.fee,
        "fee_tax_back": plan.share.tax,
        "points_back": plan.proceeds.by_points_minor if refunds else 0,
        "credit_back": credited.minor if refunds and credited.currency is not plan.operation.amount.currency else None,
        "description": plan.begin.description,
        "created_at": plan.begin.at,
    }


def _begun_row(plan: Plan) -> dict[str, object]:
    begin = plan.begin
    return {"tenant_id": begin.tenant_id, "payment_id": begin.payment_id, "status": plan.status.value,
            "operated_at": begin.at}  # fmt: skip  # one row each


def _refunding_rows(plans: Sequence[Plan]) -> list[dict[str, object]]:
    """One row for each payment: a set-based update changes a row once, so a batch's refunds of it are summed."""
    sums: dict[tuple[int, str], dict[str, Any]] = {}
    for plan in plans:
        if plan.operation.kind is OperationKind.REFUND:
            begin = plan.begin
            row = sums.setdefault(
                (begin.tenant_id, begin.payment_id),
                {"tenant_id": begin.tenant_id, "payment_id": begin.payment_id, "refunding": 0, "refunded": 0,
                 "operated_at": begin.at},
            )  # fmt: skip  # one row each
            row["refunding"] += plan.operation.amount.minor
    return list(sums.values())
