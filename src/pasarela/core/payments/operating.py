"""The two transactions around every later message about a payment: capture, refund, void and expiry.

The first locks the payment, decides by the transition table, reserves the money and records what is about to be sent;
the second ends it. Written for batches, each item on its own. An operation whose answer never came stays in progress,
with its money reserved, until it is resolved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    NotRefundable,
    OperationDeclined,
    OutcomeUnknown,
    ReplayMismatch,
    UnknownPayment,
)
from pasarela.core.payments.model import (
    Operation,
    OperationKind,
    OperationStatus,
    Payment,
    PaymentStatus,
)
from pasarela.core.payments.planning import Begin, Plan, record
from pasarela.core.payments.proceeds import Proceeds, Returned, proceeds_of, refund_of
from pasarela.core.payments.rows import operation_of, payment_of, returned_in, trace_of
from pasarela.core.payments.rules import (
    FeeShare,
    Trigger,
    after,
    fee_in_ledger,
    fee_returned,
    payee_of,
    refund_legs,
)
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Money
from pasarela.rails.contract import Trace

SQL = SqlFiles(__package__)

_Key = tuple[int, str]

_STARTS = {OperationKind.CAPTURE: Trigger.CAPTURE, OperationKind.VOID: Trigger.VOID}
_ONLY_HELD = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.REVIEWING})


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first transaction left. `original` is the trace of the authorisation; `replayed` when this operation
    had been begun before, with `operation` as it stands now. `proceeds` is what comes of the operation's amount."""

    payment: Payment
    operation: Operation
    original: Trace
    fingerprint: bytes
    share: FeeShare
    proceeds: Proceeds
    replayed: bool = False

    @property
    def reserved(self) -> tuple[Leg, ...]:
        """What a refund has reserved in the ledger."""
        return refund_legs(self.proceeds, self.share, payee_of(self.payment))


@dataclass(slots=True)
class _Stored:
    """A payment as locked, with what must be known to decide about it; changed as the batch goes on."""

    payment: Payment
    fingerprint: bytes
    refunding: int
    fee_back: FeeShare
    returned: Returned
    operations: dict[str, Operation]
    original: Trace | None

    @property
    def left(self) -> int:
        """What can still be refunded, in minor units."""
        return self.payment.captured.minor - self.payment.refunded.minor - self.refunding

    def apply(self, plan: Plan) -> None:
        """Changes this as the plan changes what is stored."""
        self.payment = replace(self.payment, status=plan.status)
        self.operations[plan.operation.operation_id] = plan.operation
        if plan.operation.kind is OperationKind.REFUND:
            self.refunding += plan.operation.amount.minor
            self.fee_back = FeeShare(self.fee_back.fee + plan.share.fee, self.fee_back.tax + plan.share.tax)
            self.returned = Returned(
                self.returned.paid_minor + plan.proceeds.paid.minor,
                self.returned.by_points_minor + plan.proceeds.by_points_minor,
                self.returned.credited_minor + plan.proceeds.credited.minor,
            )

    def begun(self, operation: Operation, share: FeeShare, proceeds: Proceeds, *, replayed: bool = False) -> Begun:
        assert self.original is not None, "a card payment was authorised once"
        return Begun(self.payment, operation, self.original, self.fingerprint, share, proceeds, replayed)


