"""Payers at the card page in a real browser: paying, being declined, going back, in two tabs, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from pasarela.core.payments.model import Payment, PaymentStatus
from tests.browser.hosted import opened, pay, pictured, typed
from tests.fixtures_browser import MerchantSite, closed_to_the_world
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import DEBIT, GOOD, NO_FUNDS, asked, card_page, now, transfers_of


@pytest.fixture
async def waiting(sandbox: SandboxServer, merchant_site: MerchantSite) -> Payment:
    """A payment whose shop is the merchant's site."""
    return await asked(sandbox, redirect_url=f"{merchant_site.url}/back?order=7")


@pytest.fixture
async def plain(chromium: Browser) -> AsyncIterator[Page]:
    """A page of a browser without JavaScript."""
    context = await chromium.new_context(java_script_enabled=False, locale="es-MX")
    await closed_to_the_world(context)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def phone(chromium: Browser) -> AsyncIterator[Page]:
    """A page on a small telephone, in English."""
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, has_touch=True, locale="en-US"
    )
    await closed_to_the_world(context)
    yield await context.new_page()
    await context.close()


async def back_at_shop(page: Page, site: MerchantSite, payment: Payment) -> None:
    """Waits until the browser is at the shop, and asserts that it came with the payment's id."""
    await page.wait_for_url(f"{site.url}/back?**")
    assert site.visits == [("/back", {"order": "7", "id": payment.payment_id})]


