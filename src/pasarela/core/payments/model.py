"""A payment, the operations made on it, and the commands that make and change one.

A payment's state is `status` alone; every change follows the transition table in `rules`. Card data never stands
here, only what a merchant may see of a card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from pasarela.core.rates.model import ExchangeRate
from pasarela.core.vault.model import SealedPan
from pasarela.kernel.cards import CardData
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsSpent, PointsUse
from pasarela.kernel.secret import Secret


class PaymentStatus(Enum):
    """Where a payment stands; the value is stored. Final: DECLINED, FAILED, VOIDED, EXPIRED."""

    REQUESTED = "requested"  # waits for money that its payer brings to a store or sends, until `expires_at`
    PENDING = "pending"  # waits for what its payer does on a page or a telephone, until `expires_at`
    AUTHORIZING = "authorizing"  # sent to the rail, not answered yet
    AUTHORIZED = "authorized"  # funds held at the issuer, to be captured
    CAPTURING = "capturing"
    COMPLETED = "completed"  # captured; refunds count down from `captured`
    REVIEWING = "reviewing"  # funds held at the issuer; somebody has to look at it before it goes on
    REJECTING = "rejecting"  # looked at and refused: the hold is being given back
    DECLINED = "declined"
    UNKNOWN = "unknown"  # nobody knows: being reversed on the rail
    FAILED = "failed"  # was unknown; the rail has confirmed that nothing stands
    VOIDING = "voiding"
    VOIDED = "voided"  # the merchant gave the hold back
    EXPIRING = "expiring"
    EXPIRED = "expired"  # nobody captured in time


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, as the merchant told it at the charge; no account of ours."""

    name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    address: Mapping[str, Any] | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """What a merchant may see of the card that paid; a snapshot taken at the charge. `masked` is 6 + X… + 4."""

    masked: str
    brand: str
    kind: str
    holder_name: str
    expiration_year: int
    expiration_month: int
    bank_name: str
    bank_code: str
    allows_charges: bool
    allows_payouts: bool
    points: str | None = None
    card_id: str | None = None
    customer_id: str | None = None
    address: Mapping[str, Any] | None = None
    created_at: datetime | None = None


class ConfirmBy(Enum):
    """How the payer of a waiting card payment comes to pay it; the value is stored."""

    PAGE = "page"  # gives his card on our page
    IVR = "ivr"  # gives it on the telephone
    THREE_D_SECURE = "3ds"  # his card is known; he proves to its issuer who he is


class OperationKind(Enum):
    REFUND = "refund"
    CAPTURE = "capture"
    VOID = "void"


class OperationStatus(Enum):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """One capture, refund or void of a payment. `response_code` is the network's, once it has answered."""

    operation_id: str
    kind: OperationKind
    status: OperationStatus
    amount: Money
    description: str | None
    authorization_code: str | None
    created_at: datetime
    operated_at: datetime
    response_code: str | None = None


