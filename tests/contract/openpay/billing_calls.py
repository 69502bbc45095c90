"""Calls about plans and subscriptions that several test modules make, and bodies that are right."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import httpx

from pasarela.kernel.durations import MEXICO_CITY
from tests.facades.openpay.bodies import CARD, changed
from tests.fixtures_server import SandboxServer

PLAN: dict[str, Any] = {
    "name": "Curso de ingles",
    "amount": "150.00",
    "repeat_unit": "month",
    "repeat_every": 1,
    "retry_times": 2,
    "status_after_retry": "cancelled",
    "trial_days": 0,
}
PERSON = {"name": "Ana", "email": "ana@shop.mx"}
DAY = timedelta(days=1)
DECLINED = changed(CARD, card_number="4444444444444448")
MASTERCARD = changed(CARD, card_number="5555555555554444")


async def a_plan(sandbox: SandboxServer, **changes: Any) -> str:
    answer = await sandbox.openpay.post("plans", json=changed(PLAN, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_customer(sandbox: SandboxServer, **fields: Any) -> str:
    answer = await sandbox.openpay.post("customers", json=changed(PERSON, **fields))
    return f"customers/{answer.json()['id']}"


async def subscribed(sandbox: SandboxServer, customer: str, **body: Any) -> Any:
    answer = await sandbox.openpay.post(f"{customer}/subscriptions", json={"card": CARD, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def today(sandbox: SandboxServer) -> date:
    now = (await sandbox.control.get("clock")).json()["now"]
    return datetime.fromisoformat(now).astimezone(MEXICO_CITY).date()


def error_of(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error_code"]
