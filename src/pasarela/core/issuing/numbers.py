"""Makes card numbers: a range's prefix, a serial that a keyed permutation has mixed, and the check digit.

Within a range each serial gives another number, and nobody without the key can tell the next one from those before.
Knows no storage.
"""

from __future__ import annotations

import hmac

from pasarela.infra.keyring import Keyring
from pasarela.kernel.secret import Secret, luhn_valid

DIGITS = 16
_ROUNDS = 10


class NumberMaker:
    """Turns a prefix and a serial into a number; one for each process."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.subkey("issued card numbers")

    def number(self, prefix: str, serial: int) -> Secret:
        """The number of `serial`, which is below `room(prefix)`."""
        assert 0 <= serial < room(prefix), "a range gives as many numbers as it has"
        width = DIGITS - 1 - len(prefix)
        body = prefix + str(self._mixed(prefix, serial, width)).zfill(width)
        return Secret(next(body + digit for digit in "0123456789" if luhn_valid(body + digit)))

    def _mixed(self, prefix: str, serial: int, width: int) -> int:
        """A Feistel network over two halves of decimal digits: a permutation of all numbers of `width` digits."""
        left_span, right_span = _power(width // 2), _power(width - width // 2)
        left, right = divmod(serial, right_span)
        for turn in range(_ROUNDS):
            if turn % 2:
                right = (right + self._word(prefix, turn, left)) % right_span
            else:
                left = (left + self._word(prefix, turn, right)) % left_span
        return left * right_span + right

    def _word(self, prefix: str, turn: int, half: int) -> int:
        return int.from_bytes(hmac.digest(self._key, f"{prefix}/{turn}/{half}".encode(), "sha256"))


def room(prefix: str) -> int:
    """How many numbers begin with `prefix`."""
    width = DIGITS - 1 - len(prefix)
    assert width >= 4, "a prefix leaves some digits"
    return _power(width)


def _power(digits: int) -> int:
    """How many numbers of so many digits there are."""
    return int("1" + "0" * digits)
