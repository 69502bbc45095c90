"""Brings a database's schema to the revision that this code was written for.

One process migrates a database at a time, each revision in a transaction of its own; a process that finds the
work done does nothing. It never goes backwards and never touches a schema that it does not know.
"""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError

from pasarela.infra.database import CONNECT_SECONDS_MAX, DatabaseUnreachable, SqlFiles

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = Any  # generic in the stubs only

SQL = SqlFiles("pasarela.infra")

ATTEMPTS_MAX = 20

_RACES = (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)
_CATALOG_RACES = ("tuple concurrently updated", "tuple concurrently deleted")

Progress = Callable[[str], None]


class MigrationNotAllowed(Exception):
    """The database user may not create roles or tables; the message says in one line what it lacks."""


class SchemaTooNew(Exception):
    """The database was migrated by a later release than this one, which must not touch it."""


async def upgrade(url: str, on_progress: Progress = lambda _line: None) -> list[str]:
    """Applies what is pending, oldest first, and answers the revisions applied (none when up to date).

    `on_progress` hears one line for each step. Raises `MigrationNotAllowed`, `SchemaTooNew`,
    `DatabaseUnreachable`; a revision that fails has changed nothing.
    """
    async with _connected(url) as connection:
        if not await connection.fetchval(SQL["try_lock_migrations"]):
            on_progress("waiting for another process that migrates this database")
            await connection.execute(SQL["lock_migrations"])
        applied = []
        for revision in _after(await _revision(connection)):
            on_progress(f"applying {revision}")
            await _apply(connection, revision)
            applied.append(revision)
        return applied


async def current(url: str) -> str | None:
    """The revision that the schema stands at; `None` for an empty database. Raises `DatabaseUnreachable`."""
    async with _connected(url) as connection:
        return await _revision(connection)


async def pending(url: str) -> list[str]:
    """The revisions that `upgrade` would apply. Raises `SchemaTooNew`, `DatabaseUnreachable`."""
    return _after(await current(url))


async def _apply(connection: Connection, revision: str) -> None:
    script = _rendered(revision)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            async with connection.transaction():
                await connection.execute(script)
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationNotAllowed(
                f"migration {revision}: {error.args[0]}; the user of the database URL needs CREATEROLE, the ADMIN"
                " option on pasarela's roles if another user made them, and must own the database"
            ) from error
        except _RACES as error:
            # Roles belong to the whole server and no lock of ours reaches beyond this database: a migration
            # of another database may be making the same ones just now. Who loses that race starts again.
            if attempt == ATTEMPTS_MAX or not _lost_a_race(error):
                raise
            await asyncio.sleep(random.uniform(0.01, 0.1) * attempt)  # noqa: S311 - spreads retries, no secret
        else:
            return


def _lost_a_race(error: asyncpg.PostgresError) -> bool:
    if isinstance(error, asyncpg.InternalServerError):
        return str(error).startswith(_CATALOG_RACES)
    return isinstance(error, asyncpg.DeadlockDetectedError) or (error.constraint_name or "").startswith("pg_")


async def _revision(connection: Connection) -> str | None:
    try:
        revision: str | None = await connection.fetchval(SQL["current_revision"])
    except asyncpg.UndefinedTableError:
        return None
    return revision


def _config(output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output or io.StringIO())
    config.set_main_option("script_location", str(files("pasarela.migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _after(revision: str | None) -> list[str]:
    """The revisions later than `revision`, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    try:
        later = [script.revision for script in scripts.iterate_revisions("head", revision or "base")]
    except ResolutionError as error:
        raise SchemaTooNew(f"the database stands at revision {revision}, which this release does not know") from error
    return later[::-1]


def _rendered(revision: str) -> str:
    """The SQL of one revision, the note of it in the version table included."""
    output = io.StringIO()
    config = _config(output)
    script = ScriptDirectory.from_config(config).get_revision(revision)
    command.upgrade(config, f"{script.down_revision or 'base'}:{revision}", sql=True)
    return output.getvalue()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    try:
        connection = await asyncpg.connect(
            url, timeout=CONNECT_SECONDS_MAX, server_settings={"application_name": "pasarela migrations"}
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        parts = urlsplit(url)
        where = f"{parts.path.lstrip('/')} on {parts.hostname or 'the local socket'}"
        raise DatabaseUnreachable(f"database {where}: {str(error) or 'no answer'}") from error
    try:
        yield connection
    finally:
        await connection.close()
