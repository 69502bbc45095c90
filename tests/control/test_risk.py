"""`/sandbox/v1/risk/…`: limits, lists, and which rules a sale would meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.control.charging import CARD, attempt, charge
from tests.fixtures_server import MERCHANT, SandboxServer


@pytest.fixture(autouse=True)
async def reset(sandbox: SandboxServer) -> AsyncIterator[None]:
    yield
    await sandbox.control.post("/reset")


async def post(sandbox: SandboxServer, path: str, **body: Any) -> dict[str, Any]:
    answer = await sandbox.control.post(path, json={"tenant": MERCHANT} | body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def met(sandbox: SandboxServer, **sale: Any) -> list[str]:
    told = await post(sandbox, "/risk/explain", **{"amount": "100.00"} | sale)
    assert told["allowed"] is not any(rule["met"] for rule in told["rules"])
    return [rule["rule"] for rule in told["rules"] if rule["met"]]


async def test_sets_a_limit_that_sales_meet(sandbox: SandboxServer) -> None:
    told = await post(sandbox, "/risk/limits", rule="max_amount", value="50.00")

    refused = await attempt(sandbox, amount=50.01)

    assert [(each["rule"], each["value"]) for each in told["limits"]] == [("max_amount", "50.00")]
    assert refused.status_code == 402
    assert refused.json()["fraud_rules"] == ["max_amount"]
    await charge(sandbox, amount=50)


async def test_switches_a_limit_off(sandbox: SandboxServer) -> None:
    await post(sandbox, "/risk/limits", rule="card_velocity_count", value=1)

    told = await post(sandbox, "/risk/limits", rule="card_velocity_count", value=None)

    assert told["limits"] == []
    shown = await sandbox.control.get("/risk/limits", params={"tenant": MERCHANT})
    assert shown.json() == {"tenant": MERCHANT, "limits": []}


async def test_lists_a_card_without_keeping_its_number(sandbox: SandboxServer) -> None:
    await post(sandbox, "/risk/lists", list="card", entry=CARD["card_number"], reason="stolen")

    refused = await attempt(sandbox)
    shown = await sandbox.control.get("/risk/lists", params={"tenant": MERCHANT})

    assert refused.json()["fraud_rules"] == ["blocked_card"]
    [entry] = shown.json()["entries"]
    assert (entry["list"], entry["entry"], entry["reason"]) == ("card", "411111XXXXXX1111", "stolen")
    await post(sandbox, "/risk/lists", list="card", entry=CARD["card_number"], remove=True)
    await charge(sandbox)


async def test_explains_a_sale_and_counts_nothing(sandbox: SandboxServer) -> None:
    await post(sandbox, "/risk/limits", rule="max_amount", value=99.5)
    await post(sandbox, "/risk/limits", rule="card_velocity_count", value=1)
    await post(sandbox, "/risk/lists", list="email", entry="thief@example.com")

    assert await met(sandbox, card_number=CARD["card_number"], email="THIEF@example.com") == [
        "blocked_email",
        "max_amount",
    ]
    assert await met(sandbox, amount=10, card_number=CARD["card_number"]) == []
    assert await met(sandbox, amount=10, card_number=CARD["card_number"]) == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/risk/limits", {"rule": "no_such_rule", "value": 1}, "rule"),
        ("/risk/limits", {"rule": "max_amount", "value": -1}, "value"),
        ("/risk/limits", {"rule": "max_amount", "value": "1.005"}, "value"),
        ("/risk/limits", {"rule": "card_velocity_count", "value": 1.5}, "value"),
        ("/risk/limits", {"rule": "max_amount"}, "value"),
        ("/risk/lists", {"list": "nobody", "entry": "x"}, "list"),
        ("/risk/lists", {"list": "bin", "entry": "41111"}, "entry"),
        ("/risk/lists", {"list": "card", "entry": "4111111111111112"}, "entry"),
        ("/risk/explain", {"amount": "1.005"}, "amount"),
        ("/risk/explain", {"amount": "ten"}, "amount"),
        ("/risk/explain", {"amount": 1, "currency": "EUR"}, "currency"),
        ("/risk/explain", {"amount": 1, "card_number": "4111111111111112"}, "card_number"),
        ("/risk/explain", {"amount": 1, "tenant": "nobody"}, "tenant"),
    ],
)
async def test_refuses_bad_values(sandbox: SandboxServer, path: str, body: dict[str, Any], field: str) -> None:
    answer = await sandbox.control.post(path, json={"tenant": MERCHANT} | body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["field"] == field


async def test_takes_nobody_off_who_is_not_listed(sandbox: SandboxServer) -> None:
    body = {"tenant": MERCHANT, "list": "email", "entry": "a@example.com", "remove": True}

    answer = await sandbox.control.post("/risk/lists", json=body)

    assert answer.status_code == 404
