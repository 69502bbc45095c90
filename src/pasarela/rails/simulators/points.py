"""The points that the simulated issuer keeps for its cards, and what they pay.

A card of a programme begins with three hundred points, worth 22.50 pesos. A card is remembered by a digest of its
number, and only once something was taken from it; forgetting gives every card its first points back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Final

FIRST_POINTS: Final = 300
_MINOR, _POINTS = 15, 2
"""Two points are worth fifteen centavos."""

CURRENCY: Final = "484"
"""Points are worth pesos (ISO 4217 numeric)."""

_CAPTIONS: Final = {
    "santander": "PUNTOS RECOMPENSAS SANTANDER APLICADOS A SU COMPRA",
    "scotiabank": "PUNTOS SCOTIA APLICADOS A SU COMPRA",
    "bancomer": "PUNTOS BANCOMER APLICADOS A SU COMPRA",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Points taken for a payment, what they paid in minor units, and how many the card has left."""

    points: int
    worth: int
    left: int
    caption: str


def worth_of(points: int) -> int:
    """What points pay, in centavos; half a centavo is lost."""
    return points * _MINOR // _POINTS


def points_for(minor: int) -> int:
    """How many points it takes to pay `minor` centavos: 10.00 take 134, as the document has it."""
    return -(-minor * _POINTS // _MINOR)


class PointsBook:
    """Every card's points, as far as they are not the first ones. Programmes are told by a card's whole number or its
    first six digits (`outcomes.json`)."""

    def __init__(self) -> None:
        table = json.loads(resources.files(__package__).joinpath("outcomes.json").read_text("utf-8"))
        self._programmes: dict[str, str] = table["points"]
        self._left: dict[bytes, int] = {}

    def programme_of(self, pan: str) -> str | None:
        """The programme whose points the card collects; `None` for none."""
        return self._programmes.get(pan) or self._programmes.get(pan[:6])

    def left(self, pan: str) -> int:
        """How many the card has, if it has any programme."""
        return self._left.get(_digest(pan), FIRST_POINTS)

    def take(self, pan: str, minor: int, *, whole: bool) -> Taken | None:
        """Pays `minor` centavos, as far as the points go; with `whole` all of it or nothing (`None`)."""
        programme = self.programme_of(pan)
        assert programme is not None, "asked of cards with points only"
        left = self.left(pan)
        needed = points_for(minor)
        if whole and needed > left:
            return None
        points = min(needed, left)
        worth = minor if points == needed else worth_of(points)
        self.add(pan, -points)
        return Taken(points, worth, left - points, _CAPTIONS[programme])

    def add(self, pan: str, points: int) -> None:
        """Gives points back, or takes back (negative) what was given."""
        self._left[_digest(pan)] = self.left(pan) + points

    def forget(self) -> None:
        """Every card has its first points again."""
        self._left.clear()


def _digest(pan: str) -> bytes:
    return hashlib.sha256(pan.encode("ascii")).digest()
