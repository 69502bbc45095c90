"""Second transaction of a capture, refund, void or expiry: the answer, the ledger, the event. Written for a batch.

Only an operation still in progress is ended, so an answer that comes twice (or after the resolver) changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Booked, Phase, Transfer
from pasarela.core.payments import events
from pasarela.core.payments.closing import EXPIRE, RESOLVE
from pasarela.core.payments.errors import OperationDeclined, OutcomeUnknown
from pasarela.core.payments.model import ChargedFee, OperationKind, Payment, PaymentStatus
from pasarela.core.payments.operating import Begun, refund_transfer_id
from pasarela.core.payments.proceeds import Proceeds
from pasarela.core.payments.rows import batch_json
from pasarela.core.payments.rules import Trigger, after, fee_in_ledger, payee_of, sale_legs
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueKey, DueWork, Scheduled
from pasarela.infra.outbox import Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.events import Event
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsSpent
from pasarela.rails.contract import Answer, Approved, Declined

SQL = SqlFiles(__package__)

_Key = tuple[int, str, str]

_NOTHING = {"refunding": 0, "refunded": 0}

_VOIDED = {PaymentStatus.EXPIRING: Trigger.EXPIRED, PaymentStatus.REJECTING: Trigger.REJECTED}
_VOID_EVENTS = {PaymentStatus.EXPIRING: events.EXPIRED, PaymentStatus.REJECTING: events.DECLINED}
"""How a hold ends that is given back; any other is voided."""


@dataclass(frozen=True, slots=True)
class End:
    """The answer to an operation. `fee` is what a capture of its amount costs (captures only)."""

    begun: Begun
    answer: Answer
    at: datetime
    fee: ChargedFee | None = None

    @property
    def key(self) -> _Key:
        payment = self.begun.payment
        return payment.tenant_id, payment.payment_id, self.begun.operation.operation_id

    @property
    def settled(self) -> bool | None:
        """Whether the network took it; `None`: nobody knows. A reversal is always taken once it is answered."""
        match self.answer:
            case Approved():
                return True
            case Declined(decline=decline) if decline is not Decline.ISSUER_UNAVAILABLE:
                return self.begun.operation.kind is OperationKind.VOID
            case _:
                return None


class Ender:
    """Runs endings in coalesced batches."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._ids = ids
        self.end: Coalescer[End, Payment] = Coalescer(self._run)

    async def _run(self, ends: Sequence[End]) -> list[Payment | Exception]:
        # Of two answers to one operation (its caller's and the resolver's) the first that tells anything counts.
        first = {end.key: end for end in reversed(ends) if end.settled is not None}
        known = [first[key] for key in sorted(first)]
        lost = {end.key: end for end in ends if end.settled is None}
        async with self._database.batch() as tx:
            refunded = await self._settle(tx, known)
            if lost:
                await self._due_work.schedule(tx, [_resolving(end) for end in lost.values()])
                await tx.execute(SQL["answer_attempts"], batch_json([_attempt_row(end) for end in lost.values()]))
        return [_result(end, refunded if end is first.get(end.key) else {}) for end in ends]

    async def _settle(self, tx: Tx, ends: Sequence[End]) -> dict[_Key, int]:
        """Answers the operations that were still in progress, each with what its payment has refunded now."""
        if not ends:
            return {}
        rows = await tx.fetch(SQL["settle_operations"], batch_json([_operation_row(end) for end in ends]))
        before = {(row["tenant_id"], row["payment_id"], row["operation_id"]): row["refunded"] for row in rows}
        going = [end for end in ends if end.key in before]
        if not going:
            return {}
        await tx.execute(SQL["answer_attempts"], batch_json([_attempt_row(end) for end in going]))
        moves = [_payment_row(end) for end in going if end.begun.operation.kind is not OperationKind.REFUND]
        if moves:
            await tx.execute(SQL["settle_payments"], batch_json(moves))
        refunds = _refund_rows(going)
        if refunds:
            await tx.execute(SQL["change_refunds"], batch_json(list(refunds.values())))
        await self._outbox.append(tx, [event for end in going if (event := self._event(end)) is not None])
        await self._reschedule_expiry(tx, going)
        for result in await book(tx, [transfer for end in going if (transfer := _transfer(end)) is not None]):
            assert isinstance(result, Booked), f"what an operation moves was reserved before: {result!r}"
        return {key: refunded + refunds.get(key[:2], _NOTHING)["refunded"] for key, refunded in before.items()}

    async def _reschedule_expiry(self, tx: Tx, ends: Sequence[End]) -> None:
        """A hold that is captured or released won't expire; one whose capture was refused will, if its time came while
        nobody knew."""
        moved = [end for end in ends if end.begun.operation.kind is not OperationKind.REFUND]
        await self._due_work.cancel(tx, [_expiry(end) for end in moved if end.settled])
        back = [(end, end.begun.payment.expires_at) for end in moved if not end.settled]
        if back:
            await self._due_work.schedule(tx, [_expiry(end).at(due_at) for end, due_at in back if due_at is not None])

    def _event(self, end: End) -> Event | None:
        payment, operation = end.begun.payment, end.begun.operation
        kind = _announced(end)
        if kind is None:
            return None
        return events.event(
            self._ids.fresh("e"),
            payment.tenant_id,
            kind,
            payment.payment_id,
            end.at,
            operation_id=operation.operation_id,
            amount=operation.amount.minor,
        )


