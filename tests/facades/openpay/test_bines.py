"""What a card's first digits tell."""

from __future__ import annotations

import pytest

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import ask
from tests.facades.fake_platform import MERCHANT
from tests.facades.openpay.conftest import Ask


@pytest.mark.parametrize("path", ["/bines/411111", "/bines/man/411111"])
async def test_a_known_bin(api: Ask, path: str) -> None:
    answer = await api("GET", path)

    assert answer.json == {
        "bin": "411111",
        "bank": "Banamex",
        "bank_code": "002",
        "brand": "visa",
        "type": "debit",
        "category": None,
        "country": "MEXICO",
        "country_code": "MX",
        "allowed_online": True,
        "allowed_santander_points": False,
    }


async def test_a_bank_that_nobody_knows(api: Ask) -> None:
    answer = await api("GET", "/bines/49999912")

    assert (answer.json["bank"], answer.json["country"], answer.json["brand"]) == ("DESCONOCIDO", None, "visa")


async def test_points(api: Ask) -> None:
    assert (await api("GET", "/bines/510510")).json["allowed_santander_points"] is True


@pytest.mark.parametrize("digits", ["41111", "4111111111111111", "999999", "41111x", "411111.0"])
async def test_digits_that_begin_no_card(api: Ask, digits: str) -> None:
    for path in (f"/bines/{digits}", f"/bines/man/{digits}", f"/bines/{digits}/promotions"):
        answer = await api("GET", path)
        assert (answer.status, answer.error_code) == (404, 1005)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("424242", {"cardType": "CREDIT", "installments": [3, 6, 9, 12, 18], "withInterest": False}),
        ("411111", {"cardType": "DEBIT", "installments": [], "withInterest": False}),
    ],
)
async def test_promotions_need_no_key(app: DialectApp[Profile], digits: str, shown: object) -> None:
    target = f"/v1/{MERCHANT}/bines/{digits}/promotions?amount=100.00&currency=MXN"

    answer = await ask(app, "GET", target, root_path="/openpay", headers={"Origin": "https://shop.example"})

    assert answer.json == shown
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_validate_bin_needs_no_key(app: DialectApp[Profile], method: str) -> None:
    headers = {"Idempotency-Key": "k"}

    answer = await ask(app, method, "/v1/cards/validate-bin?bin=42424242", root_path="/openpay", headers=headers)

    assert answer.json == {"bin": "42424242", "card_type": "CREDIT", "brand": "visa", "bank": "BANCOMER"}


@pytest.mark.parametrize(("query", "status", "code"), [("", 400, 1001), ("bin=1", 422, 1003), ("bin=x", 422, 1003)])
async def test_validate_bin_without_digits(app: DialectApp[Profile], query: str, status: int, code: int) -> None:
    answer = await ask(app, "GET", f"/v1/cards/validate-bin?{query}", root_path="/openpay")

    assert (answer.status, answer.error_code) == (status, code)


async def test_validate_bin_of_a_merchant(api: Ask) -> None:
    assert (await api("GET", "/cards/validate-bin?bin=411111")).json["card_type"] == "DEBIT"
