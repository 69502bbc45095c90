"""A payer's browser for the tests of hosted pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import Browser


@pytest.fixture
async def browser(sandbox: SandboxServer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=30) as client:
        yield Browser(client)


@pytest.fixture
async def other_browser(sandbox: SandboxServer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=30) as client:
        yield Browser(client)