def _announced(end: End) -> str | None:
    """The type of the event that tells of a settled operation; a capture that was refused changes nothing."""
    match end.begun.operation.kind:
        case OperationKind.CAPTURE:
            return events.COMPLETED if end.settled else None
        case OperationKind.REFUND:
            return events.REFUNDED if end.settled else events.REFUND_FAILED
        case OperationKind.VOID:
            return _VOID_EVENTS.get(end.begun.payment.status, events.VOIDED)


def reached(end: End) -> Payment:
    """The payment as a settled operation leaves it, but for what other refunds have added to its own."""
    payment, amount = end.begun.payment, end.begun.operation.amount
    operation = end.begun.operation
    match operation.kind:
        case OperationKind.REFUND:
            return replace(payment, operated_at=end.at) if end.settled else payment
        case OperationKind.CAPTURE if end.settled:
            status = _after(payment, Trigger.CAPTURED)
            return replace(
                payment,
                status=status,
                amount=amount,
                captured=amount,
                fee=end.fee,
                points=_kept_points(payment, end.begun.proceeds),
                operated_at=end.at,
            )
        case OperationKind.CAPTURE:
            return replace(payment, status=_after(payment, Trigger.CAPTURE_REFUSED), operated_at=end.at)
        case OperationKind.VOID:
            status = _after(payment, _VOIDED.get(payment.status, Trigger.VOIDED))
            decline = Decline.RISK_REFUSED if status is PaymentStatus.DECLINED else payment.decline
            return replace(payment, status=status, decline=decline, operated_at=end.at)


def _kept_points(payment: Payment, proceeds: Proceeds) -> PointsSpent | None:
    """What a capture keeps of the points that the authorisation took; the issuer gives the others back."""
    spent = payment.points
    if spent is None or proceeds.by_points_minor == spent.worth_minor:
        return spent
    released = spent.used * (spent.worth_minor - proceeds.by_points_minor) // spent.worth_minor
    return replace(
        spent, used=spent.used - released, remaining=spent.remaining + released, worth_minor=proceeds.by_points_minor
    )


def _after(payment: Payment, trigger: Trigger) -> PaymentStatus:
    status = after(payment.status, trigger)
    assert status is not None, f"{trigger} can't follow {payment.status}"
    return status


def _result(end: End, refunded: Mapping[_Key, int]) -> Payment | Exception:
    if end.settled is None or end.key not in refunded:
        return OutcomeUnknown(end.key[1])
    if end.settled:
        payment = reached(end)
        return replace(payment, refunded=Money(refunded[end.key], payment.amount.currency))
    assert isinstance(end.answer, Declined), "what is not settled was declined"
    return OperationDeclined(end.key[1], end.answer.decline, end.answer.code)


