"""Bank accounts, payouts, transfers between customers and fees that customers pay; and the commands that make them.

`customer_id` `None` always means the merchant himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from pasarela.kernel.cards import Expiry
from pasarela.kernel.money import Money
from pasarela.kernel.paging import CreatedBetween
from pasarela.kernel.secret import Secret

_ANY_TIME = CreatedBetween()


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A destination that was registered for later payouts."""

    tenant_id: int
    bank_account_id: str
    customer_id: str | None
    clabe: str
    holder_name: str
    alias: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewBankAccount:
    """`bank_account_id` is made by the caller: the same id again answers the same account."""

    bank_account_id: str
    customer_id: str | None
    clabe: str
    holder_name: str
    alias: str | None = None


class PayoutStatus(Enum):
    """Where a payout stands; the value is stored. Final: FAILED, CANCELLED; a COMPLETED one may still come back."""

    SCHEDULED = "scheduled"  # money reserved, waiting for its batch
    SENDING = "sending"  # on its way to SPEI, or nobody knows
    SENT = "sent"  # SPEI has it; the other bank will answer
    COMPLETED = "completed"
    FAILED = "failed"  # refused or returned: the money is back
    CANCELLED = "cancelled"


class PayoutKind(Enum):
    """Who wanted it: somebody's call, the settlement plan, or a deposit that goes back to its sender."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class AccountDestination:
    """A bank account as it was when the payout was made. `bank_account_id` when it was a registered one."""

    clabe: str
    holder_name: str
    alias: str | None = None
    bank_account_id: str | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardDestination:
    """What may be shown of the card that is paid; of one that came with the call, less. `bank_code` gets the order."""

    card_id: str | None
    masked: str
    brand: str
    kind: str
    holder_name: str
    expiration_year: int | None
    expiration_month: int | None
    bank_name: str
    bank_code: str
    points: str | None
    address: dict[str, str | None] | None
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Destination:
    """Exactly one of the two."""

    bank_account: AccountDestination | None = None
    card: CardDestination | None = None

    def __post_init__(self) -> None:
        assert (self.bank_account is None) != (self.card is None), "money goes to one place"


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout as it stands. `failure` says why money came back; `returns` is the tracking key of the deposit that a
    RETURN gives back. `fingerprint` finds the card number of a card destination in the vault."""

    tenant_id: int
    payout_id: str
    kind: PayoutKind
    customer_id: str | None
    status: PayoutStatus
    amount: Money
    source_account: str
    order_id: str | None
    description: str | None
    destination: Destination
    fingerprint: bytes | None
    tracking_key: str
    returns: str | None
    operation_date: date | None
    failure: str | None
    batch_at: datetime
    created_at: datetime
    operated_at: datetime


@dataclass(frozen=True, slots=True)
class RegisteredDestination:
    """A bank account or a saved card of the same owner, by id."""

    destination_id: str


@dataclass(frozen=True, slots=True)
class InlineAccount:
    """A bank account that comes with the call and is not kept."""

    clabe: str
    holder_name: str
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class InlineCard:
    """A card that comes with the call and is not saved; its number has passed the vault's `check_number`. `bank_code`,
    the first three digits of its bank's CLABEs, says whose it is; without one its first digits do."""

    pan: Secret
    holder_name: str
    expiry: Expiry | None = None
    bank_code: str | None = None


@dataclass(frozen=True, slots=True)
class CreatePayout:
    """Pay out from a customer's balance or the merchant's. `payout_id` is made by the caller; `order_id` is unique
    among all the tenant's transactions. `to_card` says that the destination must be a card, or must be none."""

    payout_id: str
    customer_id: str | None
    amount: Money
    destination: RegisteredDestination | InlineAccount | InlineCard
    description: str | None = None
    order_id: str | None = None
    to_card: bool | None = None


@dataclass(frozen=True, slots=True)
class PayoutFilter:
    """What a list asks for; `None` means any."""

    created: CreatedBetween = _ANY_TIME
    amount: int | None = None
    amount_at_least: int | None = None
    amount_at_most: int | None = None
    kind: PayoutKind | None = None
    statuses: tuple[PayoutStatus, ...] | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerTransfer:
    """Money that went from one customer's balance to another's, at once."""

    tenant_id: int
    transfer_id: str
    payer_id: str
    payee_id: str
    amount: Money
    order_id: str | None
    description: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TransferMoney:
    """`order_id` is the withdrawal's."""

    transfer_id: str
    payer_id: str
    payee_id: str
    amount: Money
    description: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class FeeRefund:
    """A fee went back to the customer, whole."""

    refund_id: str
    description: str | None
    refunded_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerFee:
    """What a merchant took from a customer's balance."""

    tenant_id: int
    fee_id: str
    customer_id: str
    amount: Money
    order_id: str | None
    description: str | None
    created_at: datetime
    refund: FeeRefund | None = None


@dataclass(frozen=True, slots=True)
class ChargeFee:
    """Take a fee from a customer's balance."""

    fee_id: str
    customer_id: str
    amount: Money
    description: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class RefundFee:
    """Give a fee back. `refund_id` is made by the caller."""

    fee_id: str
    refund_id: str
    description: str | None = None


class Schedule(Enum):
    """How often a balance is paid out by itself: each bank day, or the first one of each week or month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class SettlementPlan:
    """Whose whole balance goes where by itself, as soon as it is `minimum` (minor units) or more."""

    tenant_id: int
    customer_id: str | None
    schedule: Schedule
    clabe: str
    holder_name: str
    minimum: int = 1


class EntryType(Enum):
    """How a transaction counts in a report."""

    IN = "in"
    OUT = "out"
    CHARGED_ADJUSTMENT = "charged_adjustment"
    REFUNDED_ADJUSTMENT = "refunded_adjustment"


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One transaction's part of a report, minor units above zero. `subject` is its id, `kind` the ledger's word for
    it; `tax` is what of a fee's `amount`, which does not include it, goes to the tax office."""

    type: EntryType
    subject: str
    kind: str
    amount: int
    at: datetime
    tax: int = 0


@dataclass(frozen=True, slots=True)
class PayoutReport:
    """What made up an automatic payout: in - out - charged + refunded is its amount, minor units."""

    incoming: int
    outgoing: int
    charged_adjustments: int
    refunded_adjustments: int


@dataclass(frozen=True, slots=True)
class FeesReport:
    """What the platform charged a merchant in a month, minor units; `total` is net of what went back, tax included."""

    charged: int
    charged_tax: int
    charged_adjustments: int
    charged_adjustments_tax: int
    refunded: int
    refunded_tax: int
    refunded_adjustments: int
    refunded_adjustments_tax: int

    @property
    def total(self) -> int:
        charged = self.charged + self.charged_tax + self.charged_adjustments + self.charged_adjustments_tax
        return charged - (self.refunded + self.refunded_tax + self.refunded_adjustments + self.refunded_adjustments_tax)
