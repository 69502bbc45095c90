"""A program with products and a cardholder."""

from __future__ import annotations

import pytest

from pasarela.infra.database import Database
from tests.core.issuing_world import World, holder


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    world.session = await world.open()
    await world.add_products()
    await world.issuing.cardholders.create(world.session, holder(1))
    return world
