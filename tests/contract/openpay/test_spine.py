"""Cards through the whole stack: HTTP, core, database, the simulated network and back, at the merchant's level.

One sandbox with demo data for the module; every test makes what it needs and names its own order ids.
"""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.contract.openpay.golden_files import load, missing_keys
from tests.contract.openpay.test_bad_bodies import spoiled
from tests.facades.openpay.bodies import ADDRESS, CARD, changed, without
from tests.fixtures_server import MERCHANT, SandboxServer

PRINTED = [
    "001-auth-charges-list",
    "002-charges-create-source",
    "055-tokens-create",
    "056-tokens-get",
    "057-merchant-get",
]
TEST_CARDS = {
    "4222222222222220": 3001,
    "4000000000000069": 3002,
    "4444444444444448": 3003,
    "4000000000000119": 3004,
    "4000000000000044": 3005,
    "4000000000000127": 2009,
    "4000000000000341": 3009,
    "4000000000000358": 3010,
    "4000000000000366": 3011,
    "4000000000000374": 3012,
    "4000000000000382": 3008,
    "4000000000000390": 3006,
    "4000000000000408": 1004,
}
STATUS_OF = {1004: 503, 2009: 412, 3006: 412, 3008: 412, 3012: 412}

_numbers = itertools.count(1)


def a_charge(**changes: Any) -> dict[str, Any]:
    """A charge with a card that is approved, under an order id of its own."""
    fresh = {
        "method": "card",
        "card": CARD,
        "amount": 100,
        "description": "Cargo",
        "order_id": f"spine-{next(_numbers)}",
    }
    return changed(fresh, **changes)


