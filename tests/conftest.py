"""Fixtures that every folder of tests may ask for: a migrated database of its own, cloned from a template."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest

from pasarela.infra import migrate
from pasarela.infra.database import Database

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """An empty server to make databases on, as a superuser."""
    url = os.environ.get("PASARELA_TEST_DATABASE_URL")
    assert url, "set PASARELA_TEST_DATABASE_URL to the URL of a PostgreSQL superuser"
    return url


@pytest.fixture(scope="session")
async def template_database(postgres_url: str) -> AsyncIterator[str]:
    """The name of a migrated database that nobody is connected to."""
    name = f"template_{os.getpid()}"
    async with _made(postgres_url, name, template="template1"):
        await migrate.upgrade(url_of(postgres_url, name))
        yield name


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A database of this test's own without any table."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    async with _made(postgres_url, name, template="template1"):
        yield url_of(postgres_url, name)


@pytest.fixture
async def database_url(postgres_url: str, template_database: str) -> AsyncIterator[str]:
    """A migrated database of this test's own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    async with _made(postgres_url, name, template=template_database):
        yield url_of(postgres_url, name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of this test's own, open."""
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


def url_of(server_url: str, name: str) -> str:
    """The URL of the database `name` on the server of `server_url`."""
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


@asynccontextmanager
async def _made(server_url: str, name: str, *, template: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()
    yield
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()
