"""The ledger's parts on a database of the test's own."""

from __future__ import annotations

import pytest

from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database
from tests.fakes.stopped_clock import StoppedClock


@pytest.fixture
def seal(database: Database) -> Seal:
    return Seal(database, StoppedClock())


@pytest.fixture
def verify(database: Database) -> Verify:
    return Verify(database)


@pytest.fixture
def ledger(database: Database) -> LedgerQueries:
    return LedgerQueries(database)
