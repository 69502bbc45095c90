"""Money as integer minor units with its currency.

A `Money` never holds a float and never mixes currencies: arithmetic on two currencies is a bug and asserts.
Parsing is strict: more decimals than the currency has are an error, never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum

MAX_MINOR = 10**15
"""Largest amount that any call may name; far below what a PostgreSQL bigint sums without overflow."""

_TOO_LONG = len(str(MAX_MINOR))
"""10 to this power is beyond the largest amount."""


class Currency(Enum):
    """ISO 4217 currencies that the platform books, with numeric code and number of decimals."""

    MXN = ("MXN", "484", 2)
    USD = ("USD", "840", 2)
    COP = ("COP", "170", 2)
    BRL = ("BRL", "986", 2)

    def __init__(self, code: str, numeric: str, decimals: int) -> None:
        self.code = code
        self.numeric = numeric
        self.decimals = decimals

    @classmethod
    def of(cls, code: str) -> Currency:
        """The currency with the alphabetic code `code`; `KeyError` when the platform does not book it."""
        return cls[code]

    @classmethod
    def of_numeric(cls, numeric: str) -> Currency:
        """The currency with the ISO numeric code `numeric`; `KeyError` when the platform does not book it."""
        for currency in cls:
            if currency.numeric == numeric:
                return currency
        raise KeyError(numeric)


class BadAmount(ValueError):
    """The text is not an amount of money: not a number, too many decimals, or out of range."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (centavos) of one currency; may be zero or negative (a ledger delta)."""

    minor: int
    currency: Currency

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Money:
        """`"100.5"` → 10050 centavos. Raises `BadAmount` on anything that is not exactly representable."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise BadAmount(text) from None
        if not value.is_finite():
            raise BadAmount(text)
        minor = _exact_minor(value, currency.decimals)
        if minor is None:
            raise BadAmount(text)
        return cls(minor, currency)

    @classmethod
    def zero(cls, currency: Currency) -> Money:
        return cls(0, currency)

    def __add__(self, other: Money) -> Money:
        assert self.currency is other.currency, "currencies never mix"
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        assert self.currency is other.currency, "currencies never mix"
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        assert self.currency is other.currency, "currencies never mix"
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        assert self.currency is other.currency, "currencies never mix"
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def decimal(self) -> Decimal:
        """The amount in major units with all decimals of its currency: 10050 → `Decimal("100.50")`."""
        return Decimal(self.minor).scaleb(-self.currency.decimals)

    def text(self) -> str:
        """The amount in major units with fixed decimals and no currency: `"100.50"`."""
        return f"{self.decimal():f}"

    def __str__(self) -> str:
        return f"{self.text()} {self.currency.code}"


def _exact_minor(value: Decimal, decimals: int) -> int | None:
    """`value` moved left by `decimals` places, if that is a whole number up to `MAX_MINOR`. Read from its digits:
    arithmetic would round them to the context's 28."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "infinities and NaNs were refused before"
    if not value:
        return 0
    shift = exponent + decimals
    if value.adjusted() + decimals >= _TOO_LONG or any(digits[shift:] if shift < 0 else ()):
        return None
    # Nothing above is as long as what the caller has written; from here on the number is short.
    whole = int("".join(map(str, digits[:shift] if shift < 0 else digits)) or "0") * 10 ** max(shift, 0)
    return None if whole > MAX_MINOR else -whole if sign else whole


def rounded_minor(exact: Decimal) -> int:
    """Rounds an exact number of minor units half up, the way Mexican invoices do."""
    return int(exact.to_integral_value(ROUND_HALF_UP))
