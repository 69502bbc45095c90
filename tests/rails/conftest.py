"""Fixtures of the rails' tests: both ways to reach a card network, and rails that are stopped when a test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pasarela.rails.authentication import AuthenticationRequest
from pasarela.rails.card_network.rail import CardNetworkRail
from tests.rails.card_world import (
    ACCEPTOR,
    IMPATIENT,
    CardWorld,
    FixedClock,
    Started,
    Transport,
    card,
    card_world,
    mxn,
)
from tests.rails.three_ds_world import BROWSER


@pytest.fixture(params=["in_process", "tcp"])
def transport(request: pytest.FixtureRequest) -> Transport:
    return "tcp" if request.param == "tcp" else "in_process"


@pytest.fixture
async def world(transport: Transport) -> AsyncIterator[CardWorld]:
    async with card_world(transport) as world:
        yield world


@pytest.fixture
async def impatient(transport: Transport) -> AsyncIterator[CardWorld]:
    """A world whose rail waits a tenth of a second; a late approval comes after three."""
    async with card_world(transport, IMPATIENT, late_s=0.3) as world:
        yield world


@pytest.fixture
async def started() -> AsyncIterator[Started]:
    """Starts a rail that is stopped when the test ends."""
    rails: list[CardNetworkRail] = []

    async def start(rail: CardNetworkRail) -> CardNetworkRail:
        rails.append(rail)
        await rail.start()
        return rail

    yield start
    for rail in rails:
        await rail.stop()


@pytest.fixture
def visa_request() -> AuthenticationRequest:
    """A question about a Visa card, by the transaction id that the messages of the tests bear."""
    return AuthenticationRequest(
        "8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        ACCEPTOR,
        card(),
        mxn(10_050),
        BROWSER,
        "https://pay.example/return",
        FixedClock().now(),
    )
