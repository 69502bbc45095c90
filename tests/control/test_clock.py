"""`/sandbox/v1/clock`: reading platform time, moving it forward, and what runs on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.control.charging import charge
from tests.fixtures_server import MERCHANT, SandboxServer


async def now(sandbox: SandboxServer, tenant: str | None = None) -> datetime:
    answer = await sandbox.control.get("/clock", params={"tenant": tenant} if tenant else {})
    assert answer.status_code == 200, answer.text
    return datetime.fromisoformat(answer.json()["now"])


async def test_reads_platform_time(sandbox: SandboxServer) -> None:
    answer = await sandbox.control.get("/clock")

    assert answer.status_code == 200
    assert answer.json().keys() == {"now", "offset_seconds"}
    assert answer.json()["now"].endswith("Z")


async def test_advances_by_a_duration_and_time_goes_on(sandbox: SandboxServer) -> None:
    before = await now(sandbox)

    answer = await sandbox.control.post("/clock", json={"advance": "PT1H"})

    assert answer.status_code == 200
    moved = datetime.fromisoformat(answer.json()["now"])
    assert timedelta(hours=1) <= moved - before < timedelta(hours=1, seconds=30)
    assert await now(sandbox) >= moved


async def test_advances_to_an_instant(sandbox: SandboxServer) -> None:
    until = (await now(sandbox)) + timedelta(hours=2)

    answer = await sandbox.control.post("/clock", json={"to": until.isoformat()})

    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["now"]) >= until - timedelta(milliseconds=1)
    assert answer.json()["offset_seconds"] > 0


async def test_runs_what_becomes_due_in_order(sandbox: SandboxServer) -> None:
    first = await charge(sandbox, capture=False)
    second = await charge(sandbox, capture=False)

    answer = await sandbox.control.post("/clock", json={"advance": "P8D"})

    ran = [each for each in answer.json()["ran"] if each["subject"] in {first["id"], second["id"]}]
    assert [(each["kind"], each["subject"], each["outcome"]) for each in ran] == [
        ("payments.expire", first["id"], "done"),
        ("payments.expire", second["id"], "done"),
    ]
    assert {each["tenant"] for each in ran} == {MERCHANT}
    due = [datetime.fromisoformat(each["due_at"]) for each in answer.json()["ran"] if each["tenant"] == MERCHANT]
    assert due == sorted(due)
    expired = await sandbox.openpay.get(f"/charges/{first['id']}")
    assert expired.json()["status"] == "cancelled"


async def test_moves_one_tenant_only(sandbox: SandboxServer) -> None:
    everybody = await now(sandbox)

    answer = await sandbox.control.post("/clock", json={"advance": "P1D", "tenant": MERCHANT})

    assert answer.status_code == 200
    assert (await now(sandbox, MERCHANT)) - everybody >= timedelta(days=1)
    assert (await now(sandbox)) - everybody < timedelta(hours=1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "advance"),
        ({"advance": "P1D", "to": "2099-01-01T00:00:00Z"}, "advance"),
        ({"advance": "a month"}, "advance"),
        ({"advance": "-P1D"}, "advance"),
        ({"advance": "P99999Y"}, "advance"),
        ({"to": "yesterday"}, "to"),
        ({"to": "2020-01-01T00:00:00Z"}, "to"),
        ({"to": "2099-01-01T00:00:00"}, "to"),
        ({"to": "9999-12-31T23:59:59Z"}, "to"),
        ({"advance": 31}, "advance"),
        ({"advances": "P1D"}, "advances"),
        ({"advance": "P1D", "tenant": "nobody"}, "tenant"),
    ],
)
async def test_refuses_what_it_cannot_do(sandbox: SandboxServer, body: dict[str, object], field: str) -> None:
    before = (await sandbox.control.get("/clock")).json()["offset_seconds"]

    answer = await sandbox.control.post("/clock", json=body)

    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "field", "fix"}
    assert (error["field"], bool(error["fix"])) == (field, True)
    assert (await sandbox.control.get("/clock")).json()["offset_seconds"] == before
