"""Second transaction of an authorisation: the answer, the ledger's transfer, the event. Written for a batch.

A payment that somebody else has moved on meanwhile (the sweep found it lost) is not touched again: its caller hears
that the outcome is unknown, and the reversal that is under way undoes whatever the network did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pasarela.core.customers.queries import hold_open
from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Booked, Phase, Transfer
from pasarela.core.payments import events
from pasarela.core.payments.errors import OutcomeUnknown, PaymentDeclined
from pasarela.core.payments.model import ChargedFee, Payment, PaymentStatus
from pasarela.core.payments.proceeds import proceeds_of
from pasarela.core.payments.rows import batch_json
from pasarela.core.payments.rules import (
    AUTHORIZATION_LIFE,
    Trigger,
    after,
    fee_in_ledger,
    hold_legs,
    payee_of,
    sale_legs,
)
from pasarela.infra import metrics
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.rails.contract import Answer, Approved, Declined, Unknown

SQL = SqlFiles(__package__)

RESOLVE = "payments.resolve"
EXPIRE = "payments.expire"

_ANNOUNCED = {
    PaymentStatus.REVIEWING: events.IN_REVIEW,
    PaymentStatus.AUTHORIZED: events.AUTHORIZED,
    PaymentStatus.COMPLETED: events.COMPLETED,
    PaymentStatus.DECLINED: events.DECLINED,
    PaymentStatus.UNKNOWN: events.UNKNOWN,
    PaymentStatus.FAILED: events.FAILED,
}

_HELD = frozenset({Trigger.HELD, Trigger.HELD_FOR_REVIEW})
_TAKEN = _HELD | {Trigger.SOLD}

_LAPSING = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.REVIEWING, PaymentStatus.PENDING})
"""What a closing leaves to expire: a hold, and a payment that waits again, whose instant may have come meanwhile."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The answer to an authorisation. `fee` is what a capture of the whole amount costs. A payment that is refused
    waits again while its payer may still try: `tries_max` times in all. `payee_gone`: the customer whose account it
    would credit was deleted meanwhile, so that it must be undone."""

    payment: Payment
    answer: Answer
    fee: ChargedFee
    at: datetime
    tries_max: int = 0
    payee_gone: bool = False

    @property
    def key(self) -> tuple[int, str]:
        return self.payment.tenant_id, self.payment.payment_id

    @property
    def trigger(self) -> Trigger:
        trigger = trigger_of(self.answer, self.payment.amount, capture=self.payment.sold_at_once)
        if trigger is Trigger.HELD and self.payment.reviewed_for:
            trigger = Trigger.HELD_FOR_REVIEW
        if self.payee_gone and trigger in _TAKEN:
            return Trigger.LOST
        lost = trigger in {Trigger.REFUSED, Trigger.NEVER_SENT} and self.payment.tries < self.tries_max
        return Trigger.TRY_LOST if lost else trigger

    def closed(self) -> Payment:
        """The payment as the second transaction leaves it."""
        payment, answer, trigger = self.payment, self.answer, self.trigger
        status = after(payment.status, trigger)
        assert status is not None, "an authorising payment takes every answer"
        sold = trigger is Trigger.SOLD
        return replace(
            payment,
            status=status,
            captured=payment.amount if sold else payment.captured,
            authorization_code=answer.authorization_code if isinstance(answer, Approved) else None,
            response_code=answer.code if isinstance(answer, Approved | Declined) else None,
            decline=Decline.ISSUER_UNAVAILABLE if self.payee_gone else _decline(answer, trigger),
            fee=self.fee if sold else None,
            points=answer.points if isinstance(answer, Approved) and trigger in _TAKEN else None,
            operated_at=self.at,
            expires_at=self._expires_at(trigger),
        )

    def _expires_at(self, trigger: Trigger) -> datetime | None:
        payment = self.payment
        if trigger in _HELD:
            return (self.at if payment.confirm else payment.created_at) + AUTHORIZATION_LIFE
        return payment.expires_at


def accepted(payment: Payment) -> Payment:
    """The payment when it went through; raises what its caller must hear otherwise: `PaymentDeclined`, also for one
    that waits again, or `OutcomeUnknown`."""
    match payment.status:
        case PaymentStatus.DECLINED | PaymentStatus.PENDING:
            raise PaymentDeclined(payment, payment.decline or Decline.DO_NOT_HONOUR, payment.response_code or "")
        case PaymentStatus.AUTHORIZING | PaymentStatus.UNKNOWN | PaymentStatus.FAILED:
            if payment.decline is Decline.INSUFFICIENT_FUNDS:
                raise PaymentDeclined(payment, payment.decline, payment.response_code or "")
            raise OutcomeUnknown(payment.payment_id)
        case _:
            return payment


def trigger_of(answer: Answer, asked: Money, *, capture: bool) -> Trigger:
    """What an answer does to a payment that was being authorised.

    An approval of less than was asked is of no use to an online shop: it is reversed like an unknown outcome. So is
    "issuer unavailable", behind which a hold may stand.
    """
    match answer:
        case Approved(amount=amount) if amount.minor >= asked.minor:
            return Trigger.SOLD if capture else Trigger.HELD
        case Declined(decline=decline) if decline is not Decline.ISSUER_UNAVAILABLE:
            return Trigger.REFUSED
        case Unknown(reached=False):
            return Trigger.NEVER_SENT
        case _:
            return Trigger.LOST


def _decline(answer: Answer, trigger: Trigger) -> Decline | None:
    match answer:
        case Declined(decline=decline):
            return decline
        case Approved() if trigger is Trigger.LOST:
            return Decline.INSUFFICIENT_FUNDS
        case Unknown():
            return Decline.ISSUER_UNAVAILABLE
        case _:
            return None


class Closer:
    """Runs closings in coalesced batches."""

    def __init__(self, database: Database, outbox: Outbox, due_work: DueWork, ids: IdSource) -> None:
        self._database = database
        self._outbox = outbox
        self._due_work = due_work
        self._ids = ids
        self.close: Coalescer[Closing, Payment] = Coalescer(self._run)

    async def _run(self, closings: Sequence[Closing]) -> list[Payment | Exception]:
        # Of two closings of one payment (its caller's and the sweep's) the first counts.
        first = {closing.key: closing for closing in reversed(closings)}
        async with self._database.batch() as tx:
            gone = await _gone(tx, [closing for closing in first.values() if closing.trigger in _TAKEN])
            closed = {key: replace(first[key], payee_gone=key in gone).closed() for key in sorted(first)}
            rows = await tx.fetch(
                SQL["settle_payments"], batch_json([_settled_row(first[key], closed[key]) for key in closed])
            )
            moved = {(row["tenant_id"], row["payment_id"]) for row in rows}
            won = [(first[key], payment) for key, payment in closed.items() if key in moved]
            await self._announce(tx, won)
            await _book(tx, [payment for _, payment in won])
        for _, payment in won:
            metrics.PAYMENTS.labels(payment.instrument.value, payment.status.value).inc()
        return [
            closed[each.key] if each is first[each.key] and each.key in moved else OutcomeUnknown(each.key[1])
            for each in closings
        ]

    async def _announce(self, tx: Tx, won: Sequence[tuple[Closing, Payment]]) -> None:
        if not won:
            return
        await tx.execute(SQL["answer_attempts"], batch_json([_answer_row(c, p) for c, p in won]))
        if tried := [_try_row(p) for _, p in won if p.tries]:
            await tx.execute(SQL["answer_tries"], batch_json(tried))
        await self._outbox.append(
            tx,
            [
                events.event(self._ids.fresh("e"), p.tenant_id, _ANNOUNCED[p.status], p.payment_id, p.operated_at)
                for _, p in won
                if p.status in _ANNOUNCED
            ],
        )
        due = [DueKey(p.tenant_id, RESOLVE, p.payment_id).at(c.at) for c, p in won if p.status is PaymentStatus.UNKNOWN]
        due += [_expiry(p).at(p.expires_at) for _, p in won if p.status in _LAPSING and p.expires_at is not None]
        if due:
            await self._due_work.schedule(tx, due)
        await self._due_work.cancel(tx, [_expiry(p) for _, p in won if p.tries and p.status not in _LAPSING])


def _expiry(payment: Payment) -> DueKey:
    return DueKey(payment.tenant_id, EXPIRE, payment.payment_id)


async def _gone(tx: Tx, closings: Sequence[Closing]) -> set[tuple[int, str]]:
    """The payments whose customer was deleted meanwhile; the others' can't be until the transaction ends."""
    credited = {
        closing.key: (payment.tenant_id, payment.customer_id)
        for closing in closings
        if (payment := closing.payment).credits_customer and payment.customer_id is not None
    }
    if not credited:
        return set()
    held = await hold_open(tx, list(credited.values()))
    return {key for key, customer in credited.items() if customer not in held}


async def _book(tx: Tx, payments: Sequence[Payment]) -> None:
    transfers = [transfer for payment in payments if (transfer := _transfer(payment)) is not None]
    for result in await book(tx, transfers):
        assert isinstance(result, Booked), f"nothing is taken from a floored account here: {result!r}"


def _transfer(payment: Payment) -> Transfer | None:
    proceeds = proceeds_of(payment, payment.amount)
    if payment.status in {PaymentStatus.AUTHORIZED, PaymentStatus.REVIEWING}:
        kind, phase, legs = "hold", Phase.PENDING, hold_legs(proceeds, payee_of(payment))
    elif payment.status is PaymentStatus.COMPLETED:
        assert payment.fee is not None, "a captured payment has its fee"
        kind, phase = "sale", Phase.POSTED
        legs = sale_legs(proceeds, fee_in_ledger(payment.fee), payee_of(payment))
    else:
        return None
    transfer_id = f"{payment.payment_id}/{kind}"
    return Transfer(payment.tenant_id, transfer_id, kind, phase, legs, payment.operated_at)


def _settled_row(closing: Closing, payment: Payment) -> dict[str, object]:
    fee = payment.fee
    return {
        "tenant_id": payment.tenant_id,
        "payment_id": payment.payment_id,
        "expected": closing.payment.status.value,
        "status": payment.status.value,
        "captured": payment.captured.minor,
        "authorization_code": payment.authorization_code,
        "response_code": payment.response_code,
        "decline": payment.decline.value if payment.decline else None,
        "fee_minor": fee.amount.minor if fee else None,
        "fee_tax_basis_points": fee.tax_basis_points if fee else None,
        "points": payment.points,
        "operated_at": payment.operated_at,
        "expires_at": payment.expires_at,
    }


def _answer_row(closing: Closing, payment: Payment) -> dict[str, object]:
    states = {**dict.fromkeys(_TAKEN, "approved"), Trigger.REFUSED: "declined"}
    return {
        "tenant_id": payment.tenant_id,
        "attempt_id": f"{payment.payment_id}/authorisation",
        "state": states.get(closing.trigger, "unknown"),
        "answered_at": payment.operated_at,
        "response_code": payment.response_code,
        "authorization_code": payment.authorization_code,
    }


def _try_row(payment: Payment) -> dict[str, object]:
    return {
        "tenant_id": payment.tenant_id,
        "payment_id": payment.payment_id,
        "number": payment.tries,
        "status": payment.status.value,
        "decline": payment.decline.value if payment.decline else None,
        "response_code": payment.response_code,
    }
