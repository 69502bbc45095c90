"""Payers of charges with 3-D Secure in a real browser: to their bank and back, with scripts and without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from pasarela.core.payments.model import PaymentStatus
from tests.browser.hosted import opened, pay, pictured, typed
from tests.browser.test_accessibility import accessible
from tests.fixtures_browser import MerchantSite, closed_to_the_world
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import asked, now
from tests.web.three_ds.payer import CHALLENGE, CHALLENGE_FAILS, CODE, FRICTIONLESS, REFUSED, charge

Charge = dict[str, Any]


async def made(sandbox: SandboxServer, site: MerchantSite, card_number: str, **changes: Any) -> Charge:
    """A charge whose shop is the merchant's site."""
    body = charge(card_number, redirect_url=f"{site.url}/back?order=7", **changes)
    answer = await sandbox.openpay.post("/charges", json=body)
    asked_for: Charge = answer.json()
    assert asked_for["status"] == "charge_pending", asked_for
    return asked_for


async def back_at_shop(page: Page, site: MerchantSite, charge_id: str) -> None:
    """Waits until the browser is at the shop, and asserts that it came once, with the charge's id."""
    await page.wait_for_url(f"{site.url}/back?**")
    assert site.visits == [("/back", {"order": "7", "id": charge_id})]


async def status_of(sandbox: SandboxServer, charge_id: str) -> str:
    found: str = (await sandbox.openpay.get(f"/charges/{charge_id}")).json()["status"]
    return found


async def at_bank(page: Page, made_charge: Charge) -> None:
    """From the charge's address to the bank's page, without a hand."""
    await page.goto(made_charge["payment_method"]["url"])
    await page.wait_for_url("**/sandbox/acs/challenge")


@pytest.fixture
async def plain(chromium: Browser) -> AsyncIterator[Page]:
    """A page of a small telephone whose browser runs no scripts."""
    context = await chromium.new_context(
        java_script_enabled=False, locale="es-MX", viewport={"width": 360, "height": 740}
    )
    await closed_to_the_world(context)
    yield await context.new_page()
    await context.close()


async def test_frictionless(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked_for = await made(sandbox, merchant_site, FRICTIONLESS)
    await page.goto(asked_for["payment_method"]["url"])

    await back_at_shop(page, merchant_site, asked_for["id"])
    assert await status_of(sandbox, asked_for["id"]) == "completed"
    assert said == []


async def test_a_challenge_passed(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    await pictured(page, "3ds-bank")
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").click()

    await back_at_shop(page, merchant_site, asked_for["id"])
    assert await status_of(sandbox, asked_for["id"]) == "completed"
    assert said == []


async def test_what_the_browser_tells_reaches_the_bank(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite
) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.post_data or "") if request.method == "POST" else None)
    await at_bank(page, await made(sandbox, merchant_site, CHALLENGE))

    assert "js=1" in posted[0]
    assert "screenWidth=" in posted[0]
    assert posted[1].startswith("creq=")


