"""`GET /sandbox/v1/messages`: what `send_email` of a charge sends to its payer, caught."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.control.test_money_in import charge
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import GOOD, Browser, card

LOOKS_MAX = 200

ANA: dict[str, Any] = {"name": "Ana", "last_name": "Payán", "email": "ana@cliente.example"}
ASKED = {
    "method": "card",
    "confirm": "false",
    "redirect_url": "https://tienda.example/fin",
    "description": "Boletos <b>",
    "amount": 1234.5,
}


@pytest.fixture
async def browser(sandbox: SandboxServer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=30) as client:
        yield Browser(client)


async def messages_about(sandbox: SandboxServer, about: str) -> list[dict[str, Any]]:
    answer = await sandbox.control.get("/messages", params={"about": about})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


async def sent_about(sandbox: SandboxServer, about: str) -> dict[str, Any]:
    """The one message about it, once it has been sent."""
    for _ in range(LOOKS_MAX):
        found = await messages_about(sandbox, about)
        if found and (found[0]["sent_at"] or found[0]["refused"]):
            assert len(found) == 1
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was sent")


async def test_a_payer_is_sent_the_address_and_pays_there(sandbox: SandboxServer, browser: Browser) -> None:
    made = await charge(sandbox, **{**ASKED, "send_email": "true", "customer": ANA})
    message = await sent_about(sandbox, made["id"])
    url = made["payment_method"]["url"]
    assert (message["channel"], message["to"], message["refused"]) == ("email", "ana@cliente.example", None)
    assert message["subject"] == "Tu pago a Demo Openpay por $1,234.50 MXN"
    assert message["text"].startswith("Hola, Ana:\n")
    assert url in message["text"]
    assert f'href="{url}"' in message["html"]
    assert "Boletos <b>" in message["text"]
    assert "Boletos &lt;b&gt;" in message["html"]
    assert (await browser.pay(url, card(GOOD))).status == 303
    assert (await sandbox.openpay.get(f"/charges/{made['id']}")).json()["status"] == "completed"
    assert len(await messages_about(sandbox, made["id"])) == 1


async def test_english_for_payers_who_live_where_it_is_spoken(sandbox: SandboxServer) -> None:
    address = {"line1": "1 Main St", "postal_code": "78701", "state": "TX", "city": "Austin", "country_code": "US"}
    made = await charge(sandbox, **{**ASKED, "send_email": True, "customer": {**ANA, "address": address}})
    assert (await sent_about(sandbox, made["id"]))["subject"] == "Your payment to Demo Openpay of $1,234.50 MXN"


@pytest.mark.parametrize(
    "fields", [{"send_email": "false", "customer": ANA}, {"customer": ANA}, {"send_email": True}], ids=str
)
async def test_nobody_is_written_to_unasked(sandbox: SandboxServer, fields: dict[str, Any]) -> None:
    unasked = await charge(sandbox, **{**ASKED, **fields})
    asked = await charge(sandbox, **{**ASKED, "send_email": True, "customer": ANA})
    await sent_about(sandbox, asked["id"])
    assert await messages_about(sandbox, unasked["id"]) == []


async def test_an_address_that_cant_be_one_is_noted_and_the_charge_stands(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, **{**ASKED, "send_email": True, "customer": {**ANA, "email": "ana..@sola.example"}})
    message = await sent_about(sandbox, made["id"])
    assert (message["sent_at"], "not an e-mail address" in message["refused"]) == (None, True)
    assert (await sandbox.openpay.get(f"/charges/{made['id']}")).json()["status"] == "charge_pending"


async def test_the_list_takes_what_it_knows(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, **{**ASKED, "send_email": True, "customer": {**ANA, "email": "una@sola.example"}})
    await sent_about(sandbox, made["id"])
    told = (await sandbox.control.get("/messages", params={"to": "una@sola.example", "limit": 1})).json()
    assert [message["about"] for message in told["messages"]] == [made["id"]]
    assert (await sandbox.control.get("/messages", params={"nonsense": "1"})).status_code == 422
