"""Plans, customers' subscriptions to them, and the commands that make and change both.

Days are those of Mexico City. Card data never stands here, only what a merchant may see of a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from pasarela.core.payments.model import CardView, InlineCard, Payer, SavedSource
from pasarela.kernel.money import Money
from pasarela.kernel.paging import CreatedBetween

_ANY_TIME = CreatedBetween()
_DAY = timedelta(days=1)


class RepeatUnit(Enum):
    """What the time between two charges is counted in; the value is stored."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class AfterRetries(Enum):
    """What becomes of a subscription whose charge failed as often as its plan allows; the value is stored."""

    UNPAID = "unpaid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is charged how often: every `repeat_every` `repeat_unit`s, after `trial_days` days without a charge
    where a subscription says nothing else. `retry_times`: how often a charge that failed is tried again."""

    tenant_id: int
    plan_id: str
    name: str
    amount: Money
    repeat_unit: RepeatUnit
    repeat_every: int
    retry_times: int
    after_retries: AfterRetries
    trial_days: int
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPlan:
    """`plan_id` is made by the caller: the same id again answers the same plan."""

    plan_id: str
    name: str
    amount: Money
    repeat_unit: RepeatUnit
    repeat_every: int
    retry_times: int
    after_retries: AfterRetries
    trial_days: int


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What may change of a plan; what is `None` stays. Subscriptions that have begun keep their trial."""

    name: str | None = None
    trial_days: int | None = None


class SubscriptionStatus(Enum):
    """Where a subscription stands; the value is stored. Final: CANCELLED."""

    STARTING = "starting"  # its first charge is under way: nobody sees it yet
    TRIAL = "trial"  # not charged (again) before the day after `trial_end_date`
    ACTIVE = "active"  # paid until `period_end_date`
    PAST_DUE = "past_due"  # a charge failed and is tried again
    UNPAID = "unpaid"  # it failed for good; another card revives the subscription
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A customer's subscription as it stands.

    `source_id` is the card or the token that it was made with; only a saved card can be asked again by that id, any
    other is found by its `fingerprint`. Periods count from the day after `trial_end_date`; `charge_date` is the day of
    the next charge, which is due from `next_charge_at` on; `period_number` periods have been charged.
    """

    tenant_id: int
    subscription_id: str
    customer_id: str
    plan_id: str
    status: SubscriptionStatus
    source_id: str | None
    card: CardView
    fingerprint: bytes
    cancel_at_period_end: bool
    trial_end_date: date
    charge_date: date
    period_number: int
    next_charge_at: datetime
    created_at: datetime
    cancelled_at: datetime | None = None

    @property
    def period_end_date(self) -> date:
        """The last day that needs no further charge."""
        return self.charge_date - _DAY


@dataclass(frozen=True, slots=True)
class Buyer:
    """What the risk rules and the payment may know of who is behind a call, beside the customer's id."""

    payer: Payer | None = None
    device_session_id: str | None = None
    client_ip: str | None = None


_NOBODY = Buyer()


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe a customer to a plan. `subscription_id` is made by the caller: the same id again answers the same
    subscription. The trial's last day is `trial_end`, or else follows from `trial_days`, or else from the plan."""

    subscription_id: str
    customer_id: str
    plan_id: str
    source: InlineCard | SavedSource
    trial_end: date | None = None
    trial_days: int | None = None
    buyer: Buyer = _NOBODY


@dataclass(frozen=True, slots=True)
class ChangeSubscription:
    """Change what is not `None`. `operation_id` is made by the caller: the payment's, if the change makes one."""

    operation_id: str
    subscription_id: str
    customer_id: str
    source: InlineCard | SavedSource | None = None
    trial_end: date | None = None
    cancel_at_period_end: bool | None = None
    buyer: Buyer = _NOBODY


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment that a subscription makes, and what holds for the subscription once it is paid. The period that it
    pays begins with `charged_on`."""

    tenant_id: int
    subscription_id: str
    payment_id: str
    charged_on: date
    source_id: str | None
    card: CardView
    fingerprint: bytes
    cancel_at_period_end: bool
    created_at: datetime
    paid: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """A list is a customer's or a plan's; `created` bounds the instant of creation."""

    customer_id: str | None = None
    plan_id: str | None = None
    created: CreatedBetween = _ANY_TIME

    def __post_init__(self) -> None:
        assert (self.customer_id is None) != (self.plan_id is None), "a list is of one of the two"
