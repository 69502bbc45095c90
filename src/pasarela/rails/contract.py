"""What the core asks of a rail and what a rail answers, independent of any network's wire format.

The core allocates a `Trace` before it commits the attempt, so that a crash between "sent" and "answered" can
always be reversed: the trace alone (with the card) identifies the message on the network. A rail never raises for
a network's misbehaviour: it answers `Unknown` and the core resolves it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from pasarela.kernel.cards import CardData
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsBalance, PointsSpent, PointsUse
from pasarela.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Trace:
    """Identifies one message on a card network.

    `stan` is six digits (field 11), `rrn` twelve characters unique per acquirer (field 37), `sent_at` the
    transmission instant (field 7, UTC, whole seconds).
    """

    stan: str
    rrn: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Acceptor:
    """The merchant as the network sees it: fields 41, 42, 43 and 18."""

    merchant_id: str
    name: str
    city: str = "Ciudad de Mexico"
    country: str = "MX"
    category_code: str = "5999"
    terminal_id: str = "00000001"


class CardPurpose(Enum):
    """What an authorisation is for: hold funds, hold and clear at once, or only check the card (amount zero)."""

    AUTHORISATION = "authorisation"
    SALE = "sale"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class NoPoints:
    """The card collects no points."""


@dataclass(frozen=True, slots=True)
class CardAuthorization:
    """Ask the issuer. `outcome` is the sandbox's wish for the answer (`approve`, `decline:51`, `timeout`,
    `late_approval`); a production rail ignores it. `instalments` is the number of monthly payments, `points` how the
    card's points pay, if any. `interest_by_payer` says who bears the interest of instalments,
    `deferred_months` how long the first one waits. `eci`, `cavv`, `ds_trans_id` and `authentication_version` carry a
    3-D Secure authentication."""

    trace: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    purpose: CardPurpose
    instalments: int | None = None
    outcome: str | None = None
    eci: str | None = None
    cavv: str | None = None
    points: PointsUse | None = None
    ds_trans_id: str | None = None
    authentication_version: str | None = None
    interest_by_payer: bool = False
    deferred_months: int | None = None


@dataclass(frozen=True, slots=True)
class CardPointsInquiry:
    """Ask the issuer for the card's points; moves nothing. `amount` is zero, in the currency in which to tell their
    worth."""

    trace: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money


@dataclass(frozen=True, slots=True)
class CardCompletion:
    """Clear `amount` of the approved authorisation `original` (may be less, or more where the issuer allows).
    `by_points_minor` of it is paid with the points that the authorisation took; the others go back to the card."""

    trace: Trace
    original: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    authorization_code: str
    outcome: str | None = None
    by_points_minor: int = 0


@dataclass(frozen=True, slots=True)
class CardRefund:
    """Give `amount` back to the card that paid `original`, `by_points_minor` of it as points."""

    trace: Trace
    original: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    outcome: str | None = None
    by_points_minor: int = 0


@dataclass(frozen=True, slots=True)
class CardReversal:
    """Undo `original` as if it had never been sent, approved or not. `timed_out` says that its answer never came;
    `repeat` that this reversal itself was sent before without an answer. `refund` says that the original was one."""

    trace: Trace
    original: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    purpose: CardPurpose
    timed_out: bool
    repeat: bool
    refund: bool = False


@dataclass(frozen=True, slots=True)
class Approved:
    """The issuer said yes. `code` is the network's response code; `amount` less than asked on a partial approval;
    `points` what of it was taken in points, where it was asked to."""

    authorization_code: str
    amount: Money
    code: str = "00"
    points: PointsSpent | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """The issuer or the network said no. `code` is the network's response code, shown by some dialects."""

    decline: Decline
    code: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted; the final answer comes later as a notification (cash, transfers)."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows: no answer in time, or the network broke off. `reached` is false when nothing was sent at all."""

    reached: bool = True


Answer = Approved | Declined | Pending | Unknown

PointsAnswer = PointsBalance | NoPoints | Declined | Unknown

LateAnswer = Callable[[Trace, Answer], Awaitable[None]]
"""Called by a rail when the answer to `trace` arrives after its caller was told `Unknown`."""


