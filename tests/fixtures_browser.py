"""A real browser for tests: one warm Chromium per test process, an empty profile for each test, and a merchant's site.

Ask for `page`; nothing outside this machine is reachable from it. `merchant_site` is a web server of another site
(other host name and port than the sandbox's), which serves what the test gives it and remembers what was asked.
Says nothing about what the pages hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Quiet about the maker's services: without these every start looks up hosts that closed networks refuse.
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
WAIT_MS_MAX = 15_000
LOOPBACK = {"127.0.0.1", "localhost"}


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The process's browser; each test opens a context of its own in it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def browser_context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """An empty profile. Override its settings by `chromium.new_context(java_script_enabled=False)` and the like,
    and `closed_to_the_world`.
    """
    context = await chromium.new_context(locale="es-MX")
    await closed_to_the_world(context)
    yield context
    await context.close()


@pytest.fixture
async def page(browser_context: BrowserContext) -> Page:
    """A blank page."""
    return await browser_context.new_page()


@pytest.fixture
async def merchant_site() -> AsyncIterator[MerchantSite]:
    """A site of another origin, and of another site in the browser's eyes, than the sandbox."""
    site = MerchantSite()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
    yield site
    server.close()
    await server.wait_closed()


class MerchantSite:
    """Serves `pages` (path → HTML; other paths get an empty page) and keeps `visits`: (path, query) in order."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, str] = {}
        self.visits: list[tuple[str, dict[str, str]]] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request and hangs up; whatever body came is left unread."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            address = urlsplit(head.split(" ", 2)[1])
            query = {name: values[-1] for name, values in parse_qs(address.query).items()}
            if address.path != "/favicon.ico":
                self.visits.append((address.path, query))
            html = self.pages.get(address.path, "<!doctype html><title>Tienda</title>").encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(html) + html)
            await writer.drain()
        writer.close()


async def closed_to_the_world(context: BrowserContext) -> None:
    """Makes every request of the context that leaves this machine fail."""
    context.set_default_timeout(WAIT_MS_MAX)
    await context.route("**/*", _only_here)


async def _only_here(route: Route) -> None:
    if urlsplit(route.request.url).hostname in LOOPBACK:
        await route.continue_()
    else:
        await route.abort()


def installed() -> str:
    """The browser's path: PASARELA_CHROMIUM, or the first of the usual names on the PATH."""
    candidates = [os.environ.get("PASARELA_CHROMIUM"), *map(shutil.which, NAMES)]
    found = next((candidate for candidate in candidates if candidate), None)
    assert found, "the browser tests need Chromium: `make test` says how to install it"
    return found
