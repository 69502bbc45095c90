"""The PostgreSQL that everything is measured on: the one that Pasarela ships, run as Pasarela runs it.

One server for all that is compared, each in a database of its own on it: same version, same settings, same durability,
same disk. Databases are cloned from one another, so that they begin alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from bench.failures import CannotRun
from bench.progress import say
from pasarela.infra.embedded_postgres import (
    DataFolderInUse,
    EmbeddedPostgres,
    EmbeddedPostgresUnavailable,
)
from pasarela.infra.embedded_postgres.installation import find_installation

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = Any  # generic in the stubs only

T = TypeVar("T")

USER = "pasarela"
PORT = 5432


class Cluster:
    """The running server. Databases are named; an existing one is left as it is unless said otherwise."""

    def __init__(self, postgres: EmbeddedPostgres, pid: int, socket_folder: Path) -> None:
        self._postgres = postgres
        self.pid = pid
        self.socket_folder = socket_folder

    def url(self, database: str) -> str:
        return self._postgres.dsn(database)

    @property
    def pgbench(self) -> Path:
        """The load tool of the very PostgreSQL that is measured."""
        return find_installation().program("pgbench")

    async def exists(self, database: str) -> bool:
        found = await self.fetch("postgres", "SELECT true FROM pg_database WHERE datname = $1", database)
        return bool(found)

    async def create(self, database: str, template: str = "template1") -> None:
        """Makes a database anew, as a copy of `template`, to which nobody may be connected."""
        await self.drop(database)
        await self.execute("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    async def drop(self, database: str) -> None:
        await self.execute("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    async def execute(self, database: str, script: str) -> None:
        """Runs SQL that answers nothing: one statement, or several in one transaction."""
        await self._with(database, lambda connection: connection.execute(script))

    async def fetch(self, database: str, query: str, *arguments: object) -> list[asyncpg.Record]:
        return await self._with(database, lambda connection: connection.fetch(query, *arguments))

    async def _with(self, database: str, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> T:
        connection = await asyncpg.connect(self.url(database))
        try:
            return await work(connection)
        finally:
            await connection.close()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Cluster]:
    """The server on `folder`, stopped at the end whatever happens. Raises `CannotRun`."""
    postgres = EmbeddedPostgres(folder)
    say("starting PostgreSQL")
    try:
        server = await asyncio.to_thread(postgres.start, say)
    except (DataFolderInUse, EmbeddedPostgresUnavailable) as error:
        raise CannotRun(str(error)) from error
    try:
        yield Cluster(postgres, server.pid, server.socket_folder)
    finally:
        await asyncio.to_thread(postgres.stop, say)
