"""A merchant with simulated banks around him."""

from __future__ import annotations

import pytest

from pasarela.infra.database import Database
from tests.core.payouts_world import World


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    world.caller = await world.register()
    return world
