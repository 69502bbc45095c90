"""A merchant registers an endpoint that runs on his own machine."""

from __future__ import annotations

import base64
import socket
from collections.abc import AsyncIterator

import pytest

from tests.factories.receivers import Receiver, receiving
from tests.fixtures_server import SandboxServer

EVENTS = ["charge.succeeded", "charge.refunded"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def test_register_read_and_delete(sandbox: SandboxServer, receiver: Receiver) -> None:
    body = {"url": receiver.url, "user": "juan", "password": "secreta", "event_types": EVENTS}

    created = await sandbox.openpay.post("/webhooks", json=body)

    assert (created.status_code, created.json()["status"]) == (201, "verified")
    webhook_id = created.json()["id"]
    [(credentials, asked)] = receiver.heard
    assert base64.b64decode(credentials) == b"juan:secreta"
    assert (asked["type"], asked["id"], len(asked["verification_code"])) == ("verification", webhook_id, 8)
    again = await sandbox.openpay.post(f"/webhooks/{webhook_id}/verify/{asked['verification_code']}", json={})
    assert again.json() == created.json()
    twin = await sandbox.openpay.post("/webhooks", json=body)
    assert (twin.status_code, twin.json()["error_code"]) == (409, 6001)
    assert created.json() in (await sandbox.openpay.get("/webhooks")).json()
    assert (await sandbox.openpay.delete(f"/webhooks/{webhook_id}")).status_code == 204
    assert (await sandbox.openpay.get(f"/webhooks/{webhook_id}")).status_code == 404


async def test_endpoints_that_do_not_agree(sandbox: SandboxServer, receiver: Receiver) -> None:
    before = (await sandbox.openpay.get("/webhooks")).json()
    receiver.status = 404
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"

    for url, status, code in ((receiver.url, 412, 6003), (nobody, 412, 6002), ("gopher://a.mx", 422, 1003)):
        answer = await sandbox.openpay.post("/webhooks", json={"url": url, "event_types": EVENTS})
        assert (answer.status_code, answer.json()["error_code"]) == (status, code)

    assert (await sandbox.openpay.get("/webhooks")).json() == before


async def test_the_printed_call_asks_no_stranger(sandbox: SandboxServer) -> None:
    body = {
        "url": "http://requestb.in/11vxrsf1",
        "user": "juanito",
        "password": "passjuanito",
        "event_types": [
            "charge.refunded",
            "charge.failed",
            "charge.cancelled",
            "charge.created",
            "chargeback.accepted",
        ],
    }

    answer = await sandbox.openpay.post("/webhooks", json=body)

    assert (answer.status_code, answer.json()["status"]) == (201, "verified")


async def test_the_demo_data_hold_the_printed_webhooks(sandbox: SandboxServer) -> None:
    printed = ("wxvanstudf4ssme8khmc", "wDashboard185", "wDashboard186")

    found = {one: (await sandbox.openpay.get(f"/webhooks/{one}")).json() for one in printed}

    assert {webhook["status"] for webhook in found.values()} == {"verified"}
    assert [len(found[one]["event_types"]) for one in printed] == [16, 16, 7]
    assert [found[one]["user"] for one in printed] == ["juanito", None, None]
    listed = [webhook["id"] for webhook in (await sandbox.openpay.get("/webhooks")).json()]
    assert [one for one in listed if one in printed] == ["wDashboard185", "wDashboard186", "wxvanstudf4ssme8khmc"]
