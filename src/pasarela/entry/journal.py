"""Reads what the platform wrote down about API calls and events, over all tenants, for the sandbox's control plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pasarela.control.plane import CallFilter, EventFilter
from pasarela.infra.database import Database, SqlFiles

SQL = SqlFiles(__package__)


class StoredJournal:
    """Runs as the operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calls(self, wanted: CallFilter) -> Sequence[Mapping[str, Any]]:
        async with self._database.operator() as tx:
            rows = await tx.fetch(
                SQL["list_calls"],
                wanted.api,
                wanted.account,
                wanted.status,
                wanted.status_class,
                wanted.before,
                wanted.limit,
            )
        return [dict(row) for row in rows]

    async def call(self, request_id: str) -> Mapping[str, Any] | None:
        async with self._database.operator() as tx:
            row = await tx.fetchrow(SQL["read_call"], request_id)
        return None if row is None else dict(row)

    async def events(self, wanted: EventFilter) -> Sequence[Mapping[str, Any]]:
        async with self._database.operator() as tx:
            rows = await tx.fetch(
                SQL["list_events"], wanted.tenant_id, wanted.type, wanted.subject, wanted.before, wanted.limit
            )
        return [{**row, "data": msgspec.json.decode(row["data"])} for row in rows]
