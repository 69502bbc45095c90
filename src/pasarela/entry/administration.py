"""Tenants, keys and stores, for the command line: a database and five verbs, without the rest of the platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pasarela.core.places.import_stores import ImportStores
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.revoke_key import RevokeKey
from pasarela.infra.clock_store import ClockStore
from pasarela.infra.database import Database
from pasarela.kernel.clock import OffsetClock
from pasarela.kernel.ids import IdSource


@dataclass(frozen=True, slots=True)
class Administration:
    """What an operator does to tenants and stores."""

    tenants: Tenants
    register: Register
    issue_key: IssueKey
    revoke_key: RevokeKey
    import_stores: ImportStores


@asynccontextmanager
async def administration(url: str) -> AsyncIterator[Administration]:
    """Works on the database at `url`, in platform time. Raises `DatabaseUnreachable`."""
    database, clock = Database(url, app_max=1, batch_max=1, operator_max=1), OffsetClock()
    await database.open()
    try:
        await ClockStore(database, clock).load()
        issue_key = IssueKey(database, clock, IdSource(clock))
        yield Administration(
            Tenants(database),
            Register(database, clock, IdSource(clock), issue_key),
            issue_key,
            RevokeKey(database, clock),
            ImportStores(database, clock),
        )
    finally:
        await database.close()
