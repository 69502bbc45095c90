"""`/sandbox/v1/reset`, `/ledger/verify`, `/events`, `/outcomes`, and what every control call has in common."""

from __future__ import annotations

import asyncio

import pytest

from tests.control.charging import CARD, attempt, charge
from tests.fixtures_server import MERCHANT, SandboxServer


async def charges(sandbox: SandboxServer) -> list[str]:
    return [each["id"] for each in (await sandbox.openpay.get("/charges", params={"limit": 100})).json()]


async def test_verifies_the_ledger(sandbox: SandboxServer) -> None:
    await charge(sandbox)

    answer = await sandbox.control.get("/ledger/verify")

    assert answer.status_code == 200
    verified = answer.json()
    assert (verified["balanced"], verified["problems"]) == (True, [])
    assert verified["accounts"] > 0
    assert verified["transfers"] > 0


async def test_reset_goes_back_to_the_demo_data(sandbox: SandboxServer) -> None:
    await sandbox.control.post("/reset")
    demo = await charges(sandbox)
    made = await charge(sandbox, order_id="reset-1")
    await sandbox.control.post("/clock", json={"advance": "P40D"})
    await sandbox.control.post("/faults", json={"target": "api:openpay", "mode": "error:503"})

    answer = await sandbox.control.post("/reset")

    assert answer.status_code == 200, answer.text
    assert (await sandbox.control.get("/clock")).json()["offset_seconds"] == 0
    assert (await sandbox.control.get("/faults")).json() == {"faults": []}
    assert (await sandbox.openpay.get(f"/charges/{made['id']}")).status_code == 404
    assert await charges(sandbox) == demo
    assert (await sandbox.control.get("/ledger/verify")).json()["balanced"]
    await charge(sandbox, order_id="reset-1")


async def test_reset_lets_calls_in_flight_end_and_later_ones_wait(sandbox: SandboxServer) -> None:
    await sandbox.control.post("/faults", json={"target": "card_network", "mode": "delay:400", "count": 1})
    slow = asyncio.create_task(attempt(sandbox, order_id="in-flight"))
    await asyncio.sleep(0.1)

    reset = asyncio.create_task(sandbox.control.post("/reset"))
    await asyncio.sleep(0.05)
    late = asyncio.create_task(attempt(sandbox, order_id="late"))

    assert (await slow).status_code == 200
    assert (await reset).status_code == 200
    assert (await late).status_code == 200
    listed = (await sandbox.openpay.get("/charges", params={"limit": 100})).json()
    assert "late" in {each["order_id"] for each in listed}
    assert "in-flight" not in {each["order_id"] for each in listed}


async def test_resets_at_once_all_happen(sandbox: SandboxServer) -> None:
    answers = await asyncio.gather(*(sandbox.control.post("/reset") for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (await sandbox.anybody.get("/ready")).status_code == 200


async def test_tells_what_happened(sandbox: SandboxServer) -> None:
    made = await charge(sandbox)

    answer = await sandbox.control.get("/events", params={"subject": made["id"], "tenant": MERCHANT})

    [event] = answer.json()["events"]
    assert (event["type"], event["subject"], event["tenant"]) == ("payment.completed", made["id"], MERCHANT)
    assert event.keys() == {"id", "type", "subject", "tenant", "occurred_at", "data"}
    newest = (await sandbox.control.get("/events", params={"limit": 1})).json()["events"]
    assert newest == [event]
    before = (await sandbox.control.get("/events", params={"before": event["occurred_at"]})).json()["events"]
    assert event["id"] not in {each["id"] for each in before}


async def test_tells_how_to_choose_an_outcome(sandbox: SandboxServer) -> None:
    table = (await sandbox.control.get("/outcomes")).json()
    page = await sandbox.anybody.get("/sandbox/outcomes")

    assert {rule["by"] for rule in table["rules"]} >= {"amount", "holder name", "card"}
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for card in table["cards"]:
        assert card["number"] in page.text


@pytest.mark.parametrize(("number", "code"), [("4444444444444448", 3003), ("4000000000000069", 3002)])
async def test_the_table_is_what_the_network_does(sandbox: SandboxServer, number: str, code: int) -> None:
    answer = await attempt(sandbox, card=CARD | {"card_number": number})

    assert (answer.status_code, answer.json()["error_code"]) == (402, code)


@pytest.mark.parametrize("path", ["/nothing", "/clock/tomorrow", "/deliveries", "/snapshots"])
async def test_unknown_calls_are_told(sandbox: SandboxServer, path: str) -> None:
    answer = await sandbox.control.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_lists_its_calls(sandbox: SandboxServer) -> None:
    calls = (await sandbox.control.get("/")).json()["calls"]

    assert "POST /sandbox/v1/reset" in calls
    assert "GET /sandbox/v1/requests/{request_id}" in calls


async def test_wrong_methods_are_told(sandbox: SandboxServer) -> None:
    answer = await sandbox.control.put("/clock", json={})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    assert answer.json()["error"]["code"] == "wrong_method"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"\xff", 400, "not_json"),
        (b"[]", 422, "bad_value"),
        (b'"P1D"', 422, "bad_value"),
        (b"x" * 300_000, 413, "too_large"),
    ],
)
async def test_bodies_that_are_none_are_told(sandbox: SandboxServer, body: bytes, status: int, code: str) -> None:
    answer = await sandbox.control.post("/clock", content=body)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
