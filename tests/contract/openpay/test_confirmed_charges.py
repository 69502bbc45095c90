"""The document's charges that their payers confirm, against a sandbox; and the whole way of each."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.openpay.golden_files import Golden, load, missing_keys, types_of
from tests.fixtures_server import SandboxServer

CARD = {
    "card_number": "4111111111111111",
    "holder_name": "Juan Perez",
    "expiration_month": "12",
    "expiration_year": "29",
    "cvv2": "110",
}
BROKE = {**CARD, "card_number": "4444444444444448"}
PAGE = {"method": "card", "amount": 100, "description": "Cargo", "confirm": "false", "redirect_url": "http://x.mx/back"}
PHONE = {"method": "card", "amount": 100, "description": "Cargo", "confirm": "ivr"}


async def ask(sandbox: SandboxServer, golden: Golden) -> httpx.Response:
    """The request as printed, with an order id that 002, 003 and 007 don't share."""
    assert golden.body_bytes is not None
    return await sandbox.anybody.request(
        golden.method,
        f"/openpay{golden.path}",
        content=golden.body_bytes.replace(b"oid-00051", f"oid-{golden.name[:3]}-00051".encode()),
        headers=golden.headers,
        auth=(golden.auth, ""),
    )


async def charge(sandbox: SandboxServer, body: dict[str, Any]) -> dict[str, Any]:
    answer = await sandbox.openpay.post("/charges", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def shown(sandbox: SandboxServer, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await sandbox.openpay.get(f"/charges/{made['id']}")).json()
    return found


async def call(sandbox: SandboxServer, made: dict[str, Any], key: object, card: object = CARD) -> httpx.Response:
    return await sandbox.control.post(f"/ivr/{made['id']}/calls", json={"ivr_key": key, "card": card})


@pytest.mark.parametrize("name", ["003-charges-create-redirect", "007-charges-create-ivr"])
async def test_printed_request(sandbox: SandboxServer, name: str) -> None:
    golden = load(name)
    answer = await ask(sandbox, golden)
    assert answer.status_code == golden.status, answer.text
    told = answer.json()
    assert isinstance(golden.answer, dict)
    assert missing_keys(golden.answer, told, except_for=golden.doubtful_answer_keys) == []
    assert types_of(told["payment_method"]) == types_of(golden.answer["payment_method"])
    assert (told["status"], told["method"], told["authorization"]) == ("charge_pending", "card", None)


async def test_the_page_is_where_the_document_prints_it(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, PAGE)
    url = made["payment_method"]["url"]
    assert url.endswith(f"/v1/mzdtln0bmtms6o3kck8f/charges/{made['id']}/card_capture")


async def test_confirm_by_token(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, PAGE)
    for number, reached in ((BROKE, (402, 3003)), (CARD, (200, None))):
        token = (await sandbox.openpay.post("/tokens", json=number)).json()
        answer = await sandbox.openpay.post(f"/charges/{made['id']}/confirm", json={"token_id": token["id"]})
        assert (answer.status_code, answer.json().get("error_code")) == reached
    paid = await shown(sandbox, made)
    assert (paid["status"], paid["card"]["card_number"], paid["id"]) == ("completed", "411111XXXXXX1111", made["id"])
    refunded = await sandbox.openpay.post(f"/charges/{made['id']}/refund", json={})
    assert refunded.status_code == 200


async def test_three_refused_cards_fail_it(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, PAGE)
    for status in ("charge_pending", "charge_pending", "failed"):
        token = (await sandbox.openpay.post("/tokens", json=BROKE)).json()
        answer = await sandbox.openpay.post(f"/charges/{made['id']}/confirm", json={"token_id": token["id"]})
        assert (answer.status_code, answer.json()["error_code"]) == (402, 3003)
        assert (await shown(sandbox, made))["status"] == status


async def test_cancel(sandbox: SandboxServer) -> None:
    for body in (PAGE, PHONE, {"method": "store", "amount": 5, "description": "Cargo"}):
        made = await charge(sandbox, body)
        cancelled = await sandbox.openpay.post(f"/charges/{made['id']}/cancel")
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert (await sandbox.openpay.post(f"/charges/{made['id']}/cancel")).json()["status"] == "cancelled"
        token = (await sandbox.openpay.post("/tokens", json=CARD)).json()
        refused = await sandbox.openpay.post(f"/charges/{made['id']}/confirm", json={"token_id": token["id"]})
        assert (refused.status_code, refused.json()["error_code"]) == (422, 1003)


async def test_a_payer_calls(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, PHONE)
    key = made["payment_method"]["ivr_key"]
    wrong = await call(sandbox, made, key - 1 if key > 100_000 else key + 1)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "wrong_key")
    broke = await call(sandbox, made, key, BROKE)
    assert (broke.status_code, broke.json()["error"]["code"]) == (409, "declined")
    waiting = await shown(sandbox, made)
    assert (waiting["status"], waiting["payment_method"]["attempts"], "card" in waiting) == ("charge_pending", 2, False)
    paid = await call(sandbox, made, str(key))
    assert (paid.status_code, paid.json()) == (200, {"charge_id": made["id"], "outcome": "completed", "attempts": 3})
    assert (await shown(sandbox, made))["status"] == "completed"
    again = await call(sandbox, made, key)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "not_waiting")
    assert (await sandbox.control.get("/ledger/verify")).json()["balanced"] is True


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"card": {**CARD, "card_number": "4111111111111112"}}, 422, "bad_value"),
        ({"card": {**CARD, "expiration_month": "13"}}, 422, "bad_value"),
        ({"card": {**CARD, "card_number": "5105105105105100", "expiration_year": "20"}}, 422, "bad_value"),
        ({"card": None}, 422, "bad_value"),
        ({"ivr_key": None}, 422, "bad_value"),
    ],
)
async def test_a_call_that_can_not_be_one(
    sandbox: SandboxServer, change: dict[str, Any], status: int, code: str
) -> None:
    made = await charge(sandbox, PHONE)
    body = {"ivr_key": made["payment_method"]["ivr_key"], "card": CARD, **change}
    answer = await sandbox.control.post(f"/ivr/{made['id']}/calls", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (await shown(sandbox, made))["payment_method"]["attempts"] == 0


async def test_a_call_for_no_such_charge(sandbox: SandboxServer) -> None:
    on_page = await charge(sandbox, PAGE)
    for charge_id in (on_page["id"], "trnobody"):
        answer = await sandbox.control.post(f"/ivr/{charge_id}/calls", json={"ivr_key": 1, "card": CARD})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_nobody_pays_in_time(sandbox: SandboxServer) -> None:
    made = [await charge(sandbox, PAGE), await charge(sandbox, PHONE)]
    await sandbox.control.post("/clock", json={"advance": "PT25H"})
    assert [(await shown(sandbox, each))["status"] for each in made] == ["cancelled", "cancelled"]
