"""The transition table of payments and the arithmetic of captures, refunds and fees. Pure.

Whatever changes a payment's status asks `after` first; a pair that is not in the table does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from pasarela.core.ledger.chart import AccountKind, account, owned_account
from pasarela.core.ledger.model import Leg
from pasarela.core.payments.model import ChargedFee, Payment, PaymentStatus, ReceiptOutcome, Received
from pasarela.core.payments.proceeds import Proceeds, payer_legs
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency

S = PaymentStatus

CARD_MINOR_MAX = 10**12 - 1
"""The largest amount that a card can pay: networks' messages have twelve digits for it."""

AUTHORIZATION_LIFE = timedelta(days=7)
"""How long an uncaptured authorisation holds the payer's funds (spec: Openpay and BBVA alike)."""

RESOLVE_AFTER = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
    *(timedelta(days=1),) * 5,
)
"""Waits before each try to settle an unknown outcome; when they are used up it stays visible as unknown."""


class Trigger(Enum):
    """What happens to a payment."""

    PAID = "paid"
    LAPSE = "lapse"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    HELD = "held"
    HELD_FOR_REVIEW = "held_for_review"
    CLEAR = "clear"  # looked at, and it may go on as a hold
    RELEASE = "release"  # looked at, and to be captured
    REJECT = "reject"
    REJECTED = "rejected"
    SOLD = "sold"
    REFUSED = "refused"
    LOST = "lost"  # no answer from the rail
    NEVER_SENT = "never_sent"
    TRY_LOST = "try_lost"  # refused, but its payer may try again
    REVERSED = "reversed"
    CAPTURE = "capture"
    CAPTURED = "captured"
    CAPTURE_REFUSED = "capture_refused"
    VOID = "void"
    VOIDED = "voided"
    EXPIRE = "expire"
    EXPIRED = "expired"


_TABLE: dict[tuple[PaymentStatus, Trigger], PaymentStatus] = {
    (S.REQUESTED, Trigger.PAID): S.COMPLETED,
    (S.REQUESTED, Trigger.LAPSE): S.EXPIRED,
    (S.REQUESTED, Trigger.CANCEL): S.VOIDED,
    (S.PENDING, Trigger.PAID): S.COMPLETED,
    (S.PENDING, Trigger.LAPSE): S.EXPIRED,
    (S.PENDING, Trigger.CANCEL): S.VOIDED,
    (S.PENDING, Trigger.CONFIRM): S.AUTHORIZING,
    (S.PENDING, Trigger.TRY_LOST): S.PENDING,
    (S.PENDING, Trigger.REFUSED): S.DECLINED,
    (S.AUTHORIZING, Trigger.HELD): S.AUTHORIZED,
    (S.AUTHORIZING, Trigger.SOLD): S.COMPLETED,
    (S.AUTHORIZING, Trigger.REFUSED): S.DECLINED,
    (S.AUTHORIZING, Trigger.LOST): S.UNKNOWN,
    (S.AUTHORIZING, Trigger.NEVER_SENT): S.FAILED,
    (S.AUTHORIZING, Trigger.TRY_LOST): S.PENDING,
    (S.AUTHORIZING, Trigger.HELD_FOR_REVIEW): S.REVIEWING,
    (S.REVIEWING, Trigger.CLEAR): S.AUTHORIZED,
    (S.REVIEWING, Trigger.RELEASE): S.CAPTURING,
    (S.REVIEWING, Trigger.REJECT): S.REJECTING,
    (S.REVIEWING, Trigger.VOID): S.VOIDING,
    (S.REVIEWING, Trigger.EXPIRE): S.EXPIRING,
    (S.REJECTING, Trigger.REJECTED): S.DECLINED,
    (S.UNKNOWN, Trigger.REVERSED): S.FAILED,
    (S.AUTHORIZED, Trigger.CAPTURE): S.CAPTURING,
    (S.CAPTURING, Trigger.CAPTURED): S.COMPLETED,
    (S.CAPTURING, Trigger.CAPTURE_REFUSED): S.AUTHORIZED,
    (S.AUTHORIZED, Trigger.VOID): S.VOIDING,
    (S.VOIDING, Trigger.VOIDED): S.VOIDED,
    (S.AUTHORIZED, Trigger.EXPIRE): S.EXPIRING,
    (S.EXPIRING, Trigger.EXPIRED): S.EXPIRED,
}


WAITING = frozenset({S.REQUESTED, S.PENDING})
"""Payments that nobody has paid yet."""


def waiting(instrument: Instrument) -> PaymentStatus:
    """How a payment by `instrument` begins that waits for its payer."""
    brought = {Instrument.STORE, Instrument.BANK_TRANSFER}
    return PaymentStatus.REQUESTED if instrument in brought else PaymentStatus.PENDING


