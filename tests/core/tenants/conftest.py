"""Verbs of `core.tenants` on a database of the test's own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pasarela.core.tenants.authenticate import Authenticate
from pasarela.core.tenants.change_status import ChangeStatus
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.revoke_key import RevokeKey
from pasarela.infra.database import Database
from pasarela.kernel.ids import IdSource
from tests.fakes.stopped_clock import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@dataclass
class Seconds:
    """The process's own clock, which caches use."""

    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def issue_key(database: Database, clock: StoppedClock) -> IssueKey:
    return IssueKey(database, clock, IdSource(clock))


@pytest.fixture
def register(database: Database, clock: StoppedClock, issue_key: IssueKey) -> Register:
    return Register(database, clock, IdSource(clock), issue_key)


@pytest.fixture
def revoke_key(database: Database, clock: StoppedClock) -> RevokeKey:
    return RevokeKey(database, clock)


@pytest.fixture
def change_status(database: Database) -> ChangeStatus:
    return ChangeStatus(database)


@pytest.fixture
def authenticate(database: Database, seconds: Seconds) -> Authenticate:
    return Authenticate(database, monotonic=seconds)


@pytest.fixture
def tenants(database: Database) -> Tenants:
    return Tenants(database)
