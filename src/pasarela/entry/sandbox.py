"""The sandbox: starts what it needs in order, tells a person how to use it, and stops everything when asked.

With one worker everything runs in this process. With more, this process keeps the database, the simulated card
network (over TCP) and the worker, and child processes answer the calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pasarela.entry.children import ChildPlan, Children
from pasarela.entry.failures import CannotStart
from pasarela.entry.http_server import HttpServer
from pasarela.entry.keeping import retention_of
from pasarela.entry.listening import bound, url_of
from pasarela.entry.platform import Platform, PlatformPlan
from pasarela.entry.process import Process
from pasarela.entry.progress import telling
from pasarela.entry.running import started
from pasarela.entry.sandbox_database import SandboxDatabase
from pasarela.entry.stopping import Stop
from pasarela.entry.wiring import SimulatedNetwork, filled, keys_fit, platform_of
from pasarela.entry.wiring_dialects import apis_on_show
from pasarela.infra.embedded_postgres import EmbeddedPostgres
from pasarela.infra.keyring import Keyring
from pasarela.infra.retention import FOR_EVER

KEYRING_FILE = "keyring.json"
LOOPBACK = "127.0.0.1"
WATCH_SECONDS = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the command line said. `base_url` is what answers carry; the address that is listened on, without one."""

    host: str
    port: int
    data: Path
    database_url: str | None = None
    workers: int = 1
    fresh: bool = False
    control_open: bool = False
    control_hosts: tuple[str, ...] = ()
    base_url: str | None = None


class Sandbox:
    """One run of the sandbox; `say` tells a person."""

    def __init__(self, options: SandboxOptions, say: Say) -> None:
        self._options = options
        self._say = say
        self._postgres: EmbeddedPostgres | None = None

    async def run(self, stop: Stop) -> None:
        """Until asked to stop. Raises `CannotStart` and what the database's start raises, `Interrupted` early."""
        options = self._options
        async with AsyncExitStack() as stack:
            listener = bound(options.host, options.port)
            stack.callback(listener.close)
            self._data_folder()
            url = await stop.unless_asked(self._database(stack))
            network = SimulatedNetwork()
            stack.push_async_callback(network.stop)
            here = url_of(listener)
            plan = await self._plan(url, options.base_url or here, network)
            await stop.unless_asked(self._prepared(plan))
            await stop.unless_asked(self._serving(stack, plan, network, listener))
            started()
            self._tell(here, plan.base_url)
            await self._until(stop, url)

    def _data_folder(self) -> None:
        """Made and found usable before anything is started in it. Raises `CannotStart`."""
        data = self._options.data
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=data):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotStart(
                f"the data folder {data} can't be used: {reason}; name another one with --data"
            ) from error

    async def _database(self, stack: AsyncExitStack) -> str:
        if self._options.database_url is not None:
            return self._options.database_url
        self._postgres = EmbeddedPostgres(self._options.data)
        # First the end, then the beginning: a start that is interrupted ends in its thread, and is undone here.
        stack.push_async_callback(asyncio.to_thread, self._postgres.stop, self._say)
        return (await asyncio.to_thread(self._postgres.start, self._say)).dsn()

    async def _until(self, stop: Stop, url: str) -> None:
        """Until asked to stop; meanwhile starts the embedded database again when it has died."""
        while not await stop.within(WATCH_SECONDS):
            if self._postgres is None or self._postgres.running is not None:
                continue
            self._say("The database has died, starting it again ...")
            again = await stop.unless_asked(asyncio.to_thread(self._postgres.start, self._say))
            if again.dsn() != url:
                raise CannotStart("the database had to be started elsewhere than before; start the sandbox again")

    async def _plan(self, url: str, base_url: str, network: SimulatedNetwork) -> PlatformPlan:
        data = self._options.data
        keyring = await asyncio.to_thread(Keyring.from_file, data / KEYRING_FILE, create=True)
        return PlatformPlan(
            url,
            keyring,
            base_url,
            network.rail,
            sandbox=True,
            control_open=self._options.control_open,
            control_hosts=(*self._options.control_hosts, urlsplit(base_url).hostname or LOOPBACK),
            alone=self._postgres is not None and self._options.workers == 1,
            # A sandbox's time flies: unless it is told to, it forgets nothing.
            retention=retention_of(os.environ, FOR_EVER),
        )

    async def _prepared(self, plan: PlatformPlan) -> None:
        """An empty database, a new one and an old one, all made ready, while no other sandbox works on it."""
        database = SandboxDatabase(plan.database_url)
        async with telling("Preparing the database", self._say):
            if self._options.fresh:
                await database.emptied()
            await database.migrated(_nobody)
            if not await database.is_filled():
                await database.refill(lambda: filled(plan))

    async def _serving(
        self, stack: AsyncExitStack, plan: PlatformPlan, network: SimulatedNetwork, listener: socket.socket
    ) -> None:
        options = self._options
        alone = options.workers == 1
        database, ours = SandboxDatabase(plan.database_url), plan.as_role(answers=alone, works=True)
        process = Process(
            plan.database_url,
            lambda process: platform_of(ours, process.reset, network),
            refill=lambda: database.refill(lambda: filled(plan)),
            resting=network.forget,
        )
        stack.push_async_callback(process.stop)
        async with telling("Starting", self._say):
            await process.start()
            await self._keys_fit(process)
            if alone:
                server = HttpServer(process, listener)
                stack.push_async_callback(server.stop)
                await server.start()
                return
            port = await network.serve(LOOPBACK)
            stack.callback(shutil.rmtree, secrets_folder(options.data.resolve()), ignore_errors=True)
            children = Children(self._child_plan(plan, port), listener, options.workers)
            stack.push_async_callback(children.stop)
            await children.start()

    async def _keys_fit(self, process: Process) -> None:
        """Raises `CannotStart` when the data folder's keys are not those that the database was made with."""
        platform = process.platform
        assert isinstance(platform, Platform), "it has just been started"
        if not await keys_fit(platform):
            raise CannotStart(
                f"the cards in this database are sealed under other keys than those in {self._options.data}; name the"
                " data folder that it was made with, or say --fresh"
            )

    def _child_plan(self, plan: PlatformPlan, network_port: int) -> ChildPlan:
        data = self._options.data.resolve()
        return ChildPlan(
            database_url=plan.database_url,
            base_url=plan.base_url,
            sandbox=True,
            control_open=plan.control_open,
            control_hosts=plan.control_hosts,
            keyring_file=str(data / KEYRING_FILE),
            network_host=LOOPBACK,
            network_port=network_port,
            secrets_folder=secrets_folder(data),
        )

    def _tell(self, here: str, base_url: str) -> None:
        say = self._say
        say(f"Pasarela sandbox on {here}")
        if base_url != here:
            say(f"Answers say {base_url}")
        say("")
        for api in apis_on_show():
            say(f"  {api.name:<10} {here}{api.base}{'' if api.built else '   (coming)'}")
            for name, value in (api.credentials or {}).items():
                say(f"             {name}: {value}")
        say("")
        say(f"  Outcomes   {here}/sandbox/outcomes")
        say(f"  Control    {here}/sandbox/v1")
        say("")
        say("Ready")


def secrets_folder(data: Path) -> str:
    """Where the processes of this sandbox share secrets of minutes: in memory, by the data folder's name."""
    return f"/dev/shm/pasarela-{hashlib.sha256(bytes(data)).hexdigest()[:16]}"  # noqa: S108 - opened by its owner alone


def _nobody(_line: str) -> None:
    """Hears what a quick step says and tells nobody."""
