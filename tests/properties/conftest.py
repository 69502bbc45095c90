"""What the random tests share: how hard they try, a loop for plain functions, a database that they keep."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pasarela.infra.database import Database
from tests.factories.background_loop import BackgroundLoop, background_loop


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    with background_loop() as running:
        yield running


@pytest.fixture
def kept_database(loop: BackgroundLoop, database_url: str) -> Iterator[Database]:
    """One database for all examples of a test; each example takes tenants that no other one has."""
    database = Database(database_url)
    loop.run(database.open())
    yield database
    loop.run(database.close())
