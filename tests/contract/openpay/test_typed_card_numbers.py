"""A card number typed where none belongs is refused before anything is stored, and the request log shows none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.facades.openpay.bodies import ADDRESS, CARD, CUSTOMER, changed
from tests.factories.tables import rows
from tests.fixtures_server import SandboxServer

PAN = "4111 1111-1111 1111"
CHARGE: dict[str, Any] = {"method": "card", "card": CARD, "amount": 100, "description": "Cargo"}
STORED = "SELECT count(*) FROM {}"
TABLES = ("payments", "customers", "vault_cards", "vault_tokens", "payouts", "webhook_endpoints", "checkouts", "claims")

PLACES: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "charges", {**CHARGE, "description": f"Tarjeta {PAN}, gracias"}, "description"),
    ("POST", "charges", {**CHARGE, "order_id": "4242424242424242"}, "order_id"),
    ("POST", "charges", {**CHARGE, "order_id": "orden-12 5105 1051 0510 5100"}, "order_id"),
    ("POST", "charges", {**CHARGE, "device_session_id": "378282246310005"}, "device_session_id"),
    ("POST", "charges", {**CHARGE, "customer": {"name": PAN}}, "customer.name"),
    ("POST", "charges", {**CHARGE, "customer": {"phone_number": 4111111111111111}}, "customer.phone_number"),
    ("POST", "charges", {**CHARGE, "card": changed(CARD, holder_name=PAN)}, "card.holder_name"),
    ("POST", "charges", {**CHARGE, "card": {**CARD, "address": {**ADDRESS, "line2": PAN}}}, "card.address.line2"),
    ("POST", "charges", {**CHARGE, "metadata": {"nota": ["x", {"tarjeta": PAN}]}}, "metadata"),
    ("POST", "charges", {**CHARGE, "metadata": {"4111111111111111": 1}}, "metadata"),
    ("POST", "charges", {**CHARGE, "metadata": [{"key": "card", "value": 4111111111111111}]}, "metadata"),
    ("POST", "charges", {**CHARGE, "method": "store", "card": None, "description": PAN}, "description"),
    ("POST", "cards", changed(CARD, holder_name="30569309025904"), "holder_name"),
    ("POST", "tokens", changed(CARD, holder_name="6011111111111117"), "holder_name"),
    ("POST", "customers", {**CUSTOMER, "last_name": PAN}, "last_name"),
    ("POST", "customers", {**CUSTOMER, "external_id": "5555555555554444"}, "external_id"),
    ("POST", "checkouts", {"amount": 1, "description": PAN}, "description"),
    ("POST", "bankaccounts", {"clabe": "072910007380090615", "holder_name": PAN}, "holder_name"),
]


def refused(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error_code"]


async def counted(sandbox: SandboxServer) -> list[int]:
    counts = []
    for table in TABLES:
        [row] = await rows(sandbox.platform.database, STORED.format(table))
        counts.append(row["count"])
    return counts


@pytest.mark.parametrize(("method", "path", "body", "field"), PLACES)
async def test_a_card_number_in_free_text(
    sandbox: SandboxServer, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    before = await counted(sandbox)

    answer = await sandbox.openpay.request(method, path, json=body)

    assert refused(answer) == (422, 1003)
    assert answer.json()["description"] == f"{field} must not hold a card number"
    assert await counted(sandbox) == before
    told = (await sandbox.control.get(f"requests/{answer.json()['request_id']}")).json()
    assert (told["rule"], told["field"]) == ("wire.card_number", field)
    assert "stored there alone" in told["fix"]
    for digits in (
        "11111111",
        "1111 1111",
        "1111-1111",
        "42424242",
        "0510 5100",
        "8282246310",
        "5693090259",
        "5555555555",
    ):
        assert digits not in str(told), told


async def test_a_card_number_as_idempotency_key(sandbox: SandboxServer) -> None:
    before = await counted(sandbox)

    answer = await sandbox.openpay.post("charges", json=CHARGE, headers={"Idempotency-Key": "4111-1111-1111-1111"})

    assert refused(answer) == (422, 1003)
    assert await counted(sandbox) == before


@pytest.mark.parametrize(
    "text",
    [
        "1732168431128",  # an instant in milliseconds
        "20261121055411",
        "0101990000001065",  # a Paybin reference passes Luhn
        "4111111111111112",
        "orden 12345678901234567890123",
        "5214421234561",  # a telephone number with its country
        "646180109400423323",
        "12 41111111",
    ],
)
async def test_numbers_that_are_no_cards(sandbox: SandboxServer, text: str) -> None:
    body = {**CHARGE, "description": text, "order_id": text, "customer": {"phone_number": text}}

    assert (await sandbox.openpay.post("charges", json=body)).status_code == 200


async def test_an_account_number_may_look_like_a_card(sandbox: SandboxServer) -> None:
    account = {"clabe": "638180000000000076", "holder_name": "Eva"}

    answer = await sandbox.openpay.post("bankaccounts", json=account)

    assert answer.status_code in (201, 422)
    assert "card number" not in answer.text
