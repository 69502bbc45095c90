"""Payouts to cards over HTTP, as the provider's clients ask for them; the document names them and prints none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures_server import SandboxServer

PAYOUTS = "customers/ag4nktpdzebjiye1tlze/payouts"
PAN = "4111111111111111"
CARD = {"card_number": PAN, "holder_name": "Juan Pérez Nuñez", "bank_code": "012"}


def asked(**fields: Any) -> dict[str, Any]:
    return {"method": "card", "card": CARD, "amount": 2.5, "description": "Retiro de saldo semanal", **fields}


async def balance(sandbox: SandboxServer) -> Any:
    return (await sandbox.openpay.get("customers/ag4nktpdzebjiye1tlze")).json()["balance"]


async def test_a_payout_to_a_card_that_comes_with_the_call(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)

    made = await sandbox.openpay.post(PAYOUTS, json=asked())

    assert made.status_code == 200, made.text
    shown = made.json()
    assert (shown["method"], shown["status"], shown["transaction_type"]) == ("card", "in_progress", "payout")
    assert "bank_account" not in shown
    assert shown["card"] == {
        "id": None,
        "type": "debit",
        "brand": "visa",
        "address": None,
        "card_number": "411111XXXXXX1111",
        "holder_name": "Juan Pérez Nuñez",
        "expiration_year": None,
        "expiration_month": None,
        "allows_charges": True,
        "allows_payouts": True,
        "creation_date": None,
        "bank_name": "BANCOMER",
        "bank_code": "012",
        "customer_id": "ag4nktpdzebjiye1tlze",
        "points_card": False,
    }
    assert await balance(sandbox) == before - 2.5
    settled = await sandbox.control.post(f"spei/orders/{shown['id']}/settle")
    assert (settled.status_code, settled.json()["status"]) == (200, "completed")
    read = (await sandbox.openpay.get(f"{PAYOUTS}/{shown['id']}")).json()
    assert (read["status"], read["card"]) == ("completed", shown["card"])
    listed = (await sandbox.openpay.get(PAYOUTS, params={"payout_type": "MANUAL", "limit": 1})).json()
    assert listed == [read]


async def test_a_payout_to_a_saved_card(sandbox: SandboxServer) -> None:
    card = {**CARD, "expiration_year": "30", "expiration_month": "12", "cvv2": "110"}
    saved = (await sandbox.openpay.post("cards", json=card)).json()
    assert saved["allows_payouts"] is True

    made = await sandbox.openpay.post("payouts", json=asked(card=None, destination_id=saved["id"]))

    assert made.status_code == 200, made.text
    assert {name: made.json()["card"][name] for name in saved} == saved
    returned = await sandbox.control.post(f"spei/orders/{made.json()['id']}/return", json={"reason": "Tarjeta robada"})
    assert (returned.json()["status"], returned.json()["reason"]) == ("failed", "Tarjeta robada")


async def test_the_number_is_written_down_nowhere(sandbox: SandboxServer) -> None:
    answer = await sandbox.openpay.post(PAYOUTS, json=asked(), headers={"Idempotency-Key": "card-payout"})
    again = await sandbox.openpay.post(PAYOUTS, json=asked(), headers={"Idempotency-Key": "card-payout"})
    assert answer.json() == again.json()

    calls = (await sandbox.control.get("requests", params={"limit": 100})).text
    events = (await sandbox.control.get("events", params={"limit": 100})).text

    assert PAN not in calls + events


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"card": {**CARD, "card_number": "4111111111111112"}}, 422, 2004),
        ({"card": {**CARD, "card_number": "9111111111111110"}}, 422, 1003),
        ({"card": {**CARD, "expiration_year": "20", "expiration_month": "1"}}, 400, 2005),
        ({"card": {"card_number": PAN}}, 400, 1001),
        ({"card": {**CARD, "bank_code": "1234"}}, 422, 1003),
        ({"card": {**CARD, "bank_code": "032"}}, 402, 1007),
        ({"card": {**CARD, "bank_code": "999"}}, 402, 1007),
        ({"card": {**CARD, "card_number": "4242424242424242"}}, 412, 3006),
        ({"card": {"card_number": "4000000000000002", "holder_name": "Juan"}}, 412, 3006),
        ({"card": None}, 400, 1001),
        ({"amount": 999_999}, 412, 4001),
        ({"method": "bank_account"}, 400, 1001),
        ({"destination_id": "knobody"}, 404, 1005),
        ({"destination_id": "b3d54sd3mdjf75udjfvoc"}, 422, 1003),
        ({"order_id": "000001"}, 409, 1006),
    ],
)
async def test_refusals_move_nothing(sandbox: SandboxServer, fields: dict[str, Any], status: int, code: int) -> None:
    before = await balance(sandbox)

    answer = await sandbox.openpay.post(PAYOUTS, json=asked(**fields))

    assert (answer.status_code, answer.json()["error_code"]) == (status, code), answer.text
    assert await balance(sandbox) == before
