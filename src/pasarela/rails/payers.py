"""What the core asks of the rails by which payers come to us by themselves: stores, wallets, the telephone.

Nothing is sent to these rails but what goes back; they tell what a payer did, perhaps more than once, and each thing
bears an id of its network's that stays the same. A till asks before it takes cash; nobody else asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from pasarela.kernel.cards import CardData
from pasarela.kernel.money import Money


class TillRefusal(Enum):
    """Why a till must not take the cash; the value goes over the wire."""

    LATE = "late"
    SHORT = "short"
    OVER = "over"
    SECOND = "second"
    UNKNOWN_REFERENCE = "unknown_reference"
    AMOUNT_NEEDED = "amount_needed"  # the reference takes any amount: say which


@dataclass(frozen=True, slots=True)
class TillQuestion:
    """A till may take `amount` (`None`: what is asked for) for `reference`? `receipt_id` is the payment's, if it comes
    to one."""

    receipt_id: str
    reference: str
    amount: Money | None = None
    chain: str | None = None


@dataclass(frozen=True, slots=True)
class TillAccepts:
    """Take `amount`. Nobody else is told so for this charge before the payment comes, or some minutes have passed."""

    amount: Money


TillAnswer = TillAccepts | TillRefusal


@dataclass(frozen=True, slots=True)
class StorePayment:
    """A store has taken cash."""

    receipt_id: str
    reference: str
    amount: Money
    chain: str | None = None


class StoreRail(Protocol):
    """The tills of convenience stores."""

    def on_question(self, callback: Callable[[TillQuestion], Awaitable[TillAnswer]]) -> None:
        """Registers who answers tills; once."""
        ...

    def on_payment(self, callback: Callable[[StorePayment], Awaitable[None]]) -> None:
        """Registers who hears of cash, and returns once it is stored; once."""
        ...


@dataclass(frozen=True, slots=True)
class WalletAnswer:
    """A payer has answered in his wallet: he pays `amount` for `reference`, or refuses to (`None`)."""

    answer_id: str
    reference: str
    amount: Money | None


class WalletRail(Protocol):
    """Wallets in which payers approve payments."""

    def on_answer(self, callback: Callable[[WalletAnswer], Awaitable[None]]) -> None:
        """Registers who hears of answers, and returns once one is stored; once."""
        ...

    async def give_back(self, answer: WalletAnswer) -> None:
        """The money of this approval is not wanted: it goes back to its payer. Again, it changes nothing. Raises
        `WalletAway` when nobody took it."""
        ...


class WalletAway(Exception):
    """The wallet did not take what it was told."""


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A payer has called and typed a charge's key and his card. `reference` is the charge's."""

    call_id: str
    reference: str
    key: str
    card: CardData


class PhoneRail(Protocol):
    """The telephone that asks payers for their cards (IVR)."""

    def on_call(self, callback: Callable[[PhoneCall], Awaitable[None]]) -> None:
        """Registers who hears of calls, and returns once one is stored; once."""
        ...
