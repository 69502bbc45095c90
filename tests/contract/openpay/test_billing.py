"""The document's requests about plans and subscriptions, and the rules of plans, against a sandbox with demo data.

Reads come before what changes them, as `demo.json` orders them; the whole module shares one sandbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.contract.openpay.billing_calls import DAY, PLAN, a_customer, error_of, subscribed
from tests.contract.openpay.golden_files import Golden, load, missing_keys
from tests.facades.openpay.bodies import CARD, changed, without
from tests.fixtures_server import SandboxServer

IN_ORDER = [
    "040-plans-get",
    "042-plans-list",
    "045-subscriptions-get",
    "047-subscriptions-list",
    "038-plans-create",
    "039-plans-update",
    "043-subscriptions-create",
    "044-subscriptions-update",
    "041-plans-delete",
    "046-subscriptions-cancel",
]


async def ask(sandbox: SandboxServer, golden: Golden, path: str | None = None) -> httpx.Response:
    """Sends the request as it is printed, with only the host changed."""
    return await sandbox.anybody.request(
        golden.method,
        f"/openpay{path or golden.path}",
        params=golden.query or None,
        content=golden.body_bytes,
        headers=golden.headers,
        auth=(golden.auth, ""),
    )


@pytest.mark.parametrize("name", IN_ORDER)
async def test_printed_request(sandbox: SandboxServer, name: str) -> None:
    golden = load(name)

    answer = await ask(sandbox, golden)

    assert answer.status_code == golden.status, answer.text
    if golden.has_answer:
        assert missing_keys(golden.answer, answer.json(), except_for=golden.doubtful_answer_keys) == []
    else:
        assert answer.content == b""


async def test_what_the_printed_requests_left(sandbox: SandboxServer) -> None:
    plan = await sandbox.openpay.get("plans/p8e6x3hafqqsbmnoevrt")
    cancelled = (await sandbox.openpay.get("customers/ag4nktpdzebjiye1tlze/subscriptions/s0gmyor4yqtyv1miqwr0")).json()
    again = await ask(sandbox, load("046-subscriptions-cancel"))

    assert error_of(plan) == (404, 1005)
    assert (cancelled["status"], cancelled["card"]["card_number"]) == ("cancelled", "343434XXXXX4343")
    assert error_of(again) == (422, 1003)


async def test_a_demo_subscription_has_the_printed_dates(sandbox: SandboxServer) -> None:
    shown = (await sandbox.openpay.get("customers/a2b79p8xmzeyvmolqfja/subscriptions/svxdm1suclzipbi4pavm")).json()

    created = datetime.fromisoformat(shown["creation_date"]).date()
    assert shown["charge_date"] == str(created + 30 * DAY)
    assert shown["period_end_date"] == shown["trial_end_date"] == str(created + 29 * DAY)
    assert (shown["status"], shown["current_period_number"], shown["card"]["id"]) == ("trial", 0, None)
    assert shown["card"]["bank_name"] == "DESCONOCIDO"


async def test_a_plans_life(sandbox: SandboxServer) -> None:
    made = await sandbox.openpay.post("plans", json=without(PLAN, "retry_times"))
    place = f"plans/{made.json()['id']}"
    put_back = await sandbox.openpay.put(place, json=changed(made.json(), amount=1, repeat_unit="week"))
    renamed = await sandbox.openpay.put(place, json={"name": "Curso de aleman"})

    assert made.json()["retry_times"] == 3
    assert put_back.json() == made.json()
    assert renamed.json() == changed(made.json(), name="Curso de aleman")
    customer = await a_customer(sandbox)
    one = await subscribed(sandbox, customer, plan_id=made.json()["id"])
    assert (await sandbox.openpay.get(f"{place}/subscriptions")).json() == [one]
    assert (await sandbox.openpay.delete(place)).status_code == 204
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/subscriptions")):
        gone = await sandbox.openpay.request(method, place + path, json={"name": "x"})
        assert error_of(gone) == (404, 1005)
    assert made.json()["id"] not in [plan["id"] for plan in (await sandbox.openpay.get("plans?limit=100")).json()]
    refused = await sandbox.openpay.post(f"{customer}/subscriptions", json={"card": CARD, "plan_id": one["plan_id"]})
    assert error_of(refused) == (404, 1005)
    assert (await sandbox.openpay.get(f"{customer}/subscriptions")).json() == [one]


async def test_a_long_name_may_be_sent_back_but_not_given(sandbox: SandboxServer) -> None:
    made = (await sandbox.openpay.post("plans", json=changed(PLAN, name="x" * 255))).json()

    same = await sandbox.openpay.put(f"plans/{made['id']}", json=made)
    other = await sandbox.openpay.put(f"plans/{made['id']}", json={"name": "y" * 81})

    assert same.json() == made
    assert error_of(other) == (422, 1003)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (without(PLAN, "name"), 400, 1001),
        (without(PLAN, "amount"), 400, 1001),
        (without(PLAN, "repeat_every"), 400, 1001),
        (without(PLAN, "repeat_unit"), 400, 1001),
        (without(PLAN, "status_after_retry"), 400, 1001),
        (without(PLAN, "trial_days"), 400, 1001),
        (changed(PLAN, amount=0), 422, 1003),
        (changed(PLAN, amount="1.001"), 422, 1003),
        (changed(PLAN, amount="x"), 400, 1001),
        (changed(PLAN, repeat_unit="day"), 422, 1003),
        (changed(PLAN, repeat_every=0), 422, 1003),
        (changed(PLAN, status_after_retry="active"), 422, 1003),
        (changed(PLAN, trial_days=-1), 422, 1003),
        (changed(PLAN, name="x" * 256), 422, 1003),
        (changed(PLAN, currency="EUR"), 422, 1003),
    ],
)
async def test_a_wrong_plan_is_not_made(sandbox: SandboxServer, body: Any, status: int, code: int) -> None:
    before = (await sandbox.openpay.get("plans?limit=100")).json()

    answer = await sandbox.openpay.post("plans", json=body)

    assert error_of(answer) == (status, code)
    assert (await sandbox.openpay.get("plans?limit=100")).json() == before
