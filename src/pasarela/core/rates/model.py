"""An exchange rate: what one unit of a currency is worth in another, from a day on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pasarela.kernel.money import Currency, Money, rounded_minor

DECIMALS = 8
DIGITS_BEFORE_POINT = 10


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One unit of `source` is `value` units of `target`. `day` is of Mexico City's calendar."""

    source: Currency
    target: Currency
    day: date
    value: Decimal

    def __post_init__(self) -> None:
        assert self.source is not self.target, "a currency is not worth anything in itself"
        assert self.value > 0, "every currency is worth something"

    def convert(self, money: Money) -> Money:
        """`money` in the target currency, rounded half up to its minor units."""
        assert money.currency is self.source, "a rate is of one currency"
        shift = self.target.decimals - self.source.decimals
        return Money(rounded_minor((money.minor * self.value).scaleb(shift)), self.target)
