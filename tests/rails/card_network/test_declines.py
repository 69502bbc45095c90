from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.decline import Decline
from pasarela.rails.card_network.declines import approved, decline_of

CODES = {
    "01 02": Decline.CALL_ISSUER,
    "04 07 35 36 37": Decline.PICK_UP_CARD,
    "05 12 06 13 30 94": Decline.DO_NOT_HONOUR,
    "14": Decline.INVALID_CARD_NUMBER,
    "33 54": Decline.EXPIRED_CARD,
    "34 59 63": Decline.SUSPECTED_FRAUD,
    "41": Decline.LOST_CARD,
    "43": Decline.STOLEN_CARD,
    "51": Decline.INSUFFICIENT_FUNDS,
    "55": Decline.WRONG_PIN,
    "57 93": Decline.NOT_PERMITTED,
    "58 39": Decline.NOT_ONLINE,
    "61 62 65": Decline.RESTRICTED_CARD,
    "68 91 92 96": Decline.ISSUER_UNAVAILABLE,
    "75": Decline.PIN_TRIES_EXCEEDED,
    "82 N7": Decline.WRONG_SECURITY_CODE,
}


@pytest.mark.parametrize(
    ("code", "decline"), [(code, decline) for codes, decline in CODES.items() for code in codes.split()]
)
def test_decline_of_a_known_code(code: str, decline: Decline) -> None:
    assert decline_of(code) is decline
    assert not approved(code)


def test_only_00_and_10_approve() -> None:
    assert [code for code in (f"{n:02d}" for n in range(100)) if approved(code)] == ["00", "10"]


@given(st.text(max_size=4))
def test_decline_of_anything_is_a_decline(code: str) -> None:
    assert isinstance(decline_of(code), Decline)
