"""Which cards are taken, and how long things live in the vault. Pure: no I/O, no clock."""

from __future__ import annotations

from datetime import date, timedelta

from pasarela.core.context import Mode
from pasarela.core.vault.errors import (
    ExpiredCard,
    MissingSecurityCode,
    TestCardInProduction,
    UnsupportedBrand,
    WrongCheckDigit,
    WrongSecurityCode,
)
from pasarela.core.vault.known_cards import PRINTED, TEST_PANS
from pasarela.kernel.cards import CardData, Expiry, brand_of
from pasarela.kernel.secret import Secret, luhn_valid

TOKEN_LIFE = timedelta(hours=1)
"""How long an unused token works."""

SECURITY_CODE_LIFE = timedelta(minutes=10)
"""How long a security code waits for its one charge; a later charge goes without it."""


def check(
    pan: Secret,
    *,
    holder_name: str,
    expiry: Expiry,
    cvv: Secret | None,
    today: date,
    mode: Mode,
    needs_cvv: bool = True,
) -> CardData:
    """The card, if it can be taken on the day `today` (of the cardholder's country).

    Raises `WrongCheckDigit`, `UnsupportedBrand`, `TestCardInProduction`, `ExpiredCard`,
    `MissingSecurityCode`, `WrongSecurityCode`: the first that applies, in this order.
    """
    check_number(pan, mode)
    if expiry.passed(today) and not (mode is Mode.TEST and (pan.reveal(), expiry) in PRINTED):
        raise ExpiredCard
    if cvv is None:
        if needs_cvv:
            raise MissingSecurityCode
    elif not _well_formed(cvv.reveal()):
        raise WrongSecurityCode
    return CardData(pan, holder_name, expiry, cvv)


def check_number(pan: Secret, mode: Mode) -> None:
    """What can be said of a number by itself. Raises `WrongCheckDigit`, `UnsupportedBrand`, `TestCardInProduction`."""
    digits = pan.reveal()
    if not (digits.isascii() and digits.isdigit() and luhn_valid(digits)):
        raise WrongCheckDigit
    if brand_of(digits) is None:
        raise UnsupportedBrand
    if mode is Mode.PRODUCTION and digits in TEST_PANS:
        raise TestCardInProduction


def check_security_code(cvv: Secret) -> None:
    """Raises `WrongSecurityCode` unless `cvv` has three or four digits."""
    if not _well_formed(cvv.reveal()):
        raise WrongSecurityCode


def check_new_expiry(new: Expiry, old: Expiry, today: date) -> None:
    """Raises `ExpiredCard` when a saved card is to get an expiry that has passed; what it bears may stay."""
    if new != old and new.passed(today):
        raise ExpiredCard


def cvv_key(tenant_id: int, source_id: str) -> str:
    """Where the security code for the next charge to a card or token waits in `EphemeralSecrets`."""
    return f"cvv/{tenant_id}/{source_id}"


def _well_formed(cvv: str) -> bool:
    # Test suites pay with three digits on American Express too, so the brand does not decide the length.
    return cvv.isascii() and cvv.isdigit() and len(cvv) in (3, 4)
