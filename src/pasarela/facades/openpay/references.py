"""What payers name to a store, in a transfer or on the telephone, as Openpay prints it; but for the telephone's key,
which is random, made from the charge's own id.

Structures as in the provider's answers: a store's reference is `000020`, the charge's id in capitals, the amount in
six digits of cents and a check digit (Mexican banks' Base 10); Paybin's has sixteen digits with a Luhn digit.
"""

from __future__ import annotations

import hashlib

from pasarela.kernel.base10 import check_digit
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.kernel.secret import luhn_valid

STORE_MINOR_MAX = 999_999
"""Six digits of cents: the most that one payment at a store can be."""

AGREEMENT = "1411217"
AGREEMENT_CLABE = "012914002014112176"
AGREEMENT_BANK = "BBVA Bancomer"
"""The agreement (CIE) to which transfers for charges go; the reference tells them apart."""

IVR_PHONE = "525588969143"
"""Where a payer calls to pay by telephone, as the document prints it."""


def ivr_key(ids: IdSource) -> str:
    """Six digits that tell the telephone which charge is meant; the first is not zero, since it is printed as a
    number."""
    return str(100_000 + int(ids.digits(6)) % 900_000)


def store_reference(charge_id: str, amount: Money) -> str:
    """Thirty-three characters."""
    assert amount.minor <= STORE_MINOR_MAX, "the dialect refuses more"
    body = f"000020{charge_id.upper()}{amount.minor:06d}"
    return body + check_digit(body)


def paybin_reference(charge_id: str) -> str:
    """Sixteen digits, the last one Luhn's."""
    body = "0101" + _digits(charge_id, "paybin", 11)
    return next(body + str(digit) for digit in range(10) if luhn_valid(body + str(digit)))


def transfer_reference(charge_id: str) -> str:
    """Twenty digits."""
    return "1103" + _digits(charge_id, "cie", 16)


def _digits(charge_id: str, purpose: str, count: int) -> str:
    digest = hashlib.sha256(f"{purpose}/{charge_id}".encode()).digest()
    return str(int.from_bytes(digest) % 10**count).zfill(count)
