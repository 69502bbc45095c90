"""What browser tests of hosted pages share: a page's address, a card typed in, pictures kept for people to look at."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from pasarela.core.payments.model import Payment
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import card, card_page

PICTURES = Path(__file__).parents[2] / "test-results" / "pages"


async def opened(page: Page, sandbox: SandboxServer, payment: Payment) -> None:
    """The page at the payment's card page."""
    await page.goto(sandbox.base_url + card_page(payment))


async def typed(page: Page, number: str, **changed: str) -> None:
    """A card typed into the form, key by key as far as the page cares."""
    for name, value in card(number, **changed).items():
        await page.locator(f"#{name}").press_sequentially(value)


async def pay(page: Page) -> None:
    await page.get_by_role("button").first.click()


async def pictured(page: Page, name: str) -> None:
    """Keeps a picture of the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
