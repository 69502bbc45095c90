"""A merchant's day with cards, through HTTP alone: charges, holds, refunds, lost answers, repeated calls, races.

One sandbox for the module; each test makes its own charges and looks at nothing but them.
"""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import httpx

from pasarela.core.payments.late_answers import SOURCE as LATE_ANSWERS
from tests.entry.waiting import until
from tests.facades.openpay.bodies import CARD, changed, without
from tests.fixtures_server import SandboxServer

TOGETHER = 20

Object = dict[str, Any]

_numbers = itertools.count(1)


def an_order(**changes: Any) -> Object:
    """A charge of 100 pesos that is approved, under an order id of its own."""
    body = {"method": "card", "card": CARD, "amount": 100, "description": "Cargo", "order_id": f"day-{next(_numbers)}"}
    return changed(body, **changes)


async def charged(sandbox: SandboxServer, **changes: Any) -> Object:
    return good(await sandbox.openpay.post("/charges", json=an_order(**changes)))


def good(answer: httpx.Response) -> Object:
    assert answer.status_code == 200, answer.text
    told: Object = answer.json()
    return told


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error_code"]


async def again(sandbox: SandboxServer, charge_id: str) -> Object:
    return good(await sandbox.openpay.get(f"/charges/{charge_id}"))


async def of_order(sandbox: SandboxServer, order_id: str) -> list[Object]:
    answer = await sandbox.openpay.get("/charges", params={"order_id": order_id})
    found: list[Object] = answer.json()
    return found


async def events(sandbox: SandboxServer, charge_id: str) -> list[str]:
    """What was announced about a charge, oldest first."""
    told = good(await sandbox.control.get("/events", params={"subject": charge_id}))
    return [event["type"] for event in reversed(told["events"])]


async def balance(sandbox: SandboxServer) -> Decimal:
    return Decimal(str(good(await sandbox.openpay.get(""))["balance"]))


async def balanced(sandbox: SandboxServer) -> bool:
    verified: bool = good(await sandbox.control.get("/ledger/verify"))["balanced"]
    return verified


async def test_a_token_is_charged_and_partly_refunded(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)
    made = await sandbox.browser.post("/tokens", json=CARD)
    token = made.json()["id"]

    paid = good(await sandbox.openpay.post("/charges", json=an_order(card=None, source_id=token, amount=200)))
    given_back = good(await sandbox.openpay.post(f"/charges/{paid['id']}/refund", json={"amount": 50}))
    spent = await sandbox.openpay.post("/charges", json=an_order(card=None, source_id=token))

    assert made.status_code == 201
    assert (paid["status"], paid["amount"], paid["fee"]["amount"]) == ("completed", 200, 8.3)
    assert (given_back["status"], given_back["refund"]["amount"]) == ("completed", 50)
    assert refusal(spent) == (422, 1003)
    assert (await again(sandbox, paid["id"]))["refunds"] == given_back["refunds"]
    assert await events(sandbox, paid["id"]) == ["payment.completed", "payment.refunded"]
    # A quarter of the money goes back, and with it a quarter of the fee of 8.30 and of its tax of 1.33.
    assert await balance(sandbox) - before == Decimal("190.37") - (50 - Decimal("2.07") - Decimal("0.33"))
    assert await balanced(sandbox)


async def test_a_hold_is_captured_in_part(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)

    held = await charged(sandbox, capture=False)
    between = await balance(sandbox)
    captured = good(await sandbox.openpay.post(f"/charges/{held['id']}/capture", json={"amount": 60}))
    over = await sandbox.openpay.post(f"/charges/{held['id']}/refund", json={"amount": 60.01})

    assert (held["status"], "fee" in held, between) == ("in_progress", False, before)
    assert (captured["status"], captured["amount"]) == ("completed", 60)
    assert refusal(over) == (422, 1003)
    assert await again(sandbox, held["id"]) == captured
    assert await events(sandbox, held["id"]) == ["payment.authorized", "payment.completed"]
    assert await balance(sandbox) - before == earned(captured) == Decimal("55.08")
    assert await balanced(sandbox)


async def test_a_hold_that_nobody_captures_expires(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)
    held = await charged(sandbox, capture=False)

    moved = good(await sandbox.control.post("/clock", json={"advance": "P8D"}))
    late = await sandbox.openpay.post(f"/charges/{held['id']}/capture")

    ran = [(each["kind"], each["outcome"]) for each in moved["ran"] if each["subject"] == held["id"]]
    assert ran == [("payments.expire", "done")]
    assert (await again(sandbox, held["id"]))["status"] == "cancelled"
    assert refusal(late) == (422, 1003)
    assert await events(sandbox, held["id"]) == ["payment.authorized", "payment.expired"]
    assert await balance(sandbox) == before


async def lost(sandbox: SandboxServer, outcome: str) -> str:
    """Charges with an answer that does not come in time; the charge's id, once the resolver has ended it."""
    body, wish = an_order(), {"X-Sandbox-Outcome": outcome}

    answer = await sandbox.openpay.post("/charges", json=body, headers=wish)
    repeated = await sandbox.openpay.post("/charges", json=body)

    assert (refusal(answer), refusal(repeated)) == ((503, 1004), (409, 1006))
    [charge] = await of_order(sandbox, body["order_id"])

    async def resolved() -> bool:
        return bool((await again(sandbox, charge["id"]))["status"] == "failed")

    await until(resolved)
    charge_id: str = charge["id"]
    return charge_id


