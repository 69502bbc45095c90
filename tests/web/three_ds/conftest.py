"""Payers of this module's sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fixtures_server import SandboxServer
from tests.web.three_ds.payer import Payer


@pytest.fixture
async def payer(sandbox: SandboxServer) -> AsyncIterator[Payer]:
    payer = Payer(sandbox.base_url)
    yield payer
    await payer.close()
