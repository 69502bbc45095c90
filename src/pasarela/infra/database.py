"""Connections to PostgreSQL, under the right role.

Ordinary verbs and queries run as `pasarela_app`, which row-level security binds to one tenant for the length of a
transaction. Coalesced hot statements run as `pasarela_batch`, whose rights are just their tables. The operator's
work (control plane, CLI, sweeps over all tenants) runs as `pasarela_operator`. None of them owns a table; the
migrations' user does, and no request ever uses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Tx = PoolConnectionProxy[asyncpg.Record]
else:
    Tx = Any

APP_ROLE = "pasarela_app"
BATCH_ROLE = "pasarela_batch"
OPERATOR_ROLE = "pasarela_operator"

# Lists have many optional conditions: planned for their values, those that are null vanish.
_PLANS = {APP_ROLE: "force_custom_plan", BATCH_ROLE: "auto", OPERATOR_ROLE: "force_custom_plan"}

CONNECT_SECONDS_MAX = 10
STATEMENT_SECONDS_MAX = 60


class DatabaseUnreachable(Exception):
    """The database can't be reached or refuses us; the message says where and why, in one line."""


class PoolUse(NamedTuple):
    """Connections of one role: at work, at rest, and how many there may be."""

    used: int
    idle: int
    max: int


class Database:
    """Three pools on one database, one for each role. Open before use, close at the end."""

    def __init__(
        self,
        url: str,
        *,
        app_max: int = 12,
        batch_max: int = 8,
        operator_max: int = 4,
        statement_seconds: float = STATEMENT_SECONDS_MAX,
    ) -> None:
        self._url = url
        self._statement_seconds = statement_seconds
        self._sizes = {APP_ROLE: app_max, BATCH_ROLE: batch_max, OPERATOR_ROLE: operator_max}
        self._pools: dict[str, asyncpg.Pool[asyncpg.Record]] = {}

    @property
    def url(self) -> str:
        return self._url

    def pools(self) -> Mapping[str, PoolUse]:
        """How many connections each role has just now."""
        return {
            role: PoolUse(pool.get_size() - pool.get_idle_size(), pool.get_idle_size(), pool.get_max_size())
            for role, pool in self._pools.items()
        }

    async def open(self) -> None:
        """Connects one connection of each role. Raises `DatabaseUnreachable`."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                for role, size in self._sizes.items():
                    self._pools[role] = await _pool(self._url, role, size, self._statement_seconds)
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            await self.close()
            raise DatabaseUnreachable(f"database {_shown(self._url)}: {str(error) or 'no answer'}") from error

    async def close(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            try:
                await asyncio.wait_for(pool.close(), timeout=5)
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def tenant(self, tenant_id: int) -> AsyncIterator[Tx]:
        """A transaction that sees and touches only the rows of `tenant_id`."""
        async with self._pools[APP_ROLE].acquire() as connection:
            # One round trip for both; the tenant is an int, so nothing can be smuggled into the text.
            await connection.execute(f"BEGIN; SET LOCAL pasarela.tenant = '{int(tenant_id)}'")
            async with _ending(connection):
                yield connection

    @asynccontextmanager
    async def batch(self, *, repeatable: bool = False) -> AsyncIterator[Tx]:
        """A transaction of a coalesced hot verb: every row carries its tenant beside it. One that is `repeatable` (all
        that it did would be done again, had a crash undone it) doesn't wait for the disk."""
        async with self._pools[BATCH_ROLE].acquire() as connection:
            await connection.execute("BEGIN; SET LOCAL synchronous_commit = off" if repeatable else "BEGIN")
            async with _ending(connection):
                yield connection

    async def batch_fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """One statement of a hot verb, in a transaction of its own: one round trip."""
        async with self._pools[BATCH_ROLE].acquire() as connection:
            return await connection.fetch(sql, *args)

    @asynccontextmanager
    async def operator(self) -> AsyncIterator[Tx]:
        """A transaction over all tenants, for the operator's own work."""
        async with self._pools[OPERATOR_ROLE].acquire() as connection:
            await connection.execute("BEGIN")
            async with _ending(connection):
                yield connection

    @asynccontextmanager
    async def listening(self, channel: str, heard: Any) -> AsyncIterator[None]:
        """Calls `heard(connection, pid, channel, payload)` for every notification on `channel` while open."""
        connection = await asyncpg.connect(self._url, server_settings={"role": OPERATOR_ROLE})
        try:
            await connection.add_listener(channel, heard)
            yield
        finally:
            await connection.close()


@asynccontextmanager
async def _ending(connection: Tx) -> AsyncIterator[None]:
    """Commits what the block did, or rolls it back when the block raises."""
    try:
        yield
    except BaseException:  # cancellation too: nothing may stay open in the pool
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


async def _no_reset(_connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Our transactions leave nothing behind in a session, so asyncpg's clean-up query would be a wasted trip."""


async def _pool(url: str, role: str, size: int, statement_seconds: float) -> asyncpg.Pool[asyncpg.Record]:
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        reset=_no_reset,
        command_timeout=statement_seconds,
        max_inactive_connection_lifetime=0,
        server_settings={
            "role": role,
            "application_name": f"pasarela {role}",
            "timezone": "UTC",
            "jit": "off",
            "plan_cache_mode": _PLANS[role],
        },
    )


def _shown(url: str) -> str:
    """The URL without its password."""
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    user = head.rsplit("/", 1)[-1].partition(":")[0]
    return f"postgresql://{user}@{tail}"


class SqlFiles:
    """The statements of one package's `sql/` folder, by file name: `SQL["insert_payments"]`.

    Each file holds one statement and opens with a comment that says what it does and what it takes.
    """

    def __init__(self, package: str) -> None:
        folder = files(package).joinpath("sql")
        self._texts = {
            entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
            for entry in folder.iterdir()
            if entry.name.endswith(".sql")
        }

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def names(self) -> Sequence[str]:
        return sorted(self._texts)