async def test_answers_that_come_late_or_never_cost_nobody_anything(sandbox: SandboxServer) -> None:
    before = await balance(sandbox)

    lost_ids = await asyncio.gather(lost(sandbox, "timeout"), lost(sandbox, "late_approval"))

    async def late_approval_undone() -> bool:
        async with sandbox.platform.database.batch() as tx:
            late = await tx.fetch("SELECT outcome FROM inbox WHERE source = $1", LATE_ANSWERS)
        outcomes: list[str | None] = [row["outcome"] for row in late]
        return outcomes == ["reversed"]

    await until(late_approval_undone)
    for charge_id in lost_ids:
        refund = await sandbox.openpay.post(f"/charges/{charge_id}/refund")
        assert refusal(refund) == (422, 1003)
        assert await events(sandbox, charge_id) == ["payment.unknown", "payment.failed"]
    assert await balance(sandbox) == before
    assert await balanced(sandbox)


async def test_a_refused_call_explains_itself(sandbox: SandboxServer) -> None:
    body = an_order(amount=-1)

    answer = await sandbox.openpay.post("/charges", json=body)
    told = good(await sandbox.control.get(f"/requests/{answer.json()['request_id']}"))

    assert refusal(answer) == (422, 1003)
    assert (told["status"], told["field"], told["section"]) == (422, "amount", "Cargos / Con id de tarjeta o token")
    assert told["fix"]
    assert CARD["card_number"] not in str(told)
    assert await of_order(sandbox, body["order_id"]) == []


async def test_a_declined_charge_explains_itself(sandbox: SandboxServer) -> None:
    body = an_order()

    answer = await sandbox.openpay.post("/charges", json=body, headers={"X-Sandbox-Outcome": "decline:51"})
    told = good(await sandbox.control.get(f"/requests/{answer.json()['request_id']}"))

    assert refusal(answer) == (402, 3003)
    assert (told["status"], bool(told["rule"]), bool(told["fix"]), told["transfers"]) == (402, True, True, [])
    [charge] = await of_order(sandbox, body["order_id"])
    assert charge["status"] == "failed"


async def test_a_key_is_answered_with_the_same_bytes(sandbox: SandboxServer) -> None:
    body, before = without(an_order(), "order_id"), await balance(sandbox)
    key = {"Idempotency-Key": f"day-key-{next(_numbers)}"}

    first = await sandbox.openpay.post("/charges", json=body, headers=key)
    replay = await sandbox.openpay.post("/charges", json=body, headers=key)
    other = await sandbox.openpay.post("/charges", json=changed(body, amount=101), headers=key)

    assert good(first)["status"] == "completed"
    assert (replay.status_code, replay.content) == (200, first.content)
    assert replay.headers["idempotent-replayed"] == "true"
    assert refusal(other) == (409, 1006)
    assert await balance(sandbox) - before == earned(first.json()) == Decimal("93.74")


async def test_of_many_captures_one_wins(sandbox: SandboxServer) -> None:
    before, held = await balance(sandbox), await charged(sandbox, capture=False)
    path = f"/charges/{held['id']}/capture"

    answers = await asyncio.gather(
        *(sandbox.openpay.post(path, json={"amount": 80 + number}) for number in range(TOGETHER))
    )

    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert [refusal(answer) for answer in answers if answer.status_code != 200] == [(422, 1003)] * (TOGETHER - 1)
    assert await again(sandbox, held["id"]) == winner
    assert await events(sandbox, held["id"]) == ["payment.authorized", "payment.completed"]
    assert await balance(sandbox) - before == earned(winner)
    assert await balanced(sandbox)


async def test_of_many_whole_refunds_one_wins(sandbox: SandboxServer) -> None:
    before, paid = await balance(sandbox), await charged(sandbox)
    path = f"/charges/{paid['id']}/refund"

    answers = await asyncio.gather(*(sandbox.openpay.post(path) for _ in range(TOGETHER)))

    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert [refusal(answer) for answer in answers if answer.status_code != 200] == [(422, 1003)] * (TOGETHER - 1)
    assert [refund["amount"] for refund in winner["refunds"]] == [100]
    assert (await again(sandbox, paid["id"]))["refunds"] == winner["refunds"]
    assert await balance(sandbox) == before
    assert await balanced(sandbox)


async def test_of_many_orders_with_one_id_one_wins(sandbox: SandboxServer) -> None:
    before, body = await balance(sandbox), an_order()

    answers = await asyncio.gather(*(sandbox.openpay.post("/charges", json=body) for _ in range(TOGETHER)))

    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert [refusal(answer) for answer in answers if answer.status_code != 200] == [(409, 1006)] * (TOGETHER - 1)
    assert await of_order(sandbox, body["order_id"]) == [winner]
    assert await balance(sandbox) - before == earned(winner)
    assert await balanced(sandbox)


def earned(charge: Object) -> Decimal:
    """What a completed charge leaves its merchant: fee and tax are taken in whole cents."""
    fee = sum((Decimal(str(charge["fee"][part])).quantize(Decimal("0.01")) for part in ("amount", "tax")), Decimal(0))
    return Decimal(str(charge["amount"])) - fee
