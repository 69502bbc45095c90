"""Makes the databases that are compared: Pasarela's own, the function's, the baseline's, and one with a past.

They are clones of one database in which each merchant has been paid once by the server as shipped, so that the vault,
the ledger's accounts and the vendors' keys are there in all of them.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench import history, load, merchants, pgbench
from bench.cluster import Cluster
from bench.failures import CannotRun
from bench.merchants import Merchant
from bench.progress import say
from bench.servers import BASELINE_PYTHON, ROOT, Server, for_sqlalchemy, pasarela

SMALL, FUNCTION, ORM, HISTORY = "pasarela", "bench_function", "bench_orm", "bench_history"
TEMPLATE = "bench_template"
MERCHANTS = 1001
FIRST_CHARGES_SECONDS = 3
FIRST_CHARGES_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class World:
    """What has been set up. `busy` and `thousand` are files of targets for the load tool; `folders` hold the keys and
    logs of a server on a database."""

    cluster: Cluster
    folder: Path
    merchants: list[Merchant]
    busy: Path
    thousand: Path

    def data(self, database: str) -> Path:
        return self.folder / f"server-{database}"


async def prepare(cluster: Cluster, folder: Path) -> World:
    """Everything but the history, anew. Raises `CannotRun`."""
    for name in (SMALL, TEMPLATE, HISTORY):
        shutil.rmtree(folder / f"server-{name}", ignore_errors=True)
    await cluster.create(SMALL)
    # The server makes its schema itself, and its demo data: it takes no database that holds others' accounts.
    async with pasarela(cluster.url(SMALL), folder / f"server-{SMALL}") as server:
        say(f"registering {MERCHANTS:,} merchants")
        everybody = await merchants.register(cluster.url(SMALL), MERCHANTS)
        merchants.write(everybody, folder / "merchants.json")
        world = _world(cluster, folder, everybody)
        await _first_charges(world, server)
    say("cloning the database")
    await cluster.create(TEMPLATE, SMALL)
    # The keys that its card numbers are under.
    shutil.copytree(world.data(SMALL), world.data(TEMPLATE))
    await cluster.create(FUNCTION, TEMPLATE)
    await pgbench.create_function(cluster, FUNCTION, everybody[0].tenant_id)
    await cluster.create(ORM)
    await _orm_tables(world)
    return world


async def again(cluster: Cluster, folder: Path) -> World | None:
    """What an earlier run was told to keep, if there is any."""
    file = folder / "merchants.json"
    if not file.exists() or not all([await cluster.exists(name) for name in (SMALL, TEMPLATE, FUNCTION, ORM)]):
        return None
    say("using the databases of an earlier run")
    world = _world(cluster, folder, merchants.read(file))
    await pgbench.create_function(cluster, FUNCTION, world.merchants[0].tenant_id)
    return world


async def with_history(world: World, charges: int) -> list[str]:
    """Makes the database with a past, unless it is there. Answers what does not balance in it."""
    mark = world.folder / "history"
    if await world.cluster.exists(HISTORY) and mark.exists() and mark.read_text() == str(charges):
        return []
    mark.unlink(missing_ok=True)
    await world.cluster.create(HISTORY, TEMPLATE)
    shutil.rmtree(world.data(HISTORY), ignore_errors=True)
    shutil.copytree(world.data(TEMPLATE), world.data(HISTORY))
    problems = await history.load(world.cluster, HISTORY, world.merchants, charges)
    mark.write_text(str(charges))
    return problems


def _world(cluster: Cluster, folder: Path, everybody: list[Merchant]) -> World:
    targets = [(merchant.charges, merchant.authorization) for merchant in everybody]
    return World(
        cluster,
        folder,
        everybody,
        load.write_targets(folder / "busy.tsv", targets[:1]),
        load.write_targets(folder / "thousand.tsv", targets[1:]),
    )


async def _first_charges(world: World, server: Server) -> None:
    """One charge at least of each merchant, by the server itself: it makes their keys, accounts and sealed cards."""
    say("first charges of each merchant")
    for attempt in range(1, FIRST_CHARGES_ATTEMPTS + 1):
        rows = await world.cluster.fetch(SMALL, "SELECT DISTINCT tenant_id FROM payments WHERE status = 'completed'")
        paid = {row["tenant_id"] for row in rows}
        unpaid = [merchant for merchant in world.merchants if merchant.tenant_id not in paid]
        if not unpaid:
            return
        targets = [(merchant.charges, merchant.authorization) for merchant in unpaid]
        found = await load.run(
            "charge",
            server.url,
            str(load.write_targets(world.folder / "unpaid.tsv", targets)),
            f"first-{attempt}",
            connections=16,
            seconds=FIRST_CHARGES_SECONDS,
        )
        if found.failed:
            raise CannotRun(f"a charge was not answered with 200: {found.first_refusal or 'no answer'}")
    raise CannotRun("the server is too slow to charge each merchant once")


async def _orm_tables(world: World) -> None:
    process = await asyncio.create_subprocess_exec(
        str(BASELINE_PYTHON), "-m", "bench.orm_baseline.create",
        for_sqlalchemy(world.cluster.url(ORM)), str(world.folder / "merchants.json"),
        cwd=ROOT,
    )  # fmt: skip  # what it runs, then on what
    if await process.wait():
        raise CannotRun("the ORM baseline's tables could not be made")
