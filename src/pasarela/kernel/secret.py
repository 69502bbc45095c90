"""Values that must never be shown: card numbers, security codes, PINs, private keys.

A `Secret` prints, logs and formats as `***`; only `reveal()` gives the text, so that a reviewer can search for it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator


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


_RUN = re.compile(r"\d(?:[ -]{0,3}\d){12,}", re.ASCII)
_GROUP = re.compile(r"\d+", re.ASCII)
_PAN_DIGITS = range(13, 20)


_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_ZERO = ord("0")


def luhn_valid(digits: str) -> bool:
    """Whether `digits` (decimal digits only) end in a right ISO/IEC 7812 check digit."""
    ascii_digits = digits.encode("ascii")
    # From the right, every second digit counts as the digits of its double. Without a loop: every charge asks twice.
    counted = ascii_digits[::-2] + ascii_digits[-2::-2].translate(_DOUBLED)
    return (sum(counted) - _ZERO * len(counted)) % 10 == 0


def numbers_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Where in `text` 13 to 19 digits stand that pass Luhn, and which: in one piece, or in groups with up to three
    spaces and dashes between them. Of several that overlap the first and longest."""
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, *run.span()))
        at = 0
        while at < len(groups):
            digits, found, after = "", None, at + 1
            for last in range(at, len(groups)):
                digits += groups[last].group()
                if len(digits) >= _PAN_DIGITS.stop:
                    break
                if len(digits) in _PAN_DIGITS and luhn_valid(digits):
                    found, after = (groups[at].start(), groups[last].end(), digits), last + 1
            if found is not None:
                yield found
            at = after


def mask_pans(text: str) -> str:
    """`text` with every number that `numbers_in` finds shown as its first six and last four digits."""
    parts, done = [], 0
    for start, end, digits in numbers_in(text):
        parts += [text[done:start], digits[:6], "X" * (len(digits) - 10), digits[-4:]]
        done = end
    return "".join([*parts, text[done:]]) if parts else text
