"""A sandbox's database between its starts: whose it is, whether its demo data are whole, how it becomes empty again.

Runs as the database's owner and only while no platform is at work. A database that holds somebody's data and is no
sandbox is never emptied and never filled.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from pasarela.entry.failures import CannotStart
from pasarela.infra import migrate
from pasarela.infra.database import CONNECT_SECONDS_MAX, DatabaseUnreachable, SqlFiles

SQL = SqlFiles(__package__)

_BEGUN, _COMPLETE = "begun", "complete"

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = Any
Say = Callable[[str], None]


class NotASandbox(CannotStart):
    """The database holds somebody's data that a sandbox must not touch."""


class SandboxDatabase:
    """The database at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def emptied(self) -> None:
        """Takes everything away. Raises `NotASandbox`, `DatabaseUnreachable`."""
        async with self._connected() as connection:
            if not await connection.fetchval(SQL["schema_is_empty"]):
                await _refuse_others(connection)
                await connection.execute(SQL["drop_schema"])

    async def migrated(self, say: Say) -> None:
        """Brings the schema up to date. Raises what `migrate.upgrade` raises, and `NotASandbox`."""
        await migrate.upgrade(self._url, say)
        async with self._connected() as connection:
            await _refuse_others(connection)

    async def is_filled(self) -> bool:
        """Whether the demo data stand, whole."""
        async with self._connected() as connection:
            facts = await connection.fetchrow(SQL["sandbox_facts"])
        return facts is not None and facts["demo"] == _COMPLETE

    async def refill(self, seed: Callable[[], Awaitable[None]]) -> None:
        """Empties every table and lets `seed` fill them. What a crash interrupts is done again at the next start."""
        async with self._connected() as connection, connection.transaction():
            await connection.execute(SQL["note_demo"], _BEGUN)
            await connection.execute(SQL["empty_tables"])
        await seed()
        async with self._connected() as connection:
            await connection.execute(SQL["note_demo"], _COMPLETE)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        try:
            connection = await asyncpg.connect(
                self._url, timeout=CONNECT_SECONDS_MAX, server_settings={"application_name": "pasarela sandbox"}
            )
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            raise DatabaseUnreachable(f"the database does not answer: {str(error) or 'no answer'}") from error
        try:
            yield connection
        finally:
            await connection.close()


async def _refuse_others(connection: Connection) -> None:
    """Raises `NotASandbox` unless the database is a sandbox's, or ours without anybody in it."""
    try:
        facts = await connection.fetchrow(SQL["sandbox_facts"])
    except asyncpg.UndefinedTableError:
        raise NotASandbox(
            "this database holds tables that are not Pasarela's; give the sandbox a database of its own"
        ) from None
    assert facts is not None, "a query without FROM has one row"
    if facts["demo"] is None and facts["has_tenants"]:
        raise NotASandbox(
            "this database holds accounts and is no sandbox's; give the sandbox a database of its own, or use"
            " `pasarela serve`"
        )
