"""How the sandbox chooses an answer: what a wish, a holder name, an amount or a card number asks for.

The table that people read is `outcomes.json` beside this module; its cards are looked up from there, its
rules are the functions here. Pure: the order in which rules apply, and what an answer does, is the issuer's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from typing import Final

APPROVED: Final = "00"
PARTIALLY_APPROVED: Final = "10"
_SYSTEM_MALFUNCTION: Final = "96"
_REFUSED: Final = "05"

_CODE = re.compile(r"[0-9A-Z]{2}")
_HOLDER = re.compile(r"\s*OUTCOME\s+([0-9A-Z]{2})\s*", re.IGNORECASE)
_AMOUNT_FIRST, _AMOUNT_LAST = 900_000, 900_099
_HALVED_FIRST, _HALVED_LAST = 901_000, 901_099
_LONGEST_DELAY_MS = 60_000


class Delivery(Enum):
    """What becomes of an answer on its way back."""

    NOW = "now"
    NEVER = "never"
    LATE = "late"
    DELAYED = "delayed"
    DROP = "drop"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for: a response code, unless the other rules shall decide it, and a delivery."""

    code: str | None = None
    delivery: Delivery = Delivery.NOW
    delay_ms: int = 0


_PLAIN: Final = {
    "approve": Wish(APPROVED),
    "timeout": Wish(delivery=Delivery.NEVER),
    "late_approval": Wish(APPROVED, Delivery.LATE),
    "drop": Wish(delivery=Delivery.DROP),
    "duplicate": Wish(delivery=Delivery.TWICE),
    "decline": Wish(_REFUSED),
    "error": Wish(_SYSTEM_MALFUNCTION),
}


def wish_of(mode: str | None) -> Wish | None:
    """A fault's mode or a call's wish; `None` for none and for words that mean nothing to a card network."""
    if mode is None:
        return None
    word, _, value = mode.strip().partition(":")
    if word == "delay" and value.isascii() and value.isdigit():
        return Wish(delivery=Delivery.DELAYED, delay_ms=min(int(value[:9]), _LONGEST_DELAY_MS))
    if word in {"decline", "error"} and _CODE.fullmatch(value.upper()):
        return Wish(value.upper())
    # `error:503` is what an API's fault says; a card network's word for it is 96.
    return _PLAIN.get(word)


def code_of_holder(name: str | None) -> str | None:
    """The response code that a holder called `OUTCOME xx` asks for."""
    match = _HOLDER.fullmatch(name) if name else None
    return match.group(1).upper() if match else None


def code_of_amount(minor: int) -> str | None:
    """The response code that an amount of 9000.xx asks for, in any currency with two decimals; 9010.xx asks for 10."""
    if halved(minor):
        return PARTIALLY_APPROVED
    return f"{minor - _AMOUNT_FIRST:02d}" if _AMOUNT_FIRST <= minor <= _AMOUNT_LAST else None


def halved(minor: int) -> bool:
    """Whether an amount (9010.xx) asks its issuer to approve half of it; every other 10 approves the whole."""
    return _HALVED_FIRST <= minor <= _HALVED_LAST


class TestCards:
    """The cards of `outcomes.json`, by number."""

    __test__ = False  # for pytest, which takes every class called Test... for one of its own

    def __init__(self) -> None:
        table = json.loads(resources.files(__package__).joinpath("outcomes.json").read_text("utf-8"))
        self._codes: dict[str, str] = {card["number"]: card["code"] for card in table["cards"]}

    def code_of(self, pan: str) -> str | None:
        """The response code that the card's issuer always gives; `None` for a card in no table."""
        return self._codes.get(pan)
