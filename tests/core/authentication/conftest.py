"""The authentication slice on a database of the test's own, a scripted issuer and a scripted card rail."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pasarela.core.context import Caller
from pasarela.infra.database import Database
from tests.factories.authentications import Payers, payers_of


@pytest.fixture
async def payers(database: Database) -> AsyncIterator[Payers]:
    """After every test, whatever happened, the books must balance."""
    payers = payers_of(database)
    yield payers
    assert (await payers.world.verify()).problems == ()


@pytest.fixture
async def merchant(payers: Payers) -> Caller:
    return await payers.world.merchant()
