"""What a card number tells without asking anybody: brand, length, check digit, expiry.

Test order matters: Carnet's ranges lie inside Maestro's and Mastercard's, so they are tested first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from pasarela.kernel.secret import Secret, luhn_valid, numbers_in

_CARNET_BINS = frozenset(
    ["286900", "502275", "606333", "627535", "636318", "636379", "639388", "639484", "639559", "588772", "604622"]
)


class Brand(Enum):
    """Card schemes; the value is the platform's own word (dialects have theirs)."""

    VISA = "visa"
    MASTERCARD = "mastercard"
    AMERICAN_EXPRESS = "american_express"
    CARNET = "carnet"
    DINERS = "diners"


_LENGTHS: dict[Brand, frozenset[int]] = {
    Brand.VISA: frozenset({13, 16, 19}),
    Brand.MASTERCARD: frozenset({16}),
    Brand.AMERICAN_EXPRESS: frozenset({15}),
    Brand.CARNET: frozenset({16}),
    Brand.DINERS: frozenset(range(14, 20)),
}


def brand_of(pan: str) -> Brand | None:
    """The scheme of a PAN by its leading digits and length; `None` when no scheme issues such a number."""
    brand = brand_of_bin(pan)
    return brand if brand is not None and len(pan) in _LENGTHS[brand] else None


def brand_of_bin(pan: str) -> Brand | None:
    """The scheme of numbers that begin like `pan`, of which six digits or more are known."""
    if len(pan) < 6 or not pan.isascii() or not pan.isdigit():
        return None
    six, four, three, two = int(pan[:6]), int(pan[:4]), int(pan[:3]), int(pan[:2])
    if pan[:6] in _CARNET_BINS or 506199 <= six <= 506499:
        return Brand.CARNET
    if pan[0] == "4":
        return Brand.VISA
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return Brand.MASTERCARD
    if two in (34, 37):
        return Brand.AMERICAN_EXPRESS
    if 300 <= three <= 305 or two in (36, 38):
        return Brand.DINERS
    return None


@dataclass(frozen=True, slots=True)
class Expiry:
    """Month and year printed on a card; the card works until the last day of that month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        assert 1 <= self.month <= 12, "an expiry is a real month"
        assert 2000 <= self.year <= 2099, "an expiry is of this century"

    def passed(self, today: date) -> bool:
        """Whether a card with this expiry no longer works on the day `today` (of the cardholder's country)."""
        return (today.year, today.month) > (self.year, self.month)

    def yymm(self) -> str:
        """As ISO 8583 field 14 wants it."""
        return f"{self.year % 100:02d}{self.month:02d}"


@dataclass(frozen=True, slots=True)
class CardData:
    """A card as its holder typed it, validated. The CVV lives only as long as the call that brought it."""

    pan: Secret
    holder_name: str
    expiry: Expiry
    cvv: Secret | None = None

    def __post_init__(self) -> None:
        assert luhn_valid(self.pan.reveal()), "wire models refuse a wrong check digit before this"


def mask(pan: str, fill: str = "X") -> str:
    """First six and last four digits, the rest as `fill`: `411111XXXXXX1111`."""
    return pan[:6] + fill * (len(pan) - 10) + pan[-4:]


def holds_pan(text: str) -> bool:
    """Whether somebody has typed a card number into `text`, with spaces or dashes or without: digits that pass Luhn and
    are a number of a scheme, ours or another. One number in ten passes Luhn, so that alone would not tell it from an
    order number."""
    return any(_is_pan(digits) for _, _, digits in numbers_in(text))


def _is_pan(digits: str) -> bool:
    # Discover, JCB, UnionPay and Maestro we don't take, but their numbers are as secret.
    return brand_of(digits) is not None or (len(digits) == 16 and digits[0] in "356")
