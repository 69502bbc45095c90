"""`/settlements` and `pasarela tenants settlement`: when balances are paid out by themselves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from pasarela.entry.cli import main
from tests.fixtures_server import MERCHANT, SandboxServer

CLABE = "012298026516924616"
HOLDER = "ag4nktpdzebjiye1tlze"
PLAN = {"tenant": MERCHANT, "schedule": "daily", "clabe": CLABE, "holder_name": "Mi empresa"}


async def plans(sandbox: SandboxServer) -> list[dict[str, Any]]:
    answer = await sandbox.control.get("/settlements", params={"tenant": MERCHANT})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["plans"]
    return found


async def command(sandbox: SandboxServer, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """Types `pasarela tenants settlement`; what it said, to the one stream or the other."""
    capsys.readouterr()
    whole = ("tenants", "settlement", *words, "--database-url", sandbox.database_url)
    assert await asyncio.to_thread(main, whole) == code
    said = capsys.readouterr()
    return said.err if code else said.out


async def test_a_plan_pays_by_the_clock_until_it_is_dropped(sandbox: SandboxServer) -> None:
    path = f"/customers/{HOLDER}"
    balance = (await sandbox.openpay.get(path)).json()["balance"]
    made = await sandbox.control.post("/settlements", json={**PLAN, "customer": HOLDER, "minimum": "5.50"})
    assert made.status_code == 200, made.text
    shown = made.json()
    assert (shown["customer"], shown["schedule"], shown["minimum"]) == (HOLDER, "daily", "5.50")
    assert await plans(sandbox) == [{name: value for name, value in shown.items() if name != "tenant"}]

    await sandbox.control.post("/clock", json={"to": shown["next_at"]})

    [payout] = (await sandbox.openpay.get(f"{path}/payouts", params={"payout_type": "AUTOMATIC"})).json()
    assert (payout["amount"], payout["status"]) == (balance, "in_progress")
    assert (await sandbox.openpay.get(path)).json()["balance"] == 0
    query = {"tenant": MERCHANT, "customer": HOLDER}
    assert (await sandbox.control.delete("/settlements", params=query)).json()["dropped"] is True
    assert (await sandbox.control.delete("/settlements", params=query)).status_code == 404
    assert await plans(sandbox) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tenant": "nobody"}, "tenant"),
        ({"schedule": "hourly"}, "schedule"),
        ({"clabe": "012298026516924617"}, "clabe"),
        ({"clabe": "032180000118359719"}, "clabe"),
        ({"minimum": 0}, "minimum"),
        ({"minimum": "1.005"}, "minimum"),
        ({"customer": "anobody"}, "customer"),
        ({"customer": "anbnldwgni1way3yp2dw"}, "customer"),
        ({"hour": 8}, "hour"),
    ],
)
async def test_a_plan_that_can_not_be_is_told(sandbox: SandboxServer, changes: dict[str, Any], field: str) -> None:
    answer = await sandbox.control.post("/settlements", json=PLAN | changes)

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), answer.text
    assert await plans(sandbox) == []


async def test_the_command_line_sets_shows_and_drops(
    sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]
) -> None:
    account = ("openpay", MERCHANT)
    assert "No plan" in await command(sandbox, capsys, "show", *account)

    made = await command(sandbox, capsys, "set", *account, "weekly", CLABE, "Mi empresa", "--minimum", "500", "--json")

    [plan] = json.loads(made)["plans"]
    assert {name: plan[name] for name in plan if name != "next_at"} == {
        "customer": None,
        "schedule": "weekly",
        "clabe": CLABE,
        "holder_name": "Mi empresa",
        "minimum": "500.00",
    }
    assert [{**each, "next_at": None} for each in await plans(sandbox)] == [{**plan, "next_at": None}]
    assert json.loads(await command(sandbox, capsys, "show", *account, "--json"))["plans"] == [plan]
    assert "weekly" in await command(sandbox, capsys, "show", *account)
    assert "No plan" in await command(sandbox, capsys, "show", *account, "--customer", HOLDER)
    assert await command(sandbox, capsys, "drop", *account) == "Dropped.\n"
    assert json.loads(await command(sandbox, capsys, "drop", *account, "--json")) == {"dropped": False}


@pytest.mark.parametrize(
    "words",
    [
        ("show", "openpay", "mnobody"),
        ("set", "openpay", MERCHANT, "daily", "12", "X"),
        ("set", "openpay", MERCHANT, "daily", CLABE, "X", "--minimum", "0"),
        ("set", "openpay", MERCHANT, "daily", CLABE, "X", "--minimum", "much"),
        ("set", "openpay", MERCHANT, "daily", CLABE, "X", "--customer", "anobody"),
    ],
)
async def test_the_command_line_refuses_in_one_line(
    sandbox: SandboxServer, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    said = await command(sandbox, capsys, *words, code=2)

    assert len(said.splitlines()) == 1
    assert await plans(sandbox) == []
