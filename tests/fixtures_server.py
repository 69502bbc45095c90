"""A whole sandbox in the tests' own process: a real HTTP server on a free port, over a database of the module's own.

Ask for `sandbox`. The database is cloned from a migrated template that holds the demo data, so a module's sandbox
starts in a fraction of a second; within a module the tests share it, and so they must not rely on what others left.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from pasarela.entry.http_server import HttpServer
from pasarela.entry.listening import bound, url_of
from pasarela.entry.platform import Platform, PlatformPlan
from pasarela.entry.process import Process
from pasarela.entry.sandbox_database import SandboxDatabase
from pasarela.entry.wiring import SimulatedNetwork, filled, platform_of
from pasarela.infra.keyring import KEY_BYTES, Keyring, LocalMasters
from pasarela.infra.retention import FOR_EVER, Retention

if TYPE_CHECKING:
    # pytest loads the plugin itself, and must do so before anybody else does.
    from tests.fixtures_postgres import PostgresServer

MERCHANT = "mzdtln0bmtms6o3kck8f"
PRIVATE_KEY = "sk_e568c42a6c384b7ab02cd47d2e407cab"
PUBLIC_KEY = "pk_e568c42a6c384b7ab02cd47d2e407cab"
BBVA_MERCHANT = "mptdggroasfcmqs8plpy"
BBVA_KEY = "sk_326c6d0443f6457aae29ffbd48f7d1be"

ANSWER_SECONDS_MAX = 30

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class SandboxServer:
    """A running sandbox and clients for it: `openpay` as the demo merchant (paths below its own), `browser` the
    same with the public key, `bbva` as BBVA's demo merchant, `control` for `/sandbox/v1`, `anybody` for pages and
    everything else."""

    base_url: str
    database_url: str
    process: Process
    network: SimulatedNetwork
    openpay: httpx.AsyncClient
    browser: httpx.AsyncClient
    bbva: httpx.AsyncClient
    control: httpx.AsyncClient
    anybody: httpx.AsyncClient

    @property
    def platform(self) -> Platform:
        """The platform at work; another one after a reset."""
        platform = self.process.platform
        assert isinstance(platform, Platform), "the sandbox is up"
        return platform


def keyring() -> Keyring:
    """The same keys in every test, because the template's cards are sealed under them."""
    return Keyring(LocalMasters({"tests": b"\1" * KEY_BYTES}, "tests"), b"\2" * KEY_BYTES)


@pytest.fixture(scope="session")
def demo_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database that holds the demo data, made once for all workers."""
    return postgres_server.template("demo", _prepared)


@pytest.fixture(scope="module")
async def sandbox(postgres_server: PostgresServer, demo_template: str) -> AsyncIterator[SandboxServer]:
    """This module's sandbox."""
    name = f"sandbox_{os.getpid()}_{next(_numbers)}"
    url = postgres_server.create_database(name, demo_template)
    try:
        async with running_sandbox(url) as server:
            yield server
    finally:
        postgres_server.drop_database(name)


@asynccontextmanager
async def running_sandbox(
    database_url: str, *, control_open: bool = False, retention: Retention = FOR_EVER
) -> AsyncIterator[SandboxServer]:
    """A sandbox over a database that is ready for one, as `pasarela sandbox` wires it."""
    async with AsyncExitStack() as stack:
        listener = bound("127.0.0.1", 0)
        stack.callback(listener.close)
        network = SimulatedNetwork()
        stack.push_async_callback(network.stop)
        plan = PlatformPlan(
            database_url,
            keyring(),
            url_of(listener),
            network.rail,
            sandbox=True,
            control_open=control_open,
            retention=retention,
        )
        process = Process(
            database_url,
            lambda process: platform_of(plan, process.reset, network),
            refill=lambda: SandboxDatabase(database_url).refill(lambda: filled(plan)),
            resting=network.forget,
        )
        stack.push_async_callback(process.stop)
        await process.start()
        server = HttpServer(process, listener)
        stack.push_async_callback(server.stop)
        await server.start()

        async def client(path: str, key: str | None = None) -> httpx.AsyncClient:
            auth = (key, "") if key else None
            made = httpx.AsyncClient(base_url=plan.base_url + path, auth=auth, timeout=ANSWER_SECONDS_MAX)
            return await stack.enter_async_context(made)

        yield SandboxServer(
            base_url=plan.base_url,
            database_url=database_url,
            process=process,
            network=network,
            openpay=await client(f"/openpay/v1/{MERCHANT}", PRIVATE_KEY),
            browser=await client(f"/openpay/v1/{MERCHANT}", PUBLIC_KEY),
            bbva=await client(f"/bbva/v1/{BBVA_MERCHANT}", BBVA_KEY),
            control=await client("/sandbox/v1"),
            anybody=await client(""),
        )


async def _prepared(url: str) -> None:
    """Makes the template, as the first start of a sandbox does."""
    network = SimulatedNetwork()
    database = SandboxDatabase(url)
    plan = PlatformPlan(url, keyring(), "http://127.0.0.1", network.rail, sandbox=True)
    await database.migrated(lambda _line: None)
    await database.refill(lambda: filled(plan))
    await network.stop()