async def test_a_challenge_failed(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    for left in ("Te quedan 2 intentos.", "Te queda un intento."):
        await page.get_by_label("Código").fill("9999")
        await page.get_by_role("button", name="Autorizar").click()
        await expect(page.get_by_role("alert")).to_contain_text(left)
    await page.get_by_label("Código").fill("9999")
    await page.get_by_role("button", name="Autorizar").click()

    await back_at_shop(page, merchant_site, asked_for["id"])
    assert await status_of(sandbox, asked_for["id"]) == "failed"


async def test_a_payer_cancels_at_his_bank(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    await page.get_by_role("button", name="Cancelar la compra").click()

    await back_at_shop(page, merchant_site, asked_for["id"])
    assert await status_of(sandbox, asked_for["id"]) == "failed"


async def test_abandoned_and_expired(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    await page.goto("about:blank")
    await sandbox.control.post("/clock", json={"advance": "PT25H"})
    assert await status_of(sandbox, asked_for["id"]) == "cancelled"

    await page.goto(asked_for["payment_method"]["url"])
    await back_at_shop(page, merchant_site, asked_for["id"])


async def test_a_double_click_charges_once(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").dblclick(no_wait_after=True)

    await page.wait_for_url(f"{merchant_site.url}/back?**")
    assert await status_of(sandbox, asked_for["id"]) == "completed"
    assert {visit for _, visit in map(_as_pair, merchant_site.visits)} == {(("id", asked_for["id"]), ("order", "7"))}


def _as_pair(visit: tuple[str, dict[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return visit[0], tuple(sorted(visit[1].items()))


async def test_the_back_button_leads_to_the_bank_and_no_second_charge(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite
) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await at_bank(page, asked_for)
    await page.goto(asked_for["payment_method"]["url"])
    await page.wait_for_url("**/sandbox/acs/challenge")
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").click()
    await back_at_shop(page, merchant_site, asked_for["id"])

    await page.goto(asked_for["payment_method"]["url"])
    await page.wait_for_url(f"{merchant_site.url}/back?**")
    assert await status_of(sandbox, asked_for["id"]) == "completed"


async def test_two_tabs(page: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    other = await page.context.new_page()
    await at_bank(page, asked_for)
    await at_bank(other, asked_for)
    for tab in (page, other):
        await tab.get_by_label("Código").fill(CODE)
        await tab.get_by_role("button", name="Autorizar").click()
        await tab.wait_for_url(f"{merchant_site.url}/back?**")

    assert await status_of(sandbox, asked_for["id"]) == "completed"
    assert len(merchant_site.visits) == 2


async def test_without_scripts(plain: Page, sandbox: SandboxServer, merchant_site: MerchantSite) -> None:
    asked_for = await made(sandbox, merchant_site, CHALLENGE)
    await plain.goto(asked_for["payment_method"]["url"])
    await pictured(plain, "3ds-start-phone")
    await plain.get_by_role("button", name="Continuar").click()
    await plain.get_by_role("button", name="Ir a mi banco").click()
    await pictured(plain, "3ds-bank-phone")
    await plain.get_by_label("Código").fill(CODE)
    await plain.get_by_role("button", name="Autorizar").click()
    await pictured(plain, "3ds-bank-done-phone")
    await plain.get_by_role("button", name="Volver al comercio").click()

    await back_at_shop(plain, merchant_site, asked_for["id"])
    assert await status_of(sandbox, asked_for["id"]) == "completed"


async def test_the_card_page_sends_to_the_bank_and_leaves_another_try(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite
) -> None:
    payment = await asked(sandbox, redirect_url=f"{merchant_site.url}/back?order=7", use_3d_secure=True)
    await opened(page, sandbox, payment)
    await typed(page, REFUSED)
    await pay(page)
    await expect(page.get_by_role("alert")).to_contain_text("Tu banco no pudo comprobar tu identidad")
    await typed(page, CHALLENGE_FAILS)
    await pay(page)
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").click()
    await page.wait_for_url("**/card_capture")
    await expect(page.get_by_role("alert")).to_contain_text("Tu banco no pudo comprobar tu identidad")
    await typed(page, CHALLENGE)
    await pay(page)
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").click()

    await back_at_shop(page, merchant_site, payment.payment_id)
    paid = await now(sandbox, payment)
    assert (paid.status, paid.tries) == (PaymentStatus.COMPLETED, 3)


async def test_the_pages_are_accessible(page: Page, sandbox: SandboxServer) -> None:
    asked_for = (await sandbox.openpay.post("/charges", json=charge(CHALLENGE))).json()
    await page.route("**/send.*.js", lambda route: route.abort())
    await page.route("**/sandbox/acs/send.js", lambda route: route.abort())
    await page.goto(asked_for["payment_method"]["url"])
    await accessible(page, "3ds-start")
    await page.get_by_role("button", name="Continuar").click()
    await accessible(page, "3ds-challenge")
    await page.get_by_role("button", name="Ir a mi banco").click()
    await accessible(page, "3ds-bank")
    await page.get_by_label("Código").fill("1")
    await page.get_by_role("button", name="Autorizar").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await accessible(page, "3ds-bank-wrong")
    await page.get_by_label("Código").fill(CODE)
    await page.get_by_role("button", name="Autorizar").click()
    await accessible(page, "3ds-bank-done")
