"""Base 10, the check digit of the references that Mexican banks and stores take: Luhn's sum over letters and digits.

Weights 2 and 1 alternate from the right and the digits of each product are added. Letters count as A to I = 1 to 9,
J to R = 1 to 9, S to Z = 2 to 9.
"""

from __future__ import annotations

import string

_VALUES = dict(
    zip(string.digits + string.ascii_uppercase, map(int, "0123456789" + "123456789" * 2 + "23456789"), strict=True)
)


def check_digit(reference: str) -> str:
    """The digit that belongs behind `reference`: capital letters and digits."""
    assert reference, "a reference has characters"
    total = 0
    for index, char in enumerate(reversed(reference)):
        product = _VALUES[char] * (1 if index % 2 else 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def valid(reference: str) -> bool:
    """Whether `reference` has only capital letters and digits and ends in the right check digit."""
    return len(reference) > 1 and set(reference) <= _VALUES.keys() and check_digit(reference[:-1]) == reference[-1]