@dataclass(frozen=True, slots=True)
class ChargedFee:
    """The processing fee of a captured payment: minor units, and its tax rate in basis points."""

    amount: Money
    tax_basis_points: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands. `amount` is what was asked for (after a partial capture: the captured amount);
    `refunded` what went back. `reference` is what a payer names to whoever takes his money. `credits_customer`: the
    customer has an account, so what he pays is his own. `confirm` and `tries` are a waiting card payment's: how it is
    to be paid, and how often somebody has tried; `decline` is then why the last try failed. `settles_in` is the
    payee's currency where it is another than the payer's, `exchange` the rate at which it was authorised.
    `reviewed_for` names the risk rules for which it had to be looked at.
    `operations` is filled by single reads only (refunds, oldest first)."""

    tenant_id: int
    payment_id: str
    api: str
    instrument: Instrument
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    capture_now: bool
    order_id: str | None
    description: str | None
    customer_id: str | None
    source_id: str | None
    card: CardView | None
    payer: Payer | None
    details: Mapping[str, Any]
    authorization_code: str | None
    response_code: str | None
    decline: Decline | None
    fee: ChargedFee | None
    created_at: datetime
    operated_at: datetime
    expires_at: datetime | None
    credits_customer: bool = False
    reference: str | None = None
    confirm: ConfirmBy | None = None
    tries: int = 0
    instalments: int | None = None
    settles_in: Currency | None = None
    exchange: ExchangeRate | None = None
    points: PointsSpent | None = None
    reviewed_for: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """Until when its payer may or could pay it; `None` for one that waits for nobody."""
        if self.reference is None and self.confirm is None:
            return None
        held = not self.sold_at_once and self.authorization_code is not None
        return None if held else self.expires_at

    @property
    def sold_at_once(self) -> bool:
        """Whether its authorisation clears it; what has to be looked at first is only held."""
        return self.capture_now and not self.reviewed_for

    @property
    def credited_in(self) -> Currency:
        """The currency in which its payee gets it."""
        return self.settles_in or self.amount.currency


@dataclass(frozen=True, slots=True)
class Level:
    """From where payments are looked at: a customer's place (`customer_id`) shows what he pays; the merchant's own
    (`None`) everything but what customers with an account pay."""

    customer_id: str | None = None

    def sees(self, payment: Payment) -> bool:
        if self.customer_id is None:
            return not payment.credits_customer
        return payment.customer_id == self.customer_id


_MERCHANT = Level()


@dataclass(frozen=True, slots=True)
class InlineCard:
    """Pay with a card whose data came with this call; it is not saved for later use."""

    card: CardData
    address: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SavedSource:
    """Pay with a saved card or a single-use token, by id; `cvv` when the payer typed it again."""

    source_id: str
    cvv: Secret | None = None


@dataclass(frozen=True, slots=True)
class KeptCard:
    """Pay with a card that lies sealed in the vault already, whatever was spent for it before. `cvv_key` is where its
    security code waits in memory, for whoever really sends the payment."""

    sealed: SealedPan
    view: CardView
    source_id: str | None = None
    cvv_key: str | None = None


CardSource = InlineCard | SavedSource | KeptCard


@dataclass(frozen=True, slots=True)
class AuthoriseCard:
    """Charge a card. `payment_id` is made by the caller: the same id again answers the same payment.

    `order_id`, when given, is unique for the tenant over all its transactions, declined ones too. With
    `capture=False` the funds are only held. `customer_id` and `credits_customer` are as `core.customers` has them.
    `details` are the dialect's own facts to print back (JSON values). `settles_in` is the merchant's currency where it
    is another than the amount's; `points`, how the card's points pay.
    """

    payment_id: str
    source: CardSource
    amount: Money
    capture: bool = True
    order_id: str | None = None
    description: str | None = None
    customer_id: str | None = None
    credits_customer: bool = False
    payer: Payer | None = None
    device_session_id: str | None = None
    instalments: int | None = None
    points: PointsUse | None = None
    settles_in: Currency | None = None
    client_ip: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """Ask somebody to pay: the payment waits until `due_at`. `payment_id`, `order_id`, `customer_id` and `details` are
    as in `AuthoriseCard`; `reference` is what the payer names at the counter or in his transfer, unique for its
    rail (`None` where he follows a link). A card payment says by `confirm` how its card will come, and may show the
    `card` that is known already; `capture` and `settles_in` are as in `AuthoriseCard`."""

    payment_id: str
    instrument: Instrument
    amount: Money
    due_at: datetime
    reference: str | None = None
    order_id: str | None = None
    description: str | None = None
    customer_id: str | None = None
    credits_customer: bool = False
    payer: Payer | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    confirm: ConfirmBy | None = None
    capture: bool = True
    card: CardView | None = None
    source_id: str | None = None
    settles_in: Currency | None = None


class ReceiptOutcome(Enum):
    """What became of money that came in. LATE, SHORT and SECOND go back whole; of OVER the excess goes back."""

    COMPLETED = "completed"
    OVER = "over"
    CREDITED = "credited"  # a deposit for a customer or merchant, for no payment in particular
    LATE = "late"
    SHORT = "short"
    SECOND = "second"
    NOBODY = "nobody"  # nobody here has that reference


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a transfer, as far as it must be known to send it back, and to tell its payee."""

    name: str | None
    account: str | None
    tracking_key: str
    tax_id: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Money that a rail brought. `receipt_id` names it for ever: the same id again is the same money. `reference` is
    what the payer named, `clabe` where a transfer went to. With `refusable`, whoever takes the money asks first and
    hands a payer's money back himself (a till)."""

    receipt_id: str
    instrument: Instrument
    amount: Money
    received_at: datetime
    reference: str | None = None
    clabe: str | None = None
    sender: Sender | None = None
    refusable: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done with money that came in; `payment_id` of the payment that it completed, made or was meant for."""

    receipt_id: str
    outcome: ReceiptOutcome
    tenant_id: int
    payment_id: str | None
    amount: Money
    returned: Money


@dataclass(frozen=True, slots=True)
class CapturePayment:
    """Clear an authorised payment, whole (`amount` None) or in part; the rest of the hold is released. `level`: from
    where the call comes (None: the platform's own work)."""

    payment_id: str
    operation_id: str
    amount: Money | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """Give back a captured payment, whole (`amount` None: all that is left) or in part. Of a payment that is only
    authorised, this cancels it."""

    payment_id: str
    operation_id: str
    amount: Money | None = None
    description: str | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """What a list asks for; `None` means any. Instants are half open: created_from <= t < created_before. Without any
    level no index gives the order of a list: for rare work only."""

    created_from: datetime | None = None
    created_before: datetime | None = None
    amount: int | None = None
    amount_at_least: int | None = None
    amount_at_most: int | None = None
    statuses: tuple[PaymentStatus, ...] | None = None
    refunded: bool | None = None
    order_id: str | None = None
    level: Level | None = _MERCHANT
