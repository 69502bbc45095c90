"""The wallet's page: its payer approves or refuses, once, and goes back to the shop."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pasarela.core.payments.model import PaymentStatus
from pasarela.kernel.instruments import Instrument
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import Browser, asked, back, books_balance, now, transfers_of, wallet_page


@pytest.mark.parametrize(
    ("decision", "status", "transfers"),
    [("approve", PaymentStatus.COMPLETED, ["sale"]), ("reject", PaymentStatus.DECLINED, [])],
)
async def test_the_payer_decides_and_goes_back(
    sandbox: SandboxServer, browser: Browser, decision: str, status: PaymentStatus, transfers: list[str]
) -> None:
    payment = await asked(sandbox, Instrument.WALLET)
    answer = await browser.pay(wallet_page(payment), {"decision": decision})
    assert (answer.status, answer.response.headers["location"]) == (303, back(payment))
    assert (await now(sandbox, payment)).status is status
    assert await transfers_of(sandbox, payment) == transfers
    assert await books_balance(sandbox)


async def test_what_the_api_prints_leads_here(sandbox: SandboxServer, browser: Browser) -> None:
    body = {"method": "alipay", "amount": "2000.00", "description": "Cargo Alipay", "redirect_url": "https://a.example"}
    made = (await sandbox.openpay.post("/charges", json=body)).json()
    answer = await browser.pay(made["payment_method"]["url"], {"decision": "approve"})
    assert answer.response.headers["location"] == f"https://a.example/?id={made['id']}"
    assert (await sandbox.openpay.get(f"/charges/{made['id']}")).json()["status"] == "completed"


async def test_no_decision_moves_nothing(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox, Instrument.WALLET)
    for fields in ({}, {"decision": "maybe"}, {"decision": "approve", "state": "spoilt"}):
        assert (await browser.pay(wallet_page(payment), fields)).status == 403
    assert (await now(sandbox, payment)).status is PaymentStatus.PENDING
    assert await transfers_of(sandbox, payment) == []


async def test_of_two_decisions_at_once_one_counts(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox, Instrument.WALLET)
    form = (await browser.open(wallet_page(payment))).hidden
    answers = await asyncio.gather(
        *(browser.post(wallet_page(payment), {**form, "decision": decision}) for decision in ("approve", "reject") * 3)
    )
    assert {answer.status for answer in answers} <= {200, 303}
    paid = (await now(sandbox, payment)).status is PaymentStatus.COMPLETED
    assert await transfers_of(sandbox, payment) == (["sale"] if paid else [])
    assert await books_balance(sandbox)


async def test_too_late_says_so(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox, Instrument.WALLET, life=timedelta(minutes=5))
    form = (await browser.open(wallet_page(payment))).hidden
    await sandbox.control.post("/clock", json={"advance": "PT6M"})
    answer = await browser.post(wallet_page(payment), {**form, "decision": "approve"})
    assert (answer.status, "Este pago venció" in answer.text) == (410, True)
