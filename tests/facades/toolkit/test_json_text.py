"""Request bodies: what counts as nothing, as an object, and as no JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pasarela.facades.toolkit.json_text import json_object
from pasarela.facades.toolkit.refusals import NotJson


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"{}", b" { } ", b'"{}"'])
def test_nothing_is_an_empty_object(body: bytes) -> None:
    assert json_object(body) == {}


def test_numbers_keep_their_digits() -> None:
    assert json_object(b'{"a":100.10,"b":0.30000000000000000001,"c":7}') == {
        "a": Decimal("100.10"),
        "b": Decimal("0.30000000000000000001"),
        "c": 7,
    }


def test_a_colon_in_a_text_is_no_key() -> None:
    assert json_object(b'{"url":"http://a:80","b":{"c":":"}}') == {"url": "http://a:80", "b": {"c": ":"}}


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b'"{ }x"',
        b"{'a':1}",
        b'{"a":1',
        b'{"a":1}{}',
        b'{"a":NaN}',
        b'{"a":01}',
        b'{"a":1,}',
        b"\xff\xfe",
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"card_number=4111111111111111&cvv2=123",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"a":' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_refuses_what_is_no_object(body: bytes) -> None:
    with pytest.raises(NotJson):
        json_object(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount":1,"amount":2}',
        b'{"card":{"cvv2":"1","cvv2":"2"}}',
        b'{"a":[{"b":1,"b":2}]}',
        b'{"\\u0061":1,"a":2}',
        b'{"a":"x:y","a":"z"}',
    ],
)
def test_refuses_the_same_key_twice(body: bytes) -> None:
    with pytest.raises(NotJson, match="twice"):
        json_object(body)


def test_a_monstrous_exponent_is_no_crash() -> None:
    assert json_object(b'{"a":1e99999999999999999999}')["a"].is_nan()
