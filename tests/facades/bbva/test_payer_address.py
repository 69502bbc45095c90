"""From where a payer calls: BBVA's merchants say it in a header, others are not asked."""

from __future__ import annotations

import pytest

from pasarela.facades.bbva.profile import BBVA
from pasarela.facades.openpay.payer_address import payer_address
from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.toolkit.call import Call
from tests.facades.fake_platform import FIRST_DAY, FakePlatform

SERVER = "192.0.2.7"


def a_call(profile: Profile, *headers: tuple[bytes, bytes]) -> Call[Profile]:
    scope = {"method": "POST", "path": "/", "query_string": b"", "headers": headers, "client": (SERVER, 1)}
    return Call(scope, profile, FakePlatform().services, "r1", FIRST_DAY)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (b"203.0.113.9", "203.0.113.9"),
        (b" 203.0.113.9 , 10.0.0.1", "203.0.113.9"),
        (b"2001:DB8::1", "2001:db8::1"),
        (b"somebody, 203.0.113.9", SERVER),
        (b"", SERVER),
        (b"203.0.113.9'; --", SERVER),
    ],
)
def test_the_first_address_is_the_payers(said: bytes, address: str) -> None:
    assert payer_address(a_call(BBVA, (b"x-forwarded-for", said))) == address


def test_without_the_header_or_at_openpay_it_is_the_callers() -> None:
    assert payer_address(a_call(BBVA)) == SERVER
    assert payer_address(a_call(OPENPAY, (b"x-forwarded-for", b"203.0.113.9"))) == SERVER
