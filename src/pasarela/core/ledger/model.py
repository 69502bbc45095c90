"""A transfer: an immutable record that money moved between accounts, or is about to.

Its id is made by the caller: booking the same transfer again changes nothing and answers the same; the same id
with other content is a conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Phase(Enum):
    """POSTED moves money; PENDING reserves it (and counts against floors); VOID gives a reservation back."""

    POSTED = "posted"
    PENDING = "pending"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Leg:
    """One account's part: minor units, positive is a credit.

    `spill` (only where money is taken from a floored account) names the account that gives what this one can't without
    breaking its floor. It is decided under the lock; what is booked are plain legs.
    """

    account: str
    amount: int
    spill: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """`legs` sum to zero for each currency and name each account once. `settles` names the pending transfer that this
    one posts (each account's leg at most what was pending, the way in which it was) or voids (no legs). `kind` is the
    reason code: `charge`, `refund`, `fee`…"""

    tenant_id: int
    transfer_id: str
    kind: str
    phase: Phase
    legs: tuple[Leg, ...]
    occurred_at: datetime
    settles: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """The transfer stands in the ledger; `replayed` when it already did."""

    transfer_id: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one account, minor units. `available` is what may leave it: posted less what is reserved to go out."""

    account: str
    currency: str
    posted: int
    pending_in: int
    pending_out: int

    @property
    def available(self) -> int:
        return self.posted - self.pending_out


@dataclass(frozen=True, slots=True)
class Verification:
    """What re-deriving everything found; `problems` is empty when every centavo is accounted for."""

    accounts: int
    transfers: int
    problems: Sequence[str]

    @property
    def balanced(self) -> bool:
        return not self.problems
