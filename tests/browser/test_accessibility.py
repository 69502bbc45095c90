"""No page keeps people with disabilities from paying, as far as axe-core can tell: light and dark, wide and narrow."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from pasarela.kernel.instruments import Instrument
from tests.browser.hosted import opened, pay, pictured, typed
from tests.fixtures_browser import closed_to_the_world
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import GOOD, NO_FUNDS, asked, wallet_page
from tests.web.checkout.test_link_page import checkout

AXE = Path(sys.prefix) / "share" / "pasarela" / "axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations']})"
SCHEMES = ({"color_scheme": "light", "locale": "es-MX"}, {"color_scheme": "dark", "locale": "en-US"})


@pytest.fixture(params=SCHEMES, ids=lambda scheme: scheme["color_scheme"])
async def looker(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page in one of the two schemes, on a telephone in the dark one."""
    width = 1280 if request.param["color_scheme"] == "light" else 360
    context = await chromium.new_context(viewport={"width": width, "height": 800}, **request.param)
    await closed_to_the_world(context)
    yield await context.new_page()
    await context.close()


async def accessible(page: Page, name: str) -> None:
    """Asserts that axe finds nothing serious."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate(RUN)
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    scheme = "dark" if await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    await pictured(page, f"{scheme}-{name}")
    assert serious == []


async def test_the_card_page_in_every_state(looker: Page, sandbox: SandboxServer) -> None:
    payment = await asked(sandbox, redirect_url=None)
    await opened(looker, sandbox, payment)
    await accessible(looker, "card")
    await pay(looker)
    await accessible(looker, "card-wrong")
    await typed(looker, NO_FUNDS)
    await pay(looker)
    await looker.locator("#errors:focus").wait_for()
    await accessible(looker, "card-declined")
    await typed(looker, GOOD)
    await pay(looker)
    await looker.locator(".notice.good").wait_for()
    await accessible(looker, "paid")


async def test_the_wallet_and_what_is_nowhere(looker: Page, sandbox: SandboxServer) -> None:
    payment = await asked(sandbox, Instrument.WALLET)
    await looker.goto(sandbox.base_url + wallet_page(payment))
    await accessible(looker, "wallet")
    await looker.goto(f"{sandbox.base_url}/openpay/v1/nobody/charges/none/card_capture")
    await accessible(looker, "nothing")


@pytest.mark.parametrize("method", ["store", "bank_account"])
async def test_a_payment_link_and_what_it_tells_to_name(looker: Page, sandbox: SandboxServer, method: str) -> None:
    made = await checkout(sandbox)
    await looker.goto(made["checkout_link"])
    await accessible(looker, "choose")
    await looker.locator(f"#method-{method}").check()
    await pay(looker)
    await looker.locator(".big").first.wait_for()
    await accessible(looker, f"reference-{method}")
