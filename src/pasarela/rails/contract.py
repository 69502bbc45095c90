"""What the core asks of a rail and what a rail answers, independent of any network's wire format.

The core allocates a `Trace` before it commits the attempt, so that a crash between "sent" and "answered" can
always be reversed: the trace alone (with the card) identifies the message on the network. A rail never raises for
a network's misbehaviour: it answers `Unknown` and the core resolves it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from pasarela.kernel.cards import CardData
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Money


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
class CardAuthorization:
    """Ask the issuer. `outcome` is the sandbox's wish for the answer (`approve`, `decline:51`, `timeout`,
    `late_approval`); a production rail ignores it. `instalments` is the number of monthly payments, if any.
    `eci` and `cavv` carry a 3-D Secure authentication."""

    trace: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    purpose: CardPurpose
    instalments: int | None = None
    outcome: str | None = None
    eci: str | None = None
    cavv: str | None = None


@dataclass(frozen=True, slots=True)
class CardCompletion:
    """Clear `amount` of the approved authorisation `original` (may be less, or more where the issuer allows)."""

    trace: Trace
    original: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    authorization_code: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CardRefund:
    """Give `amount` back to the card that paid `original`."""

    trace: Trace
    original: Trace
    acceptor: Acceptor
    card: CardData
    amount: Money
    outcome: str | None = None


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
    """The issuer said yes. `code` is the network's response code; `amount` less than asked on a partial approval."""

    authorization_code: str
    amount: Money
    code: str = "00"


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

LateAnswer = Callable[[Trace, Answer], Awaitable[None]]
"""Called by a rail when the answer to `trace` arrives after its caller was told `Unknown`."""


class CardRail(Protocol):
    """A card network. Safe for concurrent use by many tasks; `start` connects, `stop` signs off."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def new_trace(self) -> Trace:
        """A trace that no other message of this acquirer bears; costs no I/O."""
        ...

    async def authorise(self, request: CardAuthorization) -> Answer: ...

    async def complete(self, request: CardCompletion) -> Answer: ...

    async def refund(self, request: CardRefund) -> Answer: ...

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


class FaultPlan(Protocol):
    """What the sandbox has been told to break; a simulator asks it once for every message."""

    def next_fault(self, target: str) -> str | None:
        """The mode to apply to this message (`timeout`, `late_approval`, `decline:51`, `delay:200`, `drop`,
        `duplicate`, `error:96`), or `None`."""
        ...
