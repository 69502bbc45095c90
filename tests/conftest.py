"""Fixtures that every folder of tests may ask for: a migrated database of its own, cloned from a template."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from pasarela.infra import migrate
from pasarela.infra.database import Database

if TYPE_CHECKING:
    # pytest loads the plugin itself, and must do so before anybody else does.
    from tests.fixtures_postgres import PostgresServer

pytest_plugins = ["tests.fixtures_postgres", "tests.fixtures_server", "tests.fixtures_browser"]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database that nobody is connected to, made once for all workers."""
    return postgres_server.template(f"migrated_{_schema_digest()}", migrate.upgrade)


@pytest.fixture
def database_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own, as the user who owns its tables."""
    name = f"migrated_{os.getpid()}_{next(_numbers)}"
    yield postgres_server.create_database(name, migrated_template)
    postgres_server.drop_database(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of this test's own, open."""
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


def _schema_digest() -> str:
    scripts = sorted(files("pasarela.migrations").joinpath("sql").iterdir(), key=lambda script: script.name)
    return hashlib.sha256(b"".join(script.read_bytes() for script in scripts)).hexdigest()[:12]
