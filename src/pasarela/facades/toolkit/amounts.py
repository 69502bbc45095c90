"""Amounts of money as dialects write them: major units with a decimal point, two decimals. Never a float."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from pasarela.kernel.money import MAX_MINOR, Money

DECIMALS = 2


def minor_units(amount: Decimal) -> int | None:
    """`Decimal("100.5")` → 10050; `None` when the amount has more than two decimals that count.

    Exact: `Decimal.scaleb` would round to the context's 28 digits.
    """
    sign, digits, exponent = amount.as_tuple()
    assert isinstance(exponent, int), "callers pass finite amounts"
    shift = exponent + DECIMALS
    if shift < 0 and any(digits[shift:]):
        return None
    kept = digits[:shift] if shift < 0 else digits + (0,) * shift
    minor = int("".join(map(str, kept)) or "0")
    return -minor if sign else minor


def too_large(amount: Decimal) -> bool:
    """Whether no call may name `amount`; to be asked first, since it bounds the digits before the point."""
    return amount.adjusted() > len(str(MAX_MINOR)) - DECIMALS


def json_number(money: Money) -> msgspec.Raw:
    """`100.00` as a JSON number with its decimals, as the printed answers have them."""
    assert money.currency.decimals == DECIMALS, "every currency that we book has two decimals"
    return msgspec.Raw(b"%s%d.%02d" % (b"-" if money.minor < 0 else b"", *divmod(abs(money.minor), 100)))


def json_decimal(value: Decimal) -> msgspec.Raw:
    """An exact number with at least two decimals and no needless zeros: `0.4464`, `0.40`."""
    text = f"{value:f}"
    head, _, tail = text.partition(".")
    return msgspec.Raw(f"{head}.{tail.rstrip('0').ljust(DECIMALS, '0')}".encode())