class Beginner:
    """Runs first transactions in coalesced batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.begin: Coalescer[Begin, Begun] = Coalescer(self._run)

    async def _run(self, begins: Sequence[Begin]) -> list[Begun | Exception]:
        results: dict[int, Begun | Exception] = {}
        plans: list[Plan] = []
        async with self._database.batch() as tx:
            stored = await _lock(tx, {(begin.tenant_id, begin.payment_id) for begin in begins})
            for wave in _waves(begins):
                plans += await _begin(tx, {index: begins[index] for index in wave}, stored, results)
            await record(tx, plans)
        return [results[index] for index in range(len(begins))]


def _waves(begins: Sequence[Begin]) -> list[list[int]]:
    """The batch in waves that name each payment once: what comes second sees what became of the first."""
    waves: list[list[int]] = []
    seen: Counter[_Key] = Counter()
    for index, begin in enumerate(begins):
        place = seen[(begin.tenant_id, begin.payment_id)]
        seen[(begin.tenant_id, begin.payment_id)] += 1
        if place == len(waves):
            waves.append([])
        waves[place].append(index)
    return waves


async def _begin(
    tx: Tx, begins: Mapping[int, Begin], stored: Mapping[_Key, _Stored], results: dict[int, Begun | Exception]
) -> list[Plan]:
    """Decides about one wave and reserves its money; answers the plans that go ahead, applied to `stored`."""
    plans: dict[int, Plan] = {}
    for index, begin in begins.items():
        decided = _decide(begin, stored.get((begin.tenant_id, begin.payment_id)))
        if isinstance(decided, Plan):
            plans[index] = decided
        else:
            results[index] = decided
    reserving = [index for index, plan in plans.items() if plan.operation.kind is OperationKind.REFUND]
    booked = await book(tx, [_reservation(plans[index], stored) for index in reserving])
    for index, result in zip(reserving, booked, strict=True):
        if not isinstance(result, Booked):
            del plans[index]
            results[index] = result
    for index, plan in plans.items():
        kept = stored[(plan.begin.tenant_id, plan.begin.payment_id)]
        kept.apply(plan)
        results[index] = kept.begun(plan.operation, plan.share, plan.proceeds)
    return list(plans.values())


async def _lock(tx: Tx, keys: set[_Key]) -> dict[_Key, _Stored]:
    wanted = sorted(keys)
    tenants, ids = [key[0] for key in wanted], [key[1] for key in wanted]
    rows = await tx.fetch(SQL["lock_payments"], tenants, ids)
    operations = await tx.fetch(SQL["operations_of"], tenants, ids)
    traces = await tx.fetch(SQL["authorisation_traces"], tenants, [f"{one}/authorisation" for one in ids])
    by_attempt = {(row["tenant_id"], row["attempt_id"]): trace_of(row) for row in traces}
    stored = {}
    for row in rows:
        key = (row["tenant_id"], row["payment_id"])
        payment = payment_of(row)
        mine = [one for one in operations if (one["tenant_id"], one["payment_id"]) == key]
        stored[key] = _Stored(
            payment,
            row["fingerprint"],
            row["refunding"],
            FeeShare(
                sum(one["fee_back"] for one in mine if one["status"] != "failed"),
                sum(one["fee_tax_back"] for one in mine if one["status"] != "failed"),
            ),
            returned_in(mine),
            {one["operation_id"]: operation_of(one, payment.amount.currency) for one in mine},
            by_attempt.get((key[0], f"{key[1]}/authorisation")),
        )
    return stored


def _decide(begin: Begin, stored: _Stored | None) -> Plan | Begun | Exception:
    """A plan, the operation that this one repeats, or why not."""
    if stored is None or (begin.level is not None and not begin.level.sees(stored.payment)):
        return UnknownPayment()
    payment = stored.payment
    if begin.amount is not None and begin.amount.currency is not payment.amount.currency:
        return AssertionError("an amount is in its payment's currency")  # not raised: the neighbours go on
    earlier = stored.operations.get(begin.operation_id)
    if earlier is not None:
        if not _repeats(begin, earlier):
            return ReplayMismatch()
        return stored.begun(earlier, FeeShare(0, 0), Proceeds.plain(earlier.amount), replayed=True)
    if begin.kind is OperationKind.REFUND and payment.status not in _ONLY_HELD:
        return _decide_refund(begin, stored)
    # A refund of what is only held gives the hold back, whole.
    kind = OperationKind.VOID if begin.kind is OperationKind.REFUND else begin.kind
    amount = payment.amount if kind is OperationKind.VOID or begin.amount is None else begin.amount
    reached = after(payment.status, begin.trigger or _STARTS[kind])
    if reached is None:
        return NotInState(payment.payment_id, _word(payment), begin.kind.value)
    if amount.minor > payment.amount.minor:
        return AmountTooLarge()
    return Plan(begin, _operation(begin, kind, amount), FeeShare(0, 0), proceeds_of(payment, amount), reached)


def _decide_refund(begin: Begin, stored: _Stored) -> Plan | Refusal:
    payment, left = stored.payment, stored.left
    if payment.instrument is not Instrument.CARD:
        return NotRefundable()
    if payment.status is not PaymentStatus.COMPLETED or left <= 0:
        return NotInState(payment.payment_id, _word(payment), begin.kind.value)
    amount = begin.amount or Money(left, payment.amount.currency)
    if amount.minor > left:
        return AmountTooLarge()
    proceeds = refund_of(proceeds_of(payment, payment.captured), amount, stored.returned)
    return Plan(begin, _operation(begin, begin.kind, amount), _share(stored, amount), proceeds, payment.status)


def _operation(begin: Begin, kind: OperationKind, amount: Money) -> Operation:
    return Operation(
        begin.operation_id,
        kind,
        OperationStatus.IN_PROGRESS,
        amount,
        begin.description,
        None,
        begin.at,
        begin.at,
    )


def _repeats(begin: Begin, earlier: Operation) -> bool:
    """Whether `begin` asks for what `earlier` did; a void gives back all, whatever its caller named."""
    if earlier.kind is OperationKind.VOID:
        return begin.kind is not OperationKind.CAPTURE
    return begin.kind is earlier.kind and begin.amount in {None, earlier.amount}


def _word(payment: Payment) -> str:
    """The payment's state for a message: a completed one without anything left is refunded."""
    if payment.status is PaymentStatus.COMPLETED and payment.refunded.minor:
        return "refunded"
    return payment.status.value


def _share(stored: _Stored, amount: Money) -> FeeShare:
    payment = stored.payment
    if payment.fee is None:
        return FeeShare(0, 0)
    before = payment.refunded.minor + stored.refunding
    return fee_returned(fee_in_ledger(payment.fee), payment.captured.minor, before + amount.minor, stored.fee_back)


def _reservation(plan: Plan, stored: Mapping[_Key, _Stored]) -> Transfer:
    begin = plan.begin
    payee = payee_of(stored[(begin.tenant_id, begin.payment_id)].payment)
    return Transfer(
        begin.tenant_id,
        refund_transfer_id(begin.payment_id, begin.operation_id),
        "refund",
        Phase.PENDING,
        refund_legs(plan.proceeds, plan.share, payee),
        begin.at,
    )


def refund_transfer_id(payment_id: str, operation_id: str) -> str:
    """The ledger's id for the reservation of a refund."""
    return f"{payment_id}/refund/{operation_id}"


def outcome_of(begun: Begun) -> Payment:
    """What a repeated operation answers: the payment when it went through; raises otherwise."""
    match begun.operation.status:
        case OperationStatus.COMPLETED:
            return begun.payment
        case OperationStatus.FAILED:
            # Why it was refused is not kept, only the network's own word for it.
            code = begun.operation.response_code or ""
            raise OperationDeclined(begun.payment.payment_id, Decline.DO_NOT_HONOUR, code)
        case OperationStatus.IN_PROGRESS:
            raise OutcomeUnknown(begun.payment.payment_id)
