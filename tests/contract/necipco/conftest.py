"""The demo client's integrator, over a sandbox of the module's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.necipco.integrator import Integrator, integrator
from tests.fixtures_server import SandboxServer


@pytest.fixture(scope="module")
async def nueve(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Integrator]:
    async with integrator(sandbox.base_url, tmp_path_factory.mktemp("nueve09")) as made:
        yield made
