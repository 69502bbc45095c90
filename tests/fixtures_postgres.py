"""One warm PostgreSQL for the whole test session, shared by all xdist workers, and quick databases on it.

Load it with `pytest_plugins = ["tests.fixtures_postgres"]`. The worker that gets there first runs the server
and waits at its end until no other worker uses it. The server is not durable, and lies in memory where there
is room.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from pasarela.infra.embedded_postgres import DataFolderInUse, EmbeddedPostgres, find_running
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.layout import Layout
from pasarela.infra.embedded_postgres.waiting import until

T = TypeVar("T")

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is closed to others
MEMORY_PREFIX = "pasarela-tests-"
MEMORY_FREE_BYTES_MIN = 2 * 1024**3
ABANDONED_SECONDS = 60
SESSION_SECONDS_MAX = 3600

_numbers = itertools.count(1)


class PostgresServer:
    """The running server, as one worker sees it. Everything here blocks, and works inside a running loop."""

    def __init__(self, data: Path, gate: Path) -> None:
        self._data = data
        self._gate = gate

    def dsn(self, database: str = "pasarela") -> str:
        """The URL of a database, as the superuser."""
        found = find_running(self._data, database)
        assert found is not None, "the test server has died"
        return found

    def create_database(self, name: str, template: str = "template1") -> str:
        """Clones `template`, to which nobody may be connected; answers the new database's URL."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Drops it, cutting its connections."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, name: str, build: Callable[[str], Awaitable[object]]) -> str:
        """Makes the template database `name` once for all workers: `build` gets its URL and migrates it.
        Answers the name.
        """
        with _held(self._gate):
            if not self._fetch("SELECT true FROM pg_database WHERE datname = $1", name):
                url = self.create_database(name)
                try:
                    in_thread(_awaited(build(url)))
                    # Somebody who is connected to a template stops everybody else from cloning it.
                    self._execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
                except BaseException:
                    # Also on Ctrl-C: the other workers must not take a half-made one.
                    self.drop_database(name)
                    raise
        return name

    def _execute(self, statement: str) -> None:
        in_thread(execute(self.dsn("postgres"), statement))

    def _fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        return in_thread(fetch(self.dsn("postgres"), statement, *arguments))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The session's server."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with shared_server(shared, _data_folder(shared)) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """What `fresh_database` clones. Override it to have a migrated one: `postgres_server.template(...)`."""
    return "template1"


@pytest.fixture
def fresh_database(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The URL of a database of the test's own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield postgres_server.create_database(name, postgres_template)
    postgres_server.drop_database(name)


@contextlib.contextmanager
def shared_server(shared: Path, data: Path) -> Iterator[PostgresServer]:
    """Joins the server of the folder `shared`, or starts it on `data`; whoever started it stops it, as the
    last.
    """
    gate, users = shared / "postgres.gate", shared / "postgres.users"
    with _opened(users) as using:
        with _held(gate):
            if _taken(using):
                # Nobody is using it, so what lies there is of an earlier session.
                shutil.rmtree(data, ignore_errors=True)
            ours = _started(data)
            fcntl.flock(using, fcntl.LOCK_SH)
        try:
            yield PostgresServer(data, gate)
        finally:
            if ours is not None:
                until(lambda: _stopped_as_last(ours, data, gate, using), SESSION_SECONDS_MAX, "", None)


def in_thread(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, from a loop of its own, whether or not this thread runs one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def execute(url: str, statement: str) -> None:
    """Runs one statement on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def fetch(url: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    """The rows of one query on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


async def _awaited(awaitable: Awaitable[object]) -> None:
    await awaitable


def _started(data: Path) -> EmbeddedPostgres | None:
    """The server if this worker is to run it, also because the one that ran it has crashed; else None."""
    postgres = EmbeddedPostgres(data, durability=False)
    try:
        postgres.start()
    except DataFolderInUse:
        return None
    return postgres


def _stopped_as_last(ours: EmbeddedPostgres, data: Path, gate: Path, using: int) -> bool:
    # Behind the gate nobody can join while we look whether anybody is left.
    with _held(gate):
        if not _taken(using):
            fcntl.flock(using, fcntl.LOCK_SH)
            return False
        ours.stop()
        shutil.rmtree(data, ignore_errors=True)
        return True


def memory_or(disk: Path) -> Path:
    """A folder in memory if there is room, else `disk`. Disks' file systems slow down with the thousands of
    files that tests make and delete: on ext4 a new database takes 300 ms instead of 20 then.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_FREE_BYTES_MIN
    return MEMORY if roomy else disk


def _data_folder(shared: Path) -> Path:
    parent = memory_or(shared)
    for old in parent.glob(f"{MEMORY_PREFIX}*"):
        _remove_abandoned(old)
    return parent / f"{MEMORY_PREFIX}{hashlib.sha256(os.fsencode(shared)).hexdigest()[:12]}"


def _remove_abandoned(data: Path) -> None:
    """Removes what a killed session left in memory."""
    with contextlib.suppress(OSError):
        if time.time() - data.stat().st_mtime < ABANDONED_SECONDS:
            return
        with FileLock(Layout(data).lock) as lock, FileLock(Layout(data).server_lock) as server_lock:
            if lock.take() and server_lock.take():
                shutil.rmtree(data)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