def after(status: PaymentStatus, trigger: Trigger) -> PaymentStatus | None:
    """The status that `trigger` leads to, or `None` when it can't happen in `status`."""
    return _TABLE.get((status, trigger))


def transitions() -> frozenset[tuple[PaymentStatus, Trigger, PaymentStatus]]:
    """The whole table, for documentation and for the tests' model."""
    return frozenset((status, trigger, reached) for (status, trigger), reached in _TABLE.items())


@dataclass(frozen=True, slots=True)
class FeeShare:
    """A part of a fee and of its tax, in minor units."""

    fee: int
    tax: int


def fee_in_ledger(fee: ChargedFee) -> FeeShare:
    """The fee and its tax as the ledger books them: whole minor units, the tax rounded half up."""
    return FeeShare(fee.amount.minor, (fee.amount.minor * fee.tax_basis_points + 5_000) // 10_000)


def fee_returned(whole: FeeShare, captured: int, refunded_after: int, returned_before: FeeShare) -> FeeShare:
    """The fee that goes back with a refund that brings what has been refunded to `refunded_after`.

    In proportion, from running totals: any sequence of partial refunds returns neither more nor less than the whole.
    """

    def part(total: int, returned: int) -> int:
        return min(max(total * refunded_after // captured - returned, 0), total - returned)

    return FeeShare(part(whole.fee, returned_before.fee), part(whole.tax, returned_before.tax))


def payee_of(payment: Payment) -> str:
    """The account that a payment's money is credited to: its customer's, when he has one, or the merchant's."""
    if not payment.credits_customer:
        return account(AccountKind.MERCHANT_PAYABLE, payment.credited_in)
    assert payment.customer_id is not None, "a customer is credited at customer level only"
    return owned_account(AccountKind.CUSTOMER_BALANCE, payment.customer_id, payment.credited_in)


_CLEARING = {
    Instrument.CARD: AccountKind.NETWORK_CLEARING,
    Instrument.STORE: AccountKind.STORE_CLEARING,
    Instrument.BANK_TRANSFER: AccountKind.SPEI_CLEARING,
    Instrument.WALLET: AccountKind.WALLET_CLEARING,
}


def clearing_of(instrument: Instrument, currency: Currency) -> str:
    """The account of whoever brings us the money of such payments."""
    return account(_CLEARING[instrument], currency)


def outcome_of_receipt(payment: Payment, received: Received) -> ReceiptOutcome:
    """What money that came in for `payment` does."""
    if payment.status is PaymentStatus.EXPIRED:
        return ReceiptOutcome.LATE
    if payment.status not in WAITING:
        return ReceiptOutcome.SECOND
    if payment.expires_at is not None and received.received_at > payment.expires_at:
        return ReceiptOutcome.LATE
    if received.amount.minor < payment.amount.minor:
        return ReceiptOutcome.SHORT
    return ReceiptOutcome.OVER if received.amount.minor > payment.amount.minor else ReceiptOutcome.COMPLETED


def hold_legs(proceeds: Proceeds, payee: str) -> tuple[Leg, ...]:
    """An authorisation: the network will owe us, and we the payee, once it is captured."""
    clearing = clearing_of(Instrument.CARD, proceeds.paid.currency)
    return *payer_legs(proceeds, clearing), Leg(payee, proceeds.credited.minor)


def sale_legs(
    proceeds: Proceeds, share: FeeShare, payee: str, instrument: Instrument = Instrument.CARD
) -> tuple[Leg, ...]:
    """A captured payment: the payee gets what it is worth to him, the merchant pays the fee and its tax.

    A merchant who is paid himself gets that less both. What his balance can't give, he owes us.
    """
    currency = proceeds.credited.currency
    merchant = account(AccountKind.MERCHANT_PAYABLE, currency)
    shares = {payee: proceeds.credited.minor}
    shares[merchant] = shares.get(merchant, 0) - share.fee - share.tax
    owed = account(AccountKind.FEES_OWED, currency)
    legs = (
        *payer_legs(proceeds, clearing_of(instrument, proceeds.paid.currency)),
        *(Leg(name, minor, owed if minor < 0 else None) for name, minor in shares.items()),
        Leg(account(AccountKind.FEE_REVENUE, currency), share.fee),
        Leg(account(AccountKind.TAX_PAYABLE, currency), share.tax),
    )
    return tuple(leg for leg in legs if leg.amount)


def refund_legs(proceeds: Proceeds, share: FeeShare, payee: str) -> tuple[Leg, ...]:
    """A refund: the payee gives the amount back, and the merchant gets its part of the fee back."""
    return tuple(Leg(leg.account, -leg.amount) for leg in sale_legs(proceeds, share, payee))
