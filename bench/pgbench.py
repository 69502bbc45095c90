"""The yardstick: `pgbench` calling one function per charge that writes the rows of Pasarela's full flow.

It pays neither for HTTP nor for JSON, keys, encryption, or an issuer's answer: what a database does at best when each
charge is a call and a transaction of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import load
from bench.cluster import PORT, USER, Cluster
from bench.failures import CannotRun
from bench.load import ORDERLY_SECONDS_MAX, Meter

SQL = Path(__file__).parent / "sql"
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Charged:
    """One run: charges per second of `clients` clients, their mean latency, and the CPU time of PostgreSQL and of
    pgbench per charge."""

    clients: int
    per_second: float
    mean_ms: float
    postgres_us: float
    tool_us: float


async def sample(cluster: Cluster, database: str, tenant_id: int) -> Mapping[str, object]:
    """The last charge that the real server has taken for the tenant. Raises `CannotRun`."""
    rows = await cluster.fetch(database, (SQL / "sample_charge.sql").read_text(), tenant_id)
    if not rows:
        raise CannotRun("the server took a charge, but left no trace of it in the database")
    return dict(rows[0])


def with_values(text: str, values: Mapping[str, object]) -> str:
    """SQL with its {placeholders} replaced by literals."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", _quoted(value))
    return text


async def create_function(cluster: Cluster, database: str, tenant_id: int) -> None:
    """Makes the function in `database`, which holds a charge of the tenant."""
    row = await sample(cluster, database, tenant_id)
    await cluster.execute(database, "DROP FUNCTION IF EXISTS bench_charge")
    await cluster.execute(database, with_values((SQL / "bench_charge.sql").read_text(), row))


def _quoted(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case int():
            return str(value)
        case bytes():
            return f"'\\x{value.hex()}'"
        case _:
            return "'" + str(value).replace("'", "''") + "'"


async def run(cluster: Cluster, database: str, *, clients: int, seconds: int) -> Charged:
    """Runs it. Raises `CannotRun`."""
    meter, before = Meter(None, cluster.pid), load.children_seconds()
    process = await asyncio.create_subprocess_exec(
        str(cluster.pgbench),
        "--no-vacuum", "--protocol", "prepared", "--client", str(clients), "--jobs", "1", "--time", str(seconds),
        "--file", str(SQL / "bench_charge.pgbench"),
        "--host", str(cluster.socket_folder), "--port", str(PORT), "--username", USER, database,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip  # option and value on one line
    try:
        async with asyncio.timeout(seconds + ORDERLY_SECONDS_MAX):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = output.decode()
    tps, latency = _TPS.search(text), _LATENCY.search(text)
    if process.returncode or tps is None or latency is None:
        raise CannotRun(f"pgbench failed: {errors.decode()[-500:]}")
    per_second = float(tps[1])
    charges = per_second * seconds
    postgres, tool = meter.spent().postgres, load.children_seconds() - before
    return Charged(clients, per_second, float(latency[1]), postgres / charges * 1e6, tool / charges * 1e6)
