"""Nothing that a caller sends can put a card number or a security code into the request log."""

from __future__ import annotations

import json

import pytest

from pasarela.facades.toolkit.masking import (
    LOGGED_BYTES_MAX,
    masked_answer,
    masked_body,
    masked_query,
    masked_text,
)

PAN = "4111111111111111"


def test_fields_are_masked_by_name() -> None:
    body = b'{"card":{"card_number":"4111111111111111", "cvv2" : "110"},"amount":100.50}'

    assert masked_body(body, is_json=True) == (
        '{"card":{"card_number":"411111XXXXXX1111", "cvv2":"***"},"amount":100.50}'
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"card_number":4111111111111111,"cvv2":110}',
        '{"card_number":"4111 1111 1111 1111","cvv2":" 110 "}',
        '{"card_number":["4111111111111111"],"cvv2":[110]}',
        '{"cvv2":{"value":"110"},"card_number":{"value":"4111111111111111"}}',
        '{"securityCode":"110"}',
        '{"CVV2":"110","Card_Number":"4111111111111111"}',
        r'{"cvv\u0032":"110","card\u005fnumber":"4111111111111111"}',
        r'{"x":"\"","cvv2":"110","card_number":"4111111111111111"}',
        r'{"x":"\u0034111111111111111","cvc":"110"}',
        '{"description":"paid with 4111111111111111 or 4111-1111-1111-1111","security_code":"110"}',
        '{"holder":{"cards":[{"number":"4111111111111111","cvc":"110"}]}}',
    ],
)
def test_no_way_around(body: str) -> None:
    json.loads(body)

    masked = masked_body(body.encode(), is_json=True)

    assert masked is not None
    assert PAN not in masked.replace(" ", "").replace("-", "")
    assert "110" not in masked


def test_a_body_that_is_no_json_loses_its_digits() -> None:
    assert masked_body(b"card_number=4111111111111111&cvv2=110&x=\xff", is_json=False) == (
        "card_number=XXXXXXXXXXXXXXXX&cvvX=XXX&x=�"
    )


def test_what_looks_like_no_card_stays() -> None:
    body = '{"order_id":"oid-00051","phone_number":"4423456723","clabe":"646180109400135624","é":"ñ"}'

    assert masked_body(body.encode(), is_json=True) == body


def test_large_bodies_are_not_kept() -> None:
    large = b'{"a":"' + b"x" * LOGGED_BYTES_MAX + b'"}'

    assert masked_body(large, is_json=True) == masked_answer(large) == f"({len(large)} bytes, not kept)"


def test_nothing_is_none() -> None:
    assert masked_body(b"", is_json=False) is masked_answer(b"") is masked_query(b"") is None


def test_numbers_that_no_float_holds() -> None:
    assert masked_body(rb'{"cvv2":[1],"a":1e999999,"b":"\n"}', is_json=True) == (
        '{"cvv2":"***","a":"1e999999","b":"\\n"}'
    )


def test_paths_and_queries() -> None:
    assert masked_text(f"/v1/m/cards/{PAN}") == "/v1/m/cards/411111XXXXXX1111"
    assert masked_query(b"callback=f&card%5Fnumber=4111111111111111&cvv2=110") == (
        "callback=f&card_number=411111XXXXXX1111&cvv2=***"
    )
    assert masked_query(b"creation%5Bgte%5D=2026-01-01&limit=2") == "creation[gte]=2026-01-01&limit=2"


def test_answers_pass_the_second_net_only() -> None:
    assert masked_answer(b'{"card_number":"411111XXXXXX1111","description":"4111111111111111"}') == (
        '{"card_number":"411111XXXXXX1111","description":"411111XXXXXX1111"}'
    )
