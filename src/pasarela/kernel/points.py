"""Points that cards collect, and that may pay: how many, whose, and what they are worth. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pasarela.kernel.money import Money


class PointsUse(Enum):
    """How a card's points pay: for the whole, or as far as they go."""

    ONLY = "only"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class PointsSpent:
    """What the issuer took in points for a payment, and what is left of them. `worth_minor` is what they paid, in minor
    units of the payment's currency; `caption` is for the payer's receipt."""

    used: int
    remaining: int
    worth_minor: int
    caption: str | None = None

    def __post_init__(self) -> None:
        assert self.used >= 0, "points are spent, not earned"
        assert self.worth_minor >= 0, "points are worth something or nothing"


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """The points on a card: of which programme (`santander`), how many, and what they are worth."""

    programme: str
    points: int
    worth: Money