async def charged(sandbox: SandboxServer, **changes: Any) -> Any:
    answer = await sandbox.openpay.post("charges", json=a_charge(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


def error_of(answer: httpx.Response) -> tuple[int, int]:
    error = answer.json()
    assert error["http_code"] == answer.status_code
    assert error["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, error["error_code"]


async def balance(sandbox: SandboxServer) -> Decimal:
    return Decimal(str((await sandbox.openpay.get("")).json()["balance"]))


@pytest.mark.parametrize("name", PRINTED)
async def test_printed_request(sandbox: SandboxServer, name: str) -> None:
    golden = load(name)

    answer = await sandbox.anybody.request(
        golden.method,
        f"/openpay{golden.path}",
        params=golden.query or None,
        content=golden.body_bytes,
        headers=golden.headers,
        auth=(golden.auth, ""),
    )

    assert answer.status_code == golden.status, answer.text
    assert (
        not golden.has_answer
        or missing_keys(golden.answer, answer.json(), except_for=golden.doubtful_answer_keys) == []
    )


@pytest.mark.parametrize(("number", "code"), TEST_CARDS.items())
async def test_every_test_card_has_its_code(sandbox: SandboxServer, number: str, code: int) -> None:
    body = a_charge(card=changed(CARD, card_number=number))

    answer = await sandbox.openpay.post("charges", json=body)

    assert error_of(answer) == (STATUS_OF.get(code, 402), code)
    (stored,) = (await sandbox.openpay.get("charges", params={"order_id": body["order_id"]})).json()
    assert stored["status"] in ("failed", "in_progress")
    again = await sandbox.openpay.post("charges", json=changed(body, card=CARD))
    assert error_of(again) == (409, 1006)


@pytest.mark.parametrize(
    "number",
    ["4111111111111111", "4242424242424242", "5555555555554444", "5105105105105100", "345678000000007"],
)
async def test_approved_cards(sandbox: SandboxServer, number: str) -> None:
    made = await charged(sandbox, card=changed(CARD, card_number=number, address=ADDRESS))

    assert made["status"] == "completed"
    assert len(made["authorization"]) == 6
    assert made["card"]["card_number"] == number[:6] + "X" * (len(number) - 10) + number[-4:]
    assert made["card"]["address"] == ADDRESS
    assert (await sandbox.openpay.get(f"charges/{made['id']}")).json() == made


async def test_money_arrives_less_the_fee_and_the_books_balance(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)

    made = await charged(sandbox, amount="10.00")

    assert made["fee"] == {"amount": 2.79, "tax": 0.4464, "currency": "MXN"}
    assert await balance(sandbox) - before == Decimal("6.76")
    assert (await sandbox.control.get("ledger/verify")).json()["balanced"] is True


async def test_hold_capture_and_refunds(sandbox: SandboxServer) -> None:
    held = await charged(sandbox, capture="false", amount="100.00")
    assert (held["status"], "fee" in held) == ("in_progress", False)
    path = f"charges/{held['id']}"

    too_much = await sandbox.openpay.post(f"{path}/capture", json={"amount": 100.01})
    captured = await sandbox.openpay.post(f"{path}/capture", json={"amount": "60.00"})
    again = await sandbox.openpay.post(f"{path}/capture", content=b'"{}"')

    assert error_of(too_much) == error_of(again) == (422, 1003)
    assert (captured.json()["status"], captured.json()["amount"]) == ("completed", 60)

    first = await sandbox.openpay.post(f"{path}/refund", json={"amount": 20, "description": "una parte"})
    over = await sandbox.openpay.post(f"{path}/refund", json={"amount": 40.01})
    rest = await sandbox.openpay.post(f"{path}/refund")

    assert first.status_code == 200, first.text
    assert first.json()["refund"]["amount"] == 20
    assert error_of(over) == (422, 1003)
    assert [refund["amount"] for refund in rest.json()["refunds"]] == [20, 40]
    assert rest.json()["status"] == "completed"
    for word, found in (("refunded", 1), ("COMPLETED", 0)):
        query = {"order_id": held["order_id"], "status": word}
        assert len((await sandbox.openpay.get("charges", params=query)).json()) == found


async def test_a_hold_that_is_given_back(sandbox: SandboxServer) -> None:
    held = await charged(sandbox, capture=False)

    cancelled = await sandbox.openpay.post(f"charges/{held['id']}/refund", content=b"")

    assert cancelled.json()["status"] == "cancelled"
    late = await sandbox.openpay.post(f"charges/{held['id']}/capture")
    assert error_of(late) == (422, 1003)


async def test_a_saved_card_lives_and_dies(sandbox: SandboxServer) -> None:
    number = "4111111111111129"
    saved = (await sandbox.openpay.post("cards", json=changed(CARD, card_number=number))).json()
    path = f"cards/{saved['id']}"

    twice = await sandbox.openpay.post("cards", json=changed(CARD, card_number=number))
    listed = (await sandbox.openpay.get("cards", params={"limit": 1})).json()
    put_back = await sandbox.openpay.put(path, json=saved)
    with_code = await sandbox.browser.put(path, json={"cvv2": "000"}, headers={"Origin": "https://shop.example"})
    paid = await charged(sandbox, card=None, source_id=saved["id"])
    deleted = await sandbox.openpay.delete(path)
    after = await sandbox.openpay.post("charges", json=a_charge(card=None, source_id=saved["id"]))

    assert error_of(twice) == (409, 2002)
    assert listed == [saved]
    assert (put_back.status_code, put_back.content, with_code.status_code) == (200, b"{}", 200)
    assert paid["card"]["id"] == saved["id"]
    assert paid["card"]["creation_date"] == saved["creation_date"]
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert error_of(after) == (404, 1005)


async def test_a_refused_card_is_not_saved(sandbox: SandboxServer) -> None:
    answer = await sandbox.openpay.post("cards", json=changed(CARD, card_number="4444444444444448"))

    assert error_of(answer) == (402, 3003)


async def test_a_token_works_once(sandbox: SandboxServer) -> None:
    page = {"Origin": "https://shop.example"}
    made = await sandbox.browser.post("tokens", json=CARD, headers=page)
    token_id = made.json()["id"]
    assert (made.status_code, made.headers["access-control-allow-origin"]) == (201, page["Origin"])

    paid = await charged(sandbox, card=None, source_id=token_id)
    again = await sandbox.openpay.post("charges", json=a_charge(card=None, source_id=token_id))
    saving = await sandbox.openpay.post("cards", json={"token_id": token_id})

    assert paid["card"]["id"] is None
    assert error_of(again) == error_of(saving) == (422, 1003)
    assert (await sandbox.openpay.get(f"tokens/{token_id}")).json() == made.json()


async def test_one_order_id_one_charge(sandbox: SandboxServer) -> None:
    body = a_charge()

    answers = await asyncio.gather(*(sandbox.openpay.post("charges", json=body) for _ in range(8)))

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * 7
    assert len((await sandbox.openpay.get("charges", params={"order_id": body["order_id"]})).json()) == 1


async def test_one_key_one_answer(sandbox: SandboxServer) -> None:
    body, key = without(a_charge(), "order_id"), {"Idempotency-Key": "spine-key"}
    before = await balance(sandbox)

    answers = await asyncio.gather(*(sandbox.openpay.post("charges", json=body, headers=key) for _ in range(8)))
    late = await sandbox.openpay.post("charges", json=body, headers=key)
    other = await sandbox.openpay.post("charges", json=changed(body, amount=7), headers=key)

    assert {(answer.status_code, answer.content) for answer in [*answers, late]} == {(200, answers[0].content)}
    assert late.headers["idempotent-replayed"] == "true"
    assert error_of(other) == (409, 1006)
    assert await balance(sandbox) - before == Decimal(100) - Decimal("5.40") - Decimal("0.86")


async def test_wishes_for_outcomes(sandbox: SandboxServer) -> None:
    for wish, code in (("decline:51", (402, 3003)), ("timeout", (503, 1004)), ("sometimes", (422, 1003))):
        answer = await sandbox.openpay.post("charges", json=a_charge(), headers={"X-Sandbox-Outcome": wish})

        assert error_of(answer) == code


async def test_a_refused_call_is_explained(sandbox: SandboxServer) -> None:
    answer = await sandbox.openpay.post("charges", json=a_charge(amount="10.555"))

    told = (await sandbox.control.get(f"requests/{answer.json()['request_id']}")).json()

    assert (told["field"], told["rule"]) == ("amount", "amount.decimals")
    assert told["section"] == "Cargos / Con id de tarjeta o token"
    assert "two decimals" in told["fix"]
    assert told["request_body"]["card"]["card_number"] == "411111XXXXXX1111"
    assert told["request_body"]["card"]["cvv2"] == "***"


async def test_a_paid_call_shows_its_transfers(sandbox: SandboxServer) -> None:
    answer = await sandbox.openpay.post("charges", json=a_charge())

    told = (await sandbox.control.get(f"requests/{answer.headers['x-request-id']}")).json()

    assert told["subject"] == answer.json()["id"]
    assert len(told["transfers"]) == 1


async def test_beside_the_way(sandbox: SandboxServer) -> None:
    large = await sandbox.openpay.post("charges", content=b"x" * (1024 * 1024 + 1))
    nowhere = await sandbox.openpay.get("nowhere")
    patch = await sandbox.openpay.patch("charges")
    stranger = await sandbox.anybody.get(f"/openpay/v1/{MERCHANT}/charges")
    public = await sandbox.browser.get("charges")
    slashes = await sandbox.openpay.get("//charges//?limit=1")

    assert [error_of(each) for each in (large, nowhere, patch, stranger, public)] == [
        (413, 1009),
        (404, 1005),
        (405, 1005),
        (401, 1002),
        (403, 1010),
    ]
    assert stranger.headers["www-authenticate"] == 'Basic realm="Openpay"'
    assert slashes.status_code == 200


@seed(20_261_121)
@settings(
    max_examples=300,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(call=spoiled())
async def test_no_body_breaks_the_stack(sandbox: SandboxServer, call: tuple[str, str, bytes]) -> None:
    method, path, body = call

    answer = await sandbox.openpay.request(method, path.removeprefix("/"), content=body)

    assert answer.status_code < 500 or answer.json()["error_code"] == 1004, answer.text


async def test_a_token_dies_unused_after_an_hour(sandbox: SandboxServer) -> None:
    token_id = (await sandbox.openpay.post("tokens", json=CARD)).json()["id"]

    await sandbox.control.post("clock", json={"advance": "PT61M"})

    answer = await sandbox.openpay.post("charges", json=a_charge(card=None, source_id=token_id))
    assert error_of(answer) == (422, 1003)
