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
from bench.servers import BASELINE_PYTHON, ROOT, for_sqlalchemy, pasarela

SMALL, FUNCTION, ORM, HISTORY = "pasarela", "bench_function", "bench_orm", "bench_history"
MERCHANTS = 1001
FIRST_CHARGES_SECONDS = 5


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
    say(f"registering {MERCHANTS:,} merchants")
    for name in (SMALL, FUNCTION, ORM, HISTORY):
        shutil.rmtree(folder / f"server-{name}", ignore_errors=True)
    await cluster.migrated(SMALL)
    everybody = await merchants.register(cluster.url(SMALL), MERCHANTS)
    merchants.write(everybody, folder / "merchants.json")
    world = _world(cluster, folder, everybody)
    await _first_charges(world)
    say("cloning the database")
    await cluster.create(FUNCTION, SMALL)
    await pgbench.create_function(cluster, FUNCTION, everybody[0].tenant_id)
    await cluster.create(ORM)
    await _orm_tables(world)
    return world


async def again(cluster: Cluster, folder: Path) -> World | None:
    """What an earlier run was told to keep, if there is any."""
    file = folder / "merchants.json"
    if not file.exists() or not all([await cluster.exists(name) for name in (SMALL, FUNCTION, ORM)]):
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
    await world.cluster.create(HISTORY, SMALL)
    shutil.rmtree(world.data(HISTORY), ignore_errors=True)
    # The keys that its card numbers are under.
    shutil.copytree(world.data(SMALL), world.data(HISTORY))
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


async def _first_charges(world: World) -> None:
    """One charge at least of each merchant, by the server itself: it makes their keys, accounts and sealed cards."""
    async with pasarela(world.cluster.url(SMALL), world.data(SMALL)) as server:
        say(f"first charges of each merchant ({FIRST_CHARGES_SECONDS} s)")
        for file, connections, seconds in ((world.busy, 1, 1), (world.thousand, 16, FIRST_CHARGES_SECONDS)):
            found = await load.run(
                "charge", server.url, str(file), f"first-{file.stem}", connections=connections, seconds=seconds
            )
            if found.failed:
                raise CannotRun(f"a charge was not answered with 200: {found.first_refusal or 'no answer'}")
    rows = await world.cluster.fetch(
        SMALL, "SELECT count(DISTINCT tenant_id) AS paid FROM payments WHERE status = 'completed'"
    )
    if rows[0]["paid"] < len(world.merchants):
        say(f"only {rows[0]['paid']} merchants have been paid; the others have no history")


async def _orm_tables(world: World) -> None:
    process = await asyncio.create_subprocess_exec(
        str(BASELINE_PYTHON), "-m", "bench.orm_baseline.create",
        for_sqlalchemy(world.cluster.url(ORM)), str(world.folder / "merchants.json"),
        cwd=ROOT,
    )  # fmt: skip  # what it runs, then on what
    if await process.wait():
        raise CannotRun("the ORM baseline's tables could not be made")