def _expiry(end: End) -> DueKey:
    return DueKey(end.key[0], EXPIRE, end.key[1])


def _resolving(end: End) -> Scheduled:
    tenant_id, payment_id, operation_id = end.key
    return DueKey(tenant_id, RESOLVE, f"{payment_id}/{operation_id}").at(end.at)


def _code(end: End) -> str | None:
    return end.answer.code if isinstance(end.answer, Approved | Declined) else None


def _authorization(end: End) -> str | None:
    return end.answer.authorization_code if isinstance(end.answer, Approved) else None


def _operation_row(end: End) -> dict[str, object]:
    tenant_id, payment_id, operation_id = end.key
    return {
        "tenant_id": tenant_id,
        "payment_id": payment_id,
        "operation_id": operation_id,
        "status": "completed" if end.settled else "failed",
        "authorization_code": _authorization(end),
        "response_code": _code(end),
        "operated_at": end.at,
    }


def _attempt_row(end: End) -> dict[str, object]:
    tenant_id, payment_id, operation_id = end.key
    state = {True: "approved", False: "declined", None: "unknown"}[end.settled]
    return {
        "tenant_id": tenant_id,
        "attempt_id": f"{payment_id}/{operation_id}",
        "state": state,
        "answered_at": end.at,
        "response_code": _code(end),
        "authorization_code": _authorization(end),
    }


def _payment_row(end: End) -> dict[str, object]:
    payment = reached(end)
    captured = end.begun.operation.kind is OperationKind.CAPTURE and end.settled
    fee = payment.fee if captured else None
    return {
        "tenant_id": payment.tenant_id,
        "payment_id": payment.payment_id,
        "expected": end.begun.payment.status.value,
        "status": payment.status.value,
        "amount": payment.amount.minor,
        "captured": payment.captured.minor,
        "decline": payment.decline.value if payment.decline else None,
        "points": payment.points,
        "fee_minor": fee.amount.minor if fee else None,
        "fee_tax_basis_points": fee.tax_basis_points if fee else None,
        "operated_at": end.at,
    }


def _refund_rows(ends: Sequence[End]) -> dict[tuple[int, str], dict[str, Any]]:
    """One row for each payment: a set-based update changes a row once, so a batch's refunds of it are summed."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for end in ends:
        if end.begun.operation.kind is OperationKind.REFUND:
            tenant_id, payment_id, _ = end.key
            amount = end.begun.operation.amount.minor
            row = rows.setdefault(end.key[:2], {"tenant_id": tenant_id, "payment_id": payment_id, **_NOTHING})
            row["refunding"] -= amount
            row["refunded"] += amount if end.settled else 0
            row["operated_at"] = end.at
    return rows


def _transfer(end: End) -> Transfer | None:
    payment, operation = end.begun.payment, end.begun.operation
    hold = f"{payment.payment_id}/hold"
    match operation.kind:
        case OperationKind.CAPTURE if end.settled:
            assert end.fee is not None, "a capture knows its fee"
            legs = sale_legs(end.begun.proceeds, fee_in_ledger(end.fee), payee_of(payment))
            return Transfer(payment.tenant_id, f"{payment.payment_id}/sale", "sale", Phase.POSTED, legs, end.at, hold)
        case OperationKind.CAPTURE:
            return None
        case OperationKind.VOID:
            return Transfer(
                payment.tenant_id, f"{payment.payment_id}/released", "released", Phase.VOID, (), end.at, hold
            )
        case OperationKind.REFUND:
            return _refund_transfer(end)


def _refund_transfer(end: End) -> Transfer:
    payment, operation = end.begun.payment, end.begun.operation
    reserved = refund_transfer_id(payment.payment_id, operation.operation_id)
    phase, word = (Phase.POSTED, "posted") if end.settled else (Phase.VOID, "void")
    legs = end.begun.reserved if end.settled else ()
    return Transfer(payment.tenant_id, f"{reserved}/{word}", "refund", phase, legs, end.at, reserved)
