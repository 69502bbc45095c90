"""The rules of subscriptions through the whole stack: trials, first charges, changes, ends.

The module shares one sandbox; every test makes the customers and plans that it needs.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from tests.contract.openpay.billing_calls import (
    DAY,
    DECLINED,
    MASTERCARD,
    PLAN,
    a_customer,
    a_plan,
    error_of,
    subscribed,
    today,
)
from tests.facades.openpay.bodies import CARD, changed, without
from tests.fixtures_server import SandboxServer


async def test_without_a_trial_the_first_period_is_charged_at_once(sandbox: SandboxServer) -> None:
    customer = await a_customer(sandbox, requires_account=True)
    plan = await a_plan(sandbox, repeat_unit="week", repeat_every=2, status_after_retry="UNPAID")
    day = await today(sandbox)

    one = await subscribed(sandbox, customer, plan_id=plan)

    assert (one["status"], one["current_period_number"], one["cancel_at_period_end"]) == ("active", 1, False)
    assert (one["trial_end_date"], one["period_end_date"]) == (str(day - DAY), str(day + 13 * DAY))
    assert one["charge_date"] == str(day + 14 * DAY)
    (charge,) = (await sandbox.openpay.get(f"{customer}/charges")).json()
    assert (charge["amount"], charge["status"], charge["subscription_id"]) == (150, "completed", one["id"])
    assert charge["description"] == "Curso de ingles"
    assert b'"balance":150.00' in (await sandbox.openpay.get(customer)).content
    assert (await sandbox.openpay.get(f"{customer}/subscriptions/{one['id']}")).json() == one
    assert (await sandbox.openpay.get(f"{customer}/cards")).json() == []


@pytest.mark.parametrize("trial_days", [0, 30])
async def test_a_refused_card_leaves_no_subscription(sandbox: SandboxServer, trial_days: int) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox, trial_days=trial_days)

    refused = await sandbox.openpay.post(f"{customer}/subscriptions", json={"card": DECLINED, "plan_id": plan})

    assert error_of(refused) == (402, 3003)
    assert (await sandbox.openpay.get(f"{customer}/subscriptions")).json() == []
    charges = (await sandbox.openpay.get(f"{customer}/charges")).json()
    assert [charge["status"] for charge in charges] == ["failed"] * (trial_days == 0)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("4222222222222220", 402, 3001),
        ("4000000000000069", 402, 3002),
        ("4000000000000119", 402, 3004),
        ("4000000000000044", 402, 3005),
        ("4000000000000390", 412, 3006),
        ("4000000000000382", 412, 3008),
        ("4000000000000341", 402, 3009),
        ("4000000000000358", 402, 3010),
        ("4000000000000366", 402, 3011),
        ("4000000000000374", 412, 3012),
        ("4000000000000127", 412, 2009),
        ("4000000000000408", 503, 1004),
        ("4111111111111112", 422, 2004),
    ],
)
async def test_every_test_card_has_its_code(sandbox: SandboxServer, number: str, status: int, code: int) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox)
    body = {"card": changed(CARD, card_number=number), "plan_id": plan}

    refused = await sandbox.openpay.post(f"{customer}/subscriptions", json=body)

    assert error_of(refused) == (status, code)
    assert (await sandbox.openpay.get(f"{customer}/subscriptions")).json() == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"plan_id": None}, 400, 1001),
        ({"card": None}, 400, 1001),
        ({"card": without(CARD, "cvv2")}, 400, 2006),
        ({"card": changed(CARD, expiration_year="19")}, 400, 2005),
        ({"card": None, "source_id": "tokunknown"}, 404, 1005),
        ({"card": None, "source_id": "kqgykn96i7bcs1wwhvgw"}, 404, 1005),
        ({"plan_id": "punknown"}, 404, 1005),
        ({"trial_end_date": "2026-02-30"}, 422, 1003),
        ({"trial_end_date": "9999-12-31"}, 422, 1003),
        ({"trial_end_date": 20260101}, 400, 1001),
        ({"trial_days": "x"}, 400, 1001),
    ],
)
async def test_a_wrong_call_subscribes_nobody(
    sandbox: SandboxServer, changes: dict[str, Any], status: int, code: int
) -> None:
    customer = await a_customer(sandbox)
    body = {"card": CARD, "plan_id": "pbi4kb8hpb64x0uud2eb", **changes}

    refused = await sandbox.openpay.post(f"{customer}/subscriptions", json=body)

    assert error_of(refused) == (status, code), refused.text
    assert (await sandbox.openpay.get(f"{customer}/subscriptions")).json() == []
    assert (await sandbox.openpay.get(f"{customer}/charges")).json() == []


async def test_trials_end_when_the_call_says(sandbox: SandboxServer) -> None:
    customer, plan, day = await a_customer(sandbox), await a_plan(sandbox, trial_days=30), await today(sandbox)

    said = {
        "nothing": await subscribed(sandbox, customer, plan_id=plan),
        "a day": await subscribed(sandbox, customer, plan_id=plan, trial_end_date=str(day + 5 * DAY)),
        "today": await subscribed(sandbox, customer, plan_id=plan, trial_end_date=str(day)),
        "yesterday": await subscribed(sandbox, customer, plan_id=plan, trial_end_date=str(day - DAY)),
        "no days": await subscribed(sandbox, customer, plan_id=plan, trial_days="0"),
        "a week": await subscribed(sandbox, customer, plan_id=plan, trial_days=7),
    }

    shown = {what: (one["status"], one["trial_end_date"]) for what, one in said.items()}
    assert shown == {
        "nothing": ("trial", str(day + 29 * DAY)),
        "a day": ("trial", str(day + 5 * DAY)),
        "today": ("trial", str(day)),
        "yesterday": ("active", str(day - DAY)),
        "no days": ("active", str(day - DAY)),
        "a week": ("trial", str(day + 6 * DAY)),
    }
    assert len((await sandbox.openpay.get(f"{customer}/charges")).json()) == 2
    listed = (await sandbox.openpay.get(f"{customer}/subscriptions", params={"limit": 2, "offset": 1})).json()
    assert listed == [said["no days"], said["yesterday"]]


async def test_a_saved_card_and_a_token(sandbox: SandboxServer) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox, trial_days=1)
    saved = (await sandbox.openpay.post(f"{customer}/cards", json=CARD)).json()
    token = (await sandbox.openpay.post("tokens", json=MASTERCARD)).json()

    by_card = await subscribed(sandbox, customer, card=None, plan_id=plan, card_id=saved["id"])
    by_token = await subscribed(sandbox, customer, card=None, plan_id=plan, source_id=token["id"])
    again = await sandbox.openpay.post(f"{customer}/subscriptions", json={"plan_id": plan, "source_id": token["id"]})

    assert (by_card["card"]["id"], by_card["card"]["customer_id"]) == (saved["id"], by_card["customer_id"])
    assert (by_token["card"]["id"], by_token["card"]["card_number"]) == (None, "555555XXXXXX4444")
    assert error_of(again) == (422, 1003)


async def test_the_whole_object_may_be_put_back(sandbox: SandboxServer) -> None:
    customer = await a_customer(sandbox)
    on_trial = await subscribed(sandbox, customer, plan_id=await a_plan(sandbox, trial_days=30))
    active = await subscribed(sandbox, customer, plan_id=await a_plan(sandbox))

    for one in (on_trial, active):
        answer = await sandbox.openpay.put(f"{customer}/subscriptions/{one['id']}", json=one)
        assert (answer.status_code, answer.json()) == (200, one)
    assert len((await sandbox.openpay.get(f"{customer}/charges")).json()) == 1


async def test_the_card_and_the_trial_change(sandbox: SandboxServer) -> None:
    customer, day = await a_customer(sandbox), await today(sandbox)
    one = await subscribed(sandbox, customer, plan_id=await a_plan(sandbox, trial_days=30))
    place = f"{customer}/subscriptions/{one['id']}"

    refused = await sandbox.openpay.put(place, json={"card": DECLINED, "trial_end_date": str(day + DAY)})
    unchanged = (await sandbox.openpay.get(place)).json()
    moved = (await sandbox.openpay.put(place, json={"card": MASTERCARD, "trial_end_date": str(day + DAY)})).json()

    assert error_of(refused) == (402, 3003)
    assert unchanged == one
    assert moved["card"]["card_number"] == "555555XXXXXX4444"
    assert (moved["status"], moved["trial_end_date"], moved["charge_date"]) == (
        "trial",
        str(day + DAY),
        str(day + 2 * DAY),
    )
    assert (await sandbox.openpay.get(f"{customer}/charges")).json() == []


async def test_a_trial_declared_over_is_charged(sandbox: SandboxServer) -> None:
    customer, day = await a_customer(sandbox), await today(sandbox)
    one = await subscribed(sandbox, customer, plan_id=await a_plan(sandbox, trial_days=30, repeat_unit="week"))
    place = f"{customer}/subscriptions/{one['id']}"

    refused = await sandbox.openpay.put(place, json={"card": DECLINED, "trial_end_date": str(day - DAY)})
    unchanged = (await sandbox.openpay.get(place)).json()
    paid = (await sandbox.openpay.put(place, json={"trial_end_date": str(day - 3 * DAY)})).json()

    assert error_of(refused) == (402, 3003)
    assert unchanged == one
    assert (paid["status"], paid["current_period_number"]) == ("active", 1)
    assert (paid["trial_end_date"], paid["charge_date"]) == (str(day - DAY), str(day + 7 * DAY))
    assert paid["card"] == one["card"]
    charges = (await sandbox.openpay.get(f"{customer}/charges")).json()
    assert [(charge["status"], charge["subscription_id"]) for charge in charges] == [
        ("completed", one["id"]),
        ("failed", one["id"]),
    ]


async def test_a_paid_period_is_not_cut_short(sandbox: SandboxServer) -> None:
    customer = await a_customer(sandbox)
    one = await subscribed(sandbox, customer, plan_id=await a_plan(sandbox))
    place, end = f"{customer}/subscriptions/{one['id']}", date.fromisoformat(one["period_end_date"])

    early = await sandbox.openpay.put(place, json={"trial_end_date": str(end - DAY)})
    later = (await sandbox.openpay.put(place, json={"trial_end_date": str(end + 5 * DAY)})).json()

    assert error_of(early) == (422, 1003)
    assert (later["status"], later["charge_date"]) == ("trial", str(end + 6 * DAY))
    assert later["current_period_number"] == 1


async def test_the_path_without_an_id(sandbox: SandboxServer) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox, trial_days=5)
    place = f"{customer}/subscriptions"

    none = await sandbox.openpay.put(place, json={"cancel_at_period_end": True})
    one = await subscribed(sandbox, customer, plan_id=plan)
    only = await sandbox.openpay.put(place, json={"cancel_at_period_end": "true"})
    other = await subscribed(sandbox, customer, plan_id=plan)
    which = await sandbox.openpay.put(place, json={"cancel_at_period_end": False})
    named = await sandbox.openpay.put(place, json={"id": one["id"], "cancel_at_period_end": False})

    assert error_of(none) == (404, 1005)
    assert only.json() == changed(one, cancel_at_period_end=True)
    assert error_of(which) == (422, 1003)
    assert named.json() == one
    assert (await sandbox.openpay.get(place)).json() == [other, one]


async def test_a_subscription_is_its_customers(sandbox: SandboxServer) -> None:
    ana, eva = await a_customer(sandbox), await a_customer(sandbox)
    one = await subscribed(sandbox, ana, plan_id=await a_plan(sandbox, trial_days=5))

    for method in ("GET", "PUT", "DELETE"):
        answer = await sandbox.openpay.request(method, f"{eva}/subscriptions/{one['id']}", json={})
        assert error_of(answer) == (404, 1005)
    assert (await sandbox.openpay.get(f"{eva}/subscriptions")).json() == []
    assert error_of(await sandbox.browser.get(f"{ana}/subscriptions")) == (403, 1010)
    assert error_of(await sandbox.browser.post("plans", json=PLAN)) == (403, 1010)
    assert (await sandbox.openpay.get(f"{ana}/subscriptions/{one['id']}")).json() == one


async def test_who_goes_is_subscribed_to_nothing(sandbox: SandboxServer) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox, trial_days=5)
    one = await subscribed(sandbox, customer, plan_id=plan)

    gone = await sandbox.openpay.delete(customer)

    assert gone.status_code == 204
    assert error_of(await sandbox.openpay.get(f"{customer}/subscriptions/{one['id']}")) == (404, 1005)
    assert (await sandbox.openpay.get(f"plans/{plan}/subscriptions")).json() == []


async def test_an_idempotency_key_subscribes_once(sandbox: SandboxServer) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox)
    body, key = {"card": CARD, "plan_id": plan}, {"Idempotency-Key": "subscribe-once"}

    answers = await asyncio.gather(
        *(sandbox.openpay.post(f"{customer}/subscriptions", json=body, headers=key) for _ in range(4))
    )
    other = await sandbox.openpay.post(f"{customer}/subscriptions", json={**body, "trial_days": 1}, headers=key)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert error_of(other) == (409, 1006)
    assert len((await sandbox.openpay.get(f"{customer}/charges")).json()) == 1


async def test_the_clock_ends_what_is_to_end_with_its_period(sandbox: SandboxServer) -> None:
    customer, plan = await a_customer(sandbox), await a_plan(sandbox, trial_days=3)
    one, other = [await subscribed(sandbox, customer, plan_id=plan) for _ in range(2)]
    place = f"{customer}/subscriptions/{one['id']}"
    await sandbox.openpay.put(place, json={"cancel_at_period_end": True})

    before = one["charge_date"] + "T05:59:00Z"  # 23:59 of the day before, in Mexico City
    assert (await sandbox.control.post("clock", json={"to": before})).status_code == 200
    still = (await sandbox.openpay.get(place)).json()
    moved = await sandbox.control.post("clock", json={"advance": "PT2M"})

    assert still["status"] == "trial"
    assert "billing.end_of_period" in {each["kind"] for each in moved.json()["ran"]}
    assert (await sandbox.openpay.get(place)).json()["status"] == "cancelled"
    assert [each["id"] for each in (await sandbox.openpay.get(f"{customer}/subscriptions")).json()] == [other["id"]]
    assert (await sandbox.control.get("ledger/verify")).json()["balanced"] is True
