"""A checkout's link: the payer chooses how to pay, pays by card or reads what to name, and may try again."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import GOOD, NO_FUNDS, Browser, Page, books_balance, card
from tests.web.checkout.test_guards import guarded

_orders = itertools.count(1)


async def checkout(sandbox: SandboxServer, **fields: Any) -> dict[str, Any]:
    body = {
        "amount": 250.5,
        "description": "Boletos",
        "order_id": f"link-{next(_orders)}",
        "currency": "MXN",
        "redirect_url": "https://tienda.example/fin",
        **fields,
    }
    answer = await sandbox.openpay.post("/checkouts", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def choose(browser: Browser, link: str, method: str) -> Page:
    page = await browser.open(link)
    assert page.status == 200
    guarded(page.response)
    return await browser.post(link, {**page.hidden, "method": method})


async def charges_of(sandbox: SandboxServer, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sandbox.openpay.get("/charges", params={"order_id": made["order_id"]})).json()
    return found


async def test_a_card_pays_a_link(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    chosen = await choose(browser, made["checkout_link"], "card")
    assert chosen.status == 303
    address = chosen.response.headers["location"]
    assert address.endswith("/card_capture")
    paid = await browser.pay(address, card(GOOD))
    [charge] = await charges_of(sandbox, made)
    assert (charge["status"], charge["amount"], charge["order_id"]) == ("completed", 250.5, made["order_id"])
    assert paid.response.headers["location"] == f"https://tienda.example/fin?id={charge['id']}"
    again = await browser.open(made["checkout_link"])
    assert (again.status, "Pago recibido" in again.text) == (200, True)
    assert await books_balance(sandbox)


@pytest.mark.parametrize(
    ("method", "texts"),
    [
        ("store", ("Paga en efectivo", "/barcode/", "/paynet-pdf/")),
        ("bank_account", ("Paga por transferencia", "012914002014112176", "/spei-pdf/")),
    ],
)
async def test_a_reference_is_shown_and_pays(
    sandbox: SandboxServer, browser: Browser, method: str, texts: tuple[str, ...]
) -> None:
    made = await checkout(sandbox)
    chosen = await choose(browser, made["checkout_link"], method)
    assert chosen.status == 303
    page = await browser.open(chosen.response.headers["location"])
    guarded(page.response)
    assert [text for text in texts if text not in page.text] == []
    [charge] = await charges_of(sandbox, made)
    reference = charge["payment_method"].get("reference") or charge["payment_method"]["name"]
    assert reference in page.text
    if method == "store":
        taken = await sandbox.control.post("/stores/payments", json={"reference": reference})
        assert taken.status_code == 200
        assert "Pago recibido" in (await browser.open(made["checkout_link"])).text


async def test_three_declines_leave_the_link_open_for_another_try(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    address = (await choose(browser, made["checkout_link"], "card")).response.headers["location"]
    for _ in range(3):
        await browser.pay(address, card(NO_FUNDS))
    page = await browser.open(made["checkout_link"])
    assert (page.status, "El pago no fue autorizado" in page.text) == (200, True)
    second = await browser.post(made["checkout_link"], {**page.hidden, "method": "card"})
    fresh = second.response.headers["location"]
    assert fresh != address
    assert (await browser.pay(fresh, card(GOOD))).status == 303
    assert [charge["status"] for charge in await charges_of(sandbox, made)] == ["completed"]
    declined = address.split("/")[-2]
    assert (await sandbox.openpay.get(f"/charges/{declined}")).json()["status"] == "failed"


async def test_of_two_choices_at_once_one_counts(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    form = (await browser.open(made["checkout_link"])).hidden
    answers = await asyncio.gather(
        *(
            browser.post(made["checkout_link"], {**form, "method": method})
            for method in ("card", "store", "bank_account") * 2
        )
    )
    assert {answer.status for answer in answers} == {303}
    assert len(await charges_of(sandbox, made)) == 1


async def test_a_store_is_not_offered_for_more_than_it_takes(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox, amount=10_000)
    page = await browser.open(made["checkout_link"])
    assert 'value="store"' not in page.text
    refused = await browser.post(made["checkout_link"], {**page.hidden, "method": "store"})
    assert (refused.status, "Elige una forma de pago." in refused.text) == (422, True)
    assert await charges_of(sandbox, made) == []


async def test_a_choice_that_is_not_ours_asks_for_nothing(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    await browser.open(made["checkout_link"])
    refused = await browser.post(made["checkout_link"], {"method": "card", "state": "x"})
    assert (refused.status, await charges_of(sandbox, made)) == (403, [])


async def test_a_cancelled_link_says_so(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    await sandbox.openpay.put(f"/checkouts/{made['id']}", params={"status": "cancelled"})
    page = await browser.open(made["checkout_link"])
    assert (page.status, "Este pago fue cancelado" in page.text) == (410, True)


async def test_a_lapsed_link_says_so(sandbox: SandboxServer, browser: Browser) -> None:
    made = await checkout(sandbox)
    form = (await browser.open(made["checkout_link"])).hidden
    await sandbox.openpay.put(f"/checkouts/{made['id']}", params={"status": "expired"})
    for page in (
        await browser.open(made["checkout_link"]),
        await browser.post(made["checkout_link"], {**form, "method": "card"}),
    ):
        assert (page.status, "Este pago venció" in page.text) == (410, True)
    assert await charges_of(sandbox, made) == []