async def test_a_payer_pays_and_comes_back_to_the_shop(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await opened(page, sandbox, waiting)
    await pictured(page, "card-empty")
    await typed(page, GOOD)
    await expect(page.locator("#cc-number")).to_have_value("4242 4242 4242 4242")
    await expect(page.locator("#brand")).to_have_text("visa")
    await expect(page.locator("#payments")).to_be_visible()
    await pictured(page, "card-typed")
    await pay(page)
    await back_at_shop(page, merchant_site, waiting)
    assert (await now(sandbox, waiting)).status is PaymentStatus.COMPLETED
    assert said == []


async def test_a_declined_payer_reads_why_and_pays_with_another_card(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    await typed(page, NO_FUNDS)
    await pay(page)
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("La tarjeta no tiene saldo suficiente")
    await expect(alert).to_be_focused()
    assert [await field.input_value() for field in await page.locator("form input[type=text]").all()] == [""] * 5
    await pictured(page, "card-declined")
    await typed(page, GOOD)
    await pay(page)
    await back_at_shop(page, merchant_site, waiting)
    assert (await now(sandbox, waiting)).tries == 2


async def test_three_declines_end_at_the_shop(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    for left in ("Te quedan 2 intentos.", "Te queda un intento."):
        await typed(page, NO_FUNDS)
        await pay(page)
        await expect(page.get_by_role("alert")).to_contain_text(left)
    await typed(page, NO_FUNDS)
    await pay(page)
    await back_at_shop(page, merchant_site, waiting)
    assert (await now(sandbox, waiting)).status is PaymentStatus.DECLINED
    await opened(page, sandbox, waiting)
    await expect(page.get_by_role("heading")).to_have_text("El pago no fue autorizado")
    await pictured(page, "declined")


async def test_what_is_wrong_is_said_before_anything_is_sent(
    page: Page, sandbox: SandboxServer, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method + request.url.rpartition("/")[2]))
    await typed(page, "4242424242424241", cc_exp_year="20", cc_csc="1")
    await pay(page)
    await expect(page.locator("#cc-number-error")).to_have_text("El número de tarjeta no es correcto. Revísalo.")
    await expect(page.locator("#cc-exp-year-error")).to_have_text("La tarjeta ya venció. Usa otra.")
    await expect(page.locator("#cc-number")).to_be_focused()
    await expect(page.get_by_role("alert")).to_contain_text("Revisa 3 datos para continuar")
    await pictured(page, "card-wrong")
    assert "POSTcard_capture" not in sent
    await page.locator("#cc-number").press("Backspace")
    await page.locator("#cc-number").press("2")
    await expect(page.locator("#cc-number-error")).to_be_hidden()


async def test_months_are_offered_to_credit_cards_only(page: Page, sandbox: SandboxServer, waiting: Payment) -> None:
    await opened(page, sandbox, waiting)
    offered = page.locator("#payments")
    await expect(offered).to_be_hidden()
    await page.locator("#cc-number").press_sequentially(GOOD)
    await expect(offered).to_be_visible()
    await offered.select_option("6")
    await page.locator("#cc-number").fill("")
    await page.locator("#cc-number").press_sequentially(DEBIT)
    await expect(offered).to_be_hidden()
    assert await offered.input_value() == ""


async def test_a_double_click_pays_once(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    await typed(page, GOOD)
    await page.get_by_role("button").first.dblclick()
    await back_at_shop(page, merchant_site, waiting)
    assert ((await now(sandbox, waiting)).tries, await transfers_of(sandbox, waiting)) == (1, ["sale"])


async def test_going_back_after_paying_shows_that_it_is_paid(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    await typed(page, GOOD)
    await pay(page)
    await back_at_shop(page, merchant_site, waiting)
    await page.go_back()
    await expect(page.get_by_role("heading")).to_have_text("Pago recibido")
    await pictured(page, "paid")
    await expect(page.get_by_role("link", name="Volver a")).to_have_attribute("href", re.compile(waiting.payment_id))


async def test_the_second_of_two_tabs_pays_nothing_more(
    browser_context: BrowserContext, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    one, two = await browser_context.new_page(), await browser_context.new_page()
    for tab in (one, two):
        await opened(tab, sandbox, waiting)
        await typed(tab, GOOD)
    await pay(one)
    await back_at_shop(one, merchant_site, waiting)
    await pay(two)
    await expect(two.get_by_role("heading")).to_have_text("Pago recibido")
    assert await transfers_of(sandbox, waiting) == ["sale"]


async def test_it_works_without_javascript(
    plain: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(plain, sandbox, waiting)
    await expect(plain.locator("#payments")).to_be_visible()
    await typed(plain, "4242424242424241")
    await pay(plain)
    await expect(plain.locator("#cc-number-error")).to_contain_text("El número de tarjeta no es correcto")
    await expect(plain.locator("#cc-number")).to_be_focused()
    await pictured(plain, "card-wrong-plain")
    await typed(plain, NO_FUNDS)
    await pay(plain)
    await expect(plain.get_by_role("alert")).to_contain_text("Te quedan 2 intentos.")
    await typed(plain, GOOD)
    await pay(plain)
    await back_at_shop(plain, merchant_site, waiting)
    assert (await now(sandbox, waiting)).status is PaymentStatus.COMPLETED


async def test_it_works_with_the_keyboard_alone(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite, waiting: Payment
) -> None:
    await opened(page, sandbox, waiting)
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    for value in (GOOD, "Ana", "12", "39", "987"):
        await page.keyboard.press("Tab")
        await page.keyboard.type(value)
    await page.keyboard.press("Enter")
    await back_at_shop(page, merchant_site, waiting)


async def test_it_fits_a_small_telephone(phone: Page, sandbox: SandboxServer, waiting: Payment) -> None:
    await opened(phone, sandbox, waiting)
    await typed(phone, NO_FUNDS)
    await expect(phone.locator("#payments")).to_be_hidden()
    await pictured(phone, "card-phone")
    wide = await phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    small = await phone.evaluate(
        "[...document.querySelectorAll('button, input:not([type=hidden]), select')]"
        ".filter(each => each.offsetParent && each.offsetHeight < 44).length"
    )
    assert small == 0
    await pay(phone)
    await expect(phone.get_by_role("alert")).to_contain_text("You have 2 tries left.")
    await pictured(phone, "card-phone-declined")


async def test_what_lapsed_while_it_was_open_says_so(
    page: Page, sandbox: SandboxServer, merchant_site: MerchantSite
) -> None:
    payment = await asked(sandbox, life=timedelta(minutes=5), redirect_url=f"{merchant_site.url}/back")
    await opened(page, sandbox, payment)
    await typed(page, GOOD)
    await sandbox.control.post("/clock", json={"advance": "PT6M"})
    await pay(page)
    await expect(page.get_by_role("heading")).to_have_text("Este pago venció")
    await pictured(page, "expired")
    assert await transfers_of(sandbox, payment) == []
    assert card_page(payment) in page.url
