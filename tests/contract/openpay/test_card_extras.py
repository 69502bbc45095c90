"""What a card charge can carry more, through the whole stack: points, payment plans, dollars, a review.

Every test uses cards of its own, since the simulated issuer remembers points by card.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import httpx
import pytest

from pasarela.kernel.secret import luhn_valid
from tests.contract.openpay.golden_files import OBJECTS, load, missing_keys, read_json
from tests.facades.openpay.bodies import CARD, changed
from tests.fixtures_server import SandboxServer

TEST_CARDS = {"bancomer": "4242424242424242", "scotiabank": "5555555555554444", "santander": "5105105105105100"}

_numbers = itertools.count(1)


def fresh_pan(beginning: str) -> str:
    """A number that nobody has paid with, of the issuer of `beginning`."""
    body = f"{beginning}{next(_numbers):09d}"
    return next(body + str(digit) for digit in range(10) if luhn_valid(body + str(digit)))


def a_charge(**changes: Any) -> dict[str, Any]:
    order_id = f"extras-{next(_numbers)}"
    return {"method": "card", "card": CARD, "amount": 100, "description": "Cargo", "order_id": order_id, **changes}


def with_points(use: str, **changes: Any) -> dict[str, Any]:
    card = changed(CARD, card_number=fresh_pan("510510"))
    return a_charge(card=card, use_card_points=use, **changes)


async def charged(sandbox: SandboxServer, body: dict[str, Any], **options: Any) -> Any:
    answer = await sandbox.openpay.post("charges", json=body, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> tuple[int, int]:
    assert answer.json()["http_code"] == answer.status_code
    return answer.status_code, answer.json()["error_code"]


async def balance(sandbox: SandboxServer) -> Decimal:
    return Decimal(str((await sandbox.openpay.get("")).json()["balance"]))


async def balanced(sandbox: SandboxServer) -> bool:
    verified: bool = (await sandbox.control.get("ledger/verify")).json()["balanced"]
    return verified


async def test_printed_points(sandbox: SandboxServer) -> None:
    golden = load("030-cards-points")

    answer = await sandbox.anybody.get(f"/openpay{golden.path}", auth=(golden.auth, ""))

    assert (answer.status_code, answer.json()) == (200, golden.answer)


@pytest.mark.parametrize(("programme", "number"), TEST_CARDS.items())
async def test_points_of_the_test_cards(sandbox: SandboxServer, programme: str, number: str) -> None:
    token = (await sandbox.openpay.post("tokens", json=changed(CARD, card_number=number))).json()

    told = await sandbox.openpay.get(f"tokens/{token['id']}/points")

    assert token["card"]["points_card"] is True
    assert told.json() == [{"points_type": programme, "remaining_points": "300", "remaining_mxn": "22.5"}]


async def test_points_of_cards_without_any_and_of_nobody(sandbox: SandboxServer) -> None:
    saved = (await sandbox.openpay.post("cards", json=changed(CARD, card_number=fresh_pan("411111")))).json()
    token = (await sandbox.openpay.post("tokens", json=CARD)).json()

    for path, code in (
        (f"cards/{saved['id']}/points", (412, 2008)),
        (f"tokens/{token['id']}/points", (412, 2008)),
        (f"cards/{token['id']}/points", (404, 1005)),
        (f"tokens/{saved['id']}/points", (404, 1005)),
        ("cards/knobody/points", (404, 1005)),
        (f"customers/ag4nktpdzebjiye1tlze/cards/{saved['id']}/points", (404, 1005)),
    ):
        assert refused(await sandbox.openpay.get(path)) == code
    assert refused(await sandbox.browser.get(f"tokens/{token['id']}/points")) == (403, 1010)


async def test_only_points(sandbox: SandboxServer) -> None:
    paid = await charged(sandbox, with_points("ONLY_POINTS", amount=10))

    points = paid["card_points"]
    printed = read_json(OBJECTS / "card_points.json")
    assert isinstance(printed, dict)
    assert missing_keys(printed["example"], points) == []
    assert {**points, "caption": None} == {"used": 134, "remaining": 166, "amount": 10, "caption": None}
    assert paid["card"]["points_card"] is True
    assert (await sandbox.openpay.get(f"charges/{paid['id']}")).json() == paid
    assert await balanced(sandbox)


async def test_mixed_and_its_refunds(sandbox: SandboxServer) -> None:
    body = with_points("MIXED")
    paid = await charged(sandbox, body)
    token = (await sandbox.openpay.post("tokens", json=body["card"])).json()["id"]

    async def left() -> str:
        told = (await sandbox.openpay.get(f"tokens/{token}/points")).json()
        return str(told[0]["remaining_points"])

    assert paid["card_points"]["used"] == 300
    assert await left() == "0"
    part = await sandbox.openpay.post(f"charges/{paid['id']}/refund", json={"amount": "77.50"})
    assert (part.status_code, await left()) == (200, "0")
    rest = await sandbox.openpay.post(f"charges/{paid['id']}/refund")
    assert (rest.json()["refund"]["amount"], await left()) == (22.5, "300")
    assert await balanced(sandbox)


async def test_points_refused(sandbox: SandboxServer) -> None:
    for body, code in (
        (a_charge(use_card_points="ONLY_POINTS"), (412, 2008)),
        (a_charge(use_card_points="MIXED"), (412, 2008)),
        (with_points("ONLY_POINTS", amount="22.51"), (402, 3003)),
        (with_points("SOME"), (422, 1003)),
        (with_points("MIXED", currency="USD"), (422, 1003)),
        (with_points("MIXED", use_3d_secure=True, redirect_url="https://shop.example"), (422, 1003)),
    ):
        assert refused(await sandbox.openpay.post("charges", json=body)) == code
    for word in ("NONE", "none", None):
        assert "card_points" not in await charged(sandbox, with_points(word))  # type: ignore[arg-type]  # null is none


async def test_points_that_are_held_and_captured_in_part(sandbox: SandboxServer) -> None:
    held = await charged(sandbox, with_points("MIXED", capture=False))
    assert (held["status"], held["card_points"]["used"]) == ("in_progress", 300)

    captured = await sandbox.openpay.post(f"charges/{held['id']}/capture", json={"amount": 10})

    assert captured.json()["card_points"]["used"] == 134
    assert await balanced(sandbox)


@pytest.mark.parametrize(("payments", "fee"), [(3, 10.3), (6, 13.3), (9, 16.3), (12, 19.3), (18, 25.3)])
async def test_a_payment_plan_costs_its_merchant_more(sandbox: SandboxServer, payments: int, fee: float) -> None:
    card = changed(CARD, card_number="4242424242424242")
    before = await balance(sandbox)

    paid = await charged(sandbox, a_charge(card=card, payment_plan={"payments": str(payments)}))

    assert (paid["fee"]["amount"], paid["payment_plan"]) == (fee, {"payments": str(payments)})
    tax = (Decimal(str(fee)) * Decimal("0.16")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert await balance(sandbox) - before == 100 - Decimal(str(fee)) - tax
    held = await charged(sandbox, a_charge(card=card, payment_plan={"payments": payments}, capture=False))
    captured = await sandbox.openpay.post(f"charges/{held['id']}/capture")
    assert captured.json()["fee"] == paid["fee"]


async def test_a_charge_in_dollars(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)

    paid = await charged(sandbox, a_charge(currency="usd"))

    assert (paid["currency"], paid["amount"]) == ("USD", 100)
    assert paid["exchange_rate"] == {"from": "USD", "date": "2014-11-21", "value": 13.61, "to": "MXN"}
    assert paid["fee"] == {"amount": 41.97, "tax": 6.7152, "currency": "MXN"}
    assert await balance(sandbox) - before == Decimal("1361.00") - Decimal("41.97") - Decimal("6.72")
    refunded = await sandbox.openpay.post(f"charges/{paid['id']}/refund", json={"amount": 40})
    assert (refunded.json()["refund"]["amount"], refunded.json()["refund"]["currency"]) == (40, "USD")
    await sandbox.openpay.post(f"charges/{paid['id']}/refund")
    assert await balance(sandbox) == before
    assert await balanced(sandbox)


async def test_dollars_held_and_captured_in_part(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)
    held = await charged(sandbox, a_charge(currency="USD", capture=False))
    assert (await balance(sandbox), "fee" in held) == (before, False)

    captured = (await sandbox.openpay.post(f"charges/{held['id']}/capture", json={"amount": "10.01"})).json()

    assert (captured["amount"], captured["currency"], captured["fee"]["currency"]) == (10.01, "USD", "MXN")
    assert await balance(sandbox) - before == Decimal("136.24") - Decimal("6.45") - Decimal("1.03")
    assert await balanced(sandbox)


@pytest.mark.parametrize("method", ["store", "bank_account", "alipay"])
async def test_only_cards_pay_dollars(sandbox: SandboxServer, method: str) -> None:
    body = a_charge(method=method, card=None, currency="USD", redirect_url="https://shop.example")

    assert refused(await sandbox.openpay.post("charges", json=body)) == (422, 1003)
    euros = a_charge(currency="EUR")
    assert refused(await sandbox.openpay.post("charges", json=euros)) == (422, 1003)


REVIEW = {"X-Sandbox-Outcome": "review"}


@pytest.mark.parametrize(("decision", "status"), [("release", "completed"), ("decline", "failed")])
async def test_a_charge_that_is_looked_at(sandbox: SandboxServer, decision: str, status: str) -> None:
    held = await charged(sandbox, a_charge(), headers=REVIEW)
    assert (held["status"], held["fraud_rules"], "fee" in held) == ("in_progress", ["sandbox_review"], False)
    listed = (await sandbox.control.get("risk/reviews", params={"tenant": "mzdtln0bmtms6o3kck8f"})).json()
    assert [one["rules"] for one in listed["reviews"] if one["payment"] == held["id"]] == [["sandbox_review"]]
    assert refused(await sandbox.openpay.post(f"charges/{held['id']}/capture")) == (422, 1003)

    decided = await sandbox.control.post(f"risk/reviews/{held['id']}/{decision}", json={})

    assert decided.status_code == 200, decided.text
    now = (await sandbox.openpay.get(f"charges/{held['id']}")).json()
    assert (now["status"], now["fraud_rules"]) == (status, ["sandbox_review"])
    assert now["error_message"] == (None if decision == "release" else "Fraud risk detected by anti-fraud system")
    other = "decline" if decision == "release" else "release"
    again = await sandbox.control.post(f"risk/reviews/{held['id']}/{other}", json={})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "state")
    assert await balanced(sandbox)


async def test_nobody_to_look_at(sandbox: SandboxServer) -> None:
    unknown = await sandbox.control.post("risk/reviews/trnobody/release", json={})
    unnamed = await sandbox.control.get("risk/reviews")

    assert (unknown.status_code, unnamed.status_code) == (404, 422)
