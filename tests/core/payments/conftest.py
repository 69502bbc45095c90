"""The payments slice on a database of the test's own and a scripted card rail."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pasarela.core.context import Caller
from pasarela.infra.database import Database
from tests.factories.payments import World, world_of
from tests.fakes.card_rail import ScriptedRail


@pytest.fixture
def rail() -> ScriptedRail:
    return ScriptedRail()


@pytest.fixture
async def world(database: Database, rail: ScriptedRail) -> AsyncIterator[World]:
    """After every test, whatever happened, the books must balance."""
    world = world_of(database, rail)
    yield world
    assert (await world.verify()).problems == ()


@pytest.fixture
async def merchant(world: World) -> Caller:
    return await world.merchant()
