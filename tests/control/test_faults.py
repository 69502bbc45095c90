"""`/sandbox/v1/faults`: what can be broken, how, for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.control.charging import attempt, charge
from tests.fixtures_server import SandboxServer


@pytest.fixture(autouse=True)
async def mended(sandbox: SandboxServer) -> AsyncIterator[None]:
    yield
    await sandbox.control.delete("/faults")


async def add(sandbox: SandboxServer, target: str, mode: str, **more: object) -> dict[str, object]:
    answer = await sandbox.control.post("/faults", json={"target": target, "mode": mode, **more})
    assert answer.status_code == 201, answer.text
    fault: dict[str, object] = answer.json()
    return fault


@pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("card_network", "timeout"),
        ("card_network", "late_approval"),
        ("card_network", "decline:51"),
        ("card_network", "error:96"),
        ("card_network", "error:503"),
        ("card_network", "delay:10"),
        ("card_network", "drop"),
        ("card_network", "duplicate"),
        ("card_network", "reorder"),
        ("spei", "timeout"),
        ("spei", "reorder"),
        ("webhooks", "error:500"),
        ("webhooks", "drop"),
        ("webhooks", "duplicate"),
        ("api:openpay", "error:503"),
        ("api:openpay", "delay:10"),
        ("api:openpay", "drop"),
    ],
)
async def test_adds_and_lists_a_fault(sandbox: SandboxServer, target: str, mode: str) -> None:
    fault = await add(sandbox, target, mode, probability=0.5, count=3, after=2)

    listed = (await sandbox.control.get("/faults")).json()["faults"]

    assert listed == [fault]
    assert (fault["target"], fault["mode"], fault["probability"], fault["after"]) == (target, mode, 0.5, 2)
    assert fault["remaining"] == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "target"),
        ({"target": "card_network"}, "mode"),
        ({"target": "moon", "mode": "drop"}, "target"),
        ({"target": "api:nobody", "mode": "drop"}, "target"),
        ({"target": "api:", "mode": "drop"}, "target"),
        ({"target": "api:openpay", "mode": "timeout"}, "mode"),
        ({"target": "webhooks", "mode": "late_approval"}, "mode"),
        ({"target": "card_network", "mode": "explode"}, "mode"),
        ({"target": "card_network", "mode": "decline"}, "mode"),
        ({"target": "card_network", "mode": "decline:512"}, "mode"),
        ({"target": "card_network", "mode": "delay:soon"}, "mode"),
        ({"target": "card_network", "mode": "delay:-1"}, "mode"),
        ({"target": "card_network", "mode": "delay:9999999"}, "mode"),
        ({"target": "card_network", "mode": "timeout:3"}, "mode"),
        ({"target": "api:openpay", "mode": "error:200"}, "mode"),
        ({"target": "api:openpay", "mode": "error:99"}, "mode"),
        ({"target": "card_network", "mode": "drop", "probability": 2}, "probability"),
        ({"target": "card_network", "mode": "drop", "probability": 0}, "probability"),
        ({"target": "card_network", "mode": "drop", "count": 0}, "count"),
        ({"target": "card_network", "mode": "drop", "count": "three"}, "count"),
        ({"target": "card_network", "mode": "drop", "after": -1}, "after"),
        ({"target": "card_network", "mode": "drop", "times": 3}, "times"),
    ],
)
async def test_refuses_what_is_no_fault(sandbox: SandboxServer, body: dict[str, object], field: str) -> None:
    answer = await sandbox.control.post("/faults", json=body)

    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("bad_value", field)
    assert error["fix"]
    assert (await sandbox.control.get("/faults")).json() == {"faults": []}


async def test_clears_all_faults(sandbox: SandboxServer) -> None:
    await add(sandbox, "card_network", "timeout")
    await add(sandbox, "api:openpay", "error:503")

    answer = await sandbox.control.delete("/faults")

    assert (answer.status_code, answer.json()) == (200, {"cleared": 2})
    await charge(sandbox)


async def test_makes_the_network_decline_as_often_as_told(sandbox: SandboxServer) -> None:
    await add(sandbox, "card_network", "decline:51", count=1, after=1)

    answers = [(await attempt(sandbox)).status_code for _ in range(3)]

    assert answers == [200, 402, 200]


async def test_makes_an_api_answer_an_error_of_its_own_shape(sandbox: SandboxServer) -> None:
    await add(sandbox, "api:openpay", "error:503", count=1)

    answer = await attempt(sandbox)

    assert answer.status_code == 503
    assert (answer.json()["http_code"], answer.json()["error_code"]) == (503, 1004)
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    await charge(sandbox)


async def test_makes_an_api_hang_up(sandbox: SandboxServer) -> None:
    await add(sandbox, "api:openpay", "drop", count=1)

    with pytest.raises(httpx.RemoteProtocolError):
        await attempt(sandbox)

    await charge(sandbox)


async def test_makes_an_api_slow(sandbox: SandboxServer) -> None:
    await add(sandbox, "api:openpay", "delay:300", count=1)

    answer = await attempt(sandbox)

    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.3
    assert (await sandbox.control.get("/faults")).json() == {"faults": []}


async def test_says_in_the_request_log_what_was_broken(sandbox: SandboxServer) -> None:
    await add(sandbox, "api:openpay", "error:500", count=1)
    answer = await attempt(sandbox)

    told = await sandbox.control.get(f"/requests/{answer.headers['X-Request-Id']}")

    assert (told.json()["rule"], told.json()["status"]) == ("sandbox.fault", 500)
    assert "DELETE /sandbox/v1/faults" in told.json()["fix"]
