"""CLABE: the 18-digit account number of Mexican banks (3 bank, 3 place, 11 account, 1 control).

Control digits follow Banxico's weights 3, 7, 1. Which institution a CLABE belongs to is not known here.
"""

from __future__ import annotations

PLATFORM_PREFIX = "6461801094"
"""First ten digits of the accounts that collect for our merchants and their customers (bank 646, STP)."""

OWN_SERIALS = 10**7
"""How many accounts fit behind `PLATFORM_PREFIX`."""


def control_digit(seventeen: str) -> str:
    """The 18th digit that belongs to the first seventeen."""
    assert len(seventeen) == 17, "a CLABE without its last digit"
    assert seventeen.isdigit(), "a CLABE has decimal digits only"
    total = sum(int(digit) * weight % 10 for digit, weight in zip(seventeen, (3, 7, 1) * 6, strict=False))
    return str(-total % 10)


def valid(clabe: str) -> bool:
    """Whether `clabe` has 18 decimal digits and the right control digit."""
    return len(clabe) == 18 and clabe.isascii() and clabe.isdigit() and control_digit(clabe[:17]) == clabe[17]


def own(serial: int) -> str:
    """Our account number `serial` (0 to 9,999,999) as a CLABE."""
    assert 0 <= serial < OWN_SERIALS, "the prefix has room for seven digits"
    first = f"{PLATFORM_PREFIX}{serial:07d}"
    return first + control_digit(first)
