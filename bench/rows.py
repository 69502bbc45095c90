"""Counts what one charge writes, by Pasarela and by pgbench's function: the comparison is honest if it is the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.cluster import Cluster
from bench.pgbench import SQL

LENGTH_RATIO_MAX = 1.25
LENGTH_DIFFERENCE_MIN = 12

IDLE_SECONDS = 11
"""A session tells its statistics when it has been idle for ten seconds."""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one table: inserted, updated, deleted; since the beginning, or per charge."""

    inserted: float
    updated: float
    deleted: float

    def __str__(self) -> str:
        counts = (("+", self.inserted), ("~", self.updated), ("-", self.deleted))
        return " ".join(f"{count:.3g}{sign}" for sign, count in counts if count >= 0.005) or "."


async def counted(cluster: Cluster, database: str, *, wait: bool) -> dict[str, Written]:
    """What has been written to each table so far; with `wait` of sessions too that are still open, but idle."""
    if wait:
        await asyncio.sleep(IDLE_SECONDS)
    rows = await cluster.fetch(database, (SQL / "written_rows.sql").read_text())
    return {row["table_name"]: Written(row["inserted"], row["updated"], row["deleted"]) for row in rows}


def per_charge(before: dict[str, Written], after: dict[str, Written]) -> dict[str, Written]:
    """What was written between two counts, divided by the payments inserted."""
    nothing = Written(0, 0, 0)
    charges = after["payments"].inserted - before.get("payments", nothing).inserted
    found = {}
    for name, now in after.items():
        was = before.get(name, nothing)
        found[name] = Written(
            (now.inserted - was.inserted) / charges,
            (now.updated - was.updated) / charges,
            (now.deleted - was.deleted) / charges,
        )
    return {name: written for name, written in found.items() if str(written) != "."}


async def differences(cluster: Cluster, database: str, tenant_id: int) -> list[str]:
    """In which columns a charge of pgbench's function differs from the server's: null in one only, or far longer."""
    statement = (SQL / "written_columns.sql").read_text()
    server, function = [
        {row["column_name"]: row["length"] for row in await cluster.fetch(database, statement, tenant_id, by_function)}
        for by_function in (False, True)
    ]
    found = [f"{name} is written by one of them only" for name in sorted(server.keys() ^ function.keys())]
    for name in sorted(server.keys() & function.keys()):
        short, long = sorted((server[name], function[name]))
        if long > short * LENGTH_RATIO_MAX and long - short >= LENGTH_DIFFERENCE_MIN:
            found.append(f"{name}: {server[name]} characters by Pasarela, {function[name]} by the function")
    return found
