"""The billing slice over payments on a scripted card rail, with a merchant, a customer and two plans."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pasarela.infra.database import Database
from tests.core.billing_world import BillingWorld, billing_world
from tests.fakes.card_rail import ScriptedRail


@pytest.fixture
def rail() -> ScriptedRail:
    return ScriptedRail()


@pytest.fixture
async def world(database: Database, rail: ScriptedRail) -> AsyncIterator[BillingWorld]:
    """After every test, whatever happened, the books must balance."""
    world = await billing_world(database, rail)
    yield world
    assert (await world.payments.verify()).problems == ()