class CardRail(Protocol):
    """A card network. Safe for concurrent use by many tasks; `start` connects, `stop` signs off."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def new_trace(self) -> Trace:
        """A trace that no other message of this acquirer bears; costs no I/O."""
        ...

    async def authorise(self, request: CardAuthorization) -> Answer:
        """What was asked to be paid with points only is `Approved` for all of it in points, or not at all."""
        ...

    async def complete(self, request: CardCompletion) -> Answer: ...

    async def refund(self, request: CardRefund) -> Answer: ...

    async def points(self, request: CardPointsInquiry) -> PointsAnswer: ...

    async def reverse(self, request: CardReversal) -> Answer:
        """`Approved` once the network has taken the reversal (also when it never saw the original)."""
        ...

    def on_late_answer(self, callback: LateAnswer) -> None:
        """Registers who hears of answers that arrive too late."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the network is signed on just now."""
        ...


class SpeiAccountType(Enum):
    """What a beneficiary's account number is; the value is SPEI's own code."""

    CARD = 3
    PHONE = 10
    CLABE = 40


@dataclass(frozen=True, slots=True)
class SpeiOrder:
    """Send money to an account at another bank.

    `tracking_key` (at most 30 characters, unique for the sender and the day) identifies the order for ever: the same
    key again is the same order. `institution` is the beneficiary's bank, five digits; `reference` at most seven. Names
    and the concept are cut to what SPEI carries. `returns` is the tracking key of a deposit that this order gives
    back. `tenant_id` says whose clock a simulator keeps.
    """

    tenant_id: int
    tracking_key: str
    amount: Money
    beneficiary_name: str
    beneficiary_account: Secret
    account_type: SpeiAccountType
    institution: str
    sender_name: str
    sender_clabe: str
    concept: str
    reference: str
    operation_date: date
    returns: str | None = None

    def __post_init__(self) -> None:
        assert 0 < len(self.tracking_key) <= 30, "a tracking key has up to 30 characters"
        assert self.amount.minor > 0, "an order moves money"


@dataclass(frozen=True, slots=True)
class SpeiAccepted:
    """SPEI has taken the order; the other bank's answer comes as a notification. `network_id` is its number there."""

    network_id: str


@dataclass(frozen=True, slots=True)
class SpeiRefused:
    """The order was not taken and never will be."""

    code: str
    reason: str


SpeiAnswer = SpeiAccepted | SpeiRefused | Unknown


@dataclass(frozen=True, slots=True)
class SpeiSettled:
    """The beneficiary has the money of our order."""

    tracking_key: str


@dataclass(frozen=True, slots=True)
class SpeiReturned:
    """The other bank gave the money of our order back."""

    tracking_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpeiDeposit:
    """Money that came in to one of our CLABEs. `reference` has up to 20 digits where the sender pays an agreement."""

    tracking_key: str
    amount: Money
    clabe: str
    concept: str
    reference: str | None = None
    sender_name: str | None = None
    sender_account: str | None = None
    sender_institution: str | None = None
    sender_tax_id: str | None = None


@dataclass(frozen=True, slots=True)
class SpeiNotSeen:
    """SPEI knows no order with this tracking key: it may be sent again."""


SpeiStanding = SpeiAccepted | SpeiRefused | SpeiSettled | SpeiReturned | SpeiNotSeen | Unknown

SpeiNotification = SpeiSettled | SpeiReturned | SpeiDeposit

SpeiHeard = Callable[[SpeiNotification], Awaitable[None]]
"""Called by a rail for everything that SPEI tells unasked; returns once it is stored. May hear a thing twice."""


class SpeiRail(Protocol):
    """A participant of SPEI. Safe for concurrent use by many tasks; never raises for what the network does."""

    async def send(self, order: SpeiOrder) -> SpeiAnswer: ...

    async def find(self, order: SpeiOrder) -> SpeiStanding:
        """How the order stands that was sent before, by its tracking key and operation date."""
        ...

    def on_notification(self, callback: SpeiHeard) -> None:
        """Registers who hears of settlements, returns and deposits; once, before anything is sent."""
        ...


class FaultPlan(Protocol):
    """What the sandbox has been told to break; a simulator asks it once for every message."""

    def next_fault(self, target: str) -> str | None:
        """The mode to apply to this message (`timeout`, `late_approval`, `decline:51`, `delay:200`, `drop`,
        `duplicate`, `error:96`), or `None`."""
        ...
