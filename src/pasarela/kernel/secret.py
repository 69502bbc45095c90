"""Values that must never be shown: card numbers, security codes, PINs, private keys.

A `Secret` prints, logs and formats as `***`; only `reveal()` gives the text, so that a reviewer can search for it.
"""

from __future__ import annotations

import hmac
import re


class Secret:
    """Text that no log, repr, f-string or traceback shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is never serialised")


_DIGIT_RUN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)", re.ASCII)


_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_ZERO = ord("0")


def luhn_valid(digits: str) -> bool:
    """Whether `digits` (decimal digits only) end in a right ISO/IEC 7812 check digit."""
    ascii_digits = digits.encode("ascii")
    # From the right, every second digit counts as the digits of its double. Without a loop: every charge asks twice.
    counted = ascii_digits[::-2] + ascii_digits[-2::-2].translate(_DOUBLED)
    return (sum(counted) - _ZERO * len(counted)) % 10 == 0


def mask_pans(text: str) -> str:
    """`text` with every run of 13 to 19 digits that passes Luhn shown as its first six and last four."""
    return _DIGIT_RUN.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    digits = match.group().replace(" ", "").replace("-", "")
    if not luhn_valid(digits):
        return match.group()
    return digits[:6] + "X" * (len(digits) - 10) + digits[-4:]
