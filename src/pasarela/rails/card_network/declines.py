"""What response codes mean: the one table from field 39 to the platform's vocabulary of declines."""

from __future__ import annotations

from typing import Final

from pasarela.kernel.decline import Decline

APPROVED: Final = "00"
PARTIALLY_APPROVED: Final = "10"
ORIGINAL_UNKNOWN: Final = "25"
"""The network has never seen what a reversal undoes: as good as undone."""

_CODES: Final[dict[Decline, tuple[str, ...]]] = {
    Decline.CALL_ISSUER: ("01", "02"),
    Decline.PICK_UP_CARD: ("04", "07", "35", "36", "37"),
    Decline.DO_NOT_HONOUR: ("05", "12"),
    Decline.INVALID_CARD_NUMBER: ("14",),
    Decline.EXPIRED_CARD: ("33", "54"),
    Decline.SUSPECTED_FRAUD: ("34", "59", "63"),
    Decline.LOST_CARD: ("41",),
    Decline.STOLEN_CARD: ("43",),
    Decline.INSUFFICIENT_FUNDS: ("51",),
    Decline.NOT_PERMITTED: ("57", "93"),
    Decline.NOT_ONLINE: ("58", "39"),
    Decline.RESTRICTED_CARD: ("61", "62", "65"),
    Decline.WRONG_SECURITY_CODE: ("82", "N7"),
    Decline.WRONG_PIN: ("55",),
    Decline.PIN_TRIES_EXCEEDED: ("75",),
    Decline.ISSUER_UNAVAILABLE: ("68", "91", "92", "96"),
}
_DECLINES: Final = {code: decline for decline, codes in _CODES.items() for code in codes}


def approved(code: str) -> bool:
    """Whether the code says yes, to the whole amount or to a part of it."""
    return code in (APPROVED, PARTIALLY_APPROVED)


def decline_of(code: str) -> Decline:
    """Why a code that isn't an approval refuses; a code in no table is an issuer that doesn't say why."""
    return _DECLINES.get(code, Decline.DO_NOT_HONOUR)
