"""Measures: what is charged per second, how long a call takes, and what a charge costs in CPU time and in WAL."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from bench import load, pgbench
from bench.cluster import Cluster
from bench.load import Meter
from bench.progress import say
from bench.servers import Server
from bench.world import World

CONNECTIONS = 64

_runs = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. `per_second` are whole charges (a capture in two steps is one); the latencies are of calls, and
    of pgbench the mean stands for all. CPU microseconds and WAL bytes are per charge; the database's are the whole
    server's."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    failed: int
    first_refusal: str
    server_us: float
    postgres_us: float
    tool_us: float
    wal_bytes: float
    clients: int = CONNECTIONS


async def charges(
    world: World, name: str, server: Server, *, seconds: int, script: str = "charge", thousand: bool = False
) -> Run:
    """Loads `server` with charges of the busy merchant, or of a thousand."""
    say(f"  {name} ({seconds} s)")
    cluster = world.cluster
    targets = world.thousand if thousand else world.busy
    wal, meter = await _wal(cluster), Meter(server.pid, cluster.pid)
    # A name of its own for each run: order ids are unique for ever.
    prefix = f"b{next(_runs)}x{server.pid}"
    found = await load.run(script, server.url, str(targets), prefix, connections=CONNECTIONS, seconds=seconds)
    spent, wal = meter.spent(), await _wal(cluster) - wal
    done = max(found.captured if script == "capture" else found.answered_200, 1)
    return Run(
        name=name,
        per_second=done / found.seconds,
        p50_ms=found.p50_ms,
        p99_ms=found.p99_ms,
        max_ms=found.max_ms,
        failed=found.failed,
        first_refusal=found.first_refusal,
        server_us=spent.server / done * 1e6,
        postgres_us=spent.postgres / done * 1e6,
        tool_us=found.wrk_cpu_seconds / done * 1e6,
        wal_bytes=wal / done,
    )


async def function_calls(world: World, database: str, *, clients: int, seconds: int) -> Run:
    """pgbench, one function call per charge."""
    name = f"pgbench, {clients} clients"
    say(f"  {name} ({seconds} s)")
    wal = await _wal(world.cluster)
    found = await pgbench.run(world.cluster, database, clients=clients, seconds=seconds)
    wal = await _wal(world.cluster) - wal
    mean = found.mean_ms
    return Run(
        name=name,
        per_second=found.per_second,
        p50_ms=mean,
        p99_ms=mean,
        max_ms=mean,
        failed=0,
        first_refusal="",
        server_us=0.0,
        postgres_us=found.postgres_us,
        tool_us=found.tool_us,
        wal_bytes=wal / (found.per_second * seconds),
        clients=clients,
    )


async def _wal(cluster: Cluster) -> int:
    rows = await cluster.fetch("postgres", "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes")
    return int(rows[0]["bytes"])
