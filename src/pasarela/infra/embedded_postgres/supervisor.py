"""PostgreSQL as a part of this program: started with it, stopped with it, one on a folder, its data found
again.

`EmbeddedPostgres` blocks its thread, for a fraction of a second as a rule, and may be called from any
thread: async code awaits `asyncio.to_thread(postgres.start)`. It creates the role and the database
`pasarela`, nothing in them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg

from pasarela.infra.embedded_postgres.account import account_for
from pasarela.infra.embedded_postgres.cluster import OWNER, ensure_cluster
from pasarela.infra.embedded_postgres.errors import DataFolderInUse, EmbeddedPostgresUnavailable
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.installation import find_installation, installed, runnable
from pasarela.infra.embedded_postgres.layout import (
    PORT,
    SOCKET,
    Layout,
    own_folder,
    remove_short_folder,
    socket_folder,
)
from pasarela.infra.embedded_postgres.postmaster import Postmaster
from pasarela.infra.embedded_postgres.processes import (
    FAST_SECONDS_MAX,
    NAME_PREFIX,
    Server,
    bring_down,
    foreign_postmaster,
    wait_for_unseen,
)
from pasarela.infra.embedded_postgres.settings import memory_bytes, server_settings
from pasarela.infra.embedded_postgres.waiting import Progress, until

DATABASE = "pasarela"
MAINTENANCE_DATABASE = "postgres"
CONNECT_SECONDS_MAX = 30
# The kernel takes a moment to free the lock of a process that was killed just now.
LOCK_SECONDS_MAX = 0.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that accepts connections: its process, the folder of its socket, whether this start `created`
    the database or `recovered` it from an unclean end, and how many `seconds` the start took.
    """

    pid: int
    name: str
    socket_folder: Path
    created: bool
    recovered: bool
    seconds: float

    def dsn(self, database: str = DATABASE, user: str = OWNER) -> str:
        """A connection URL, as asyncpg and libpq read it. No password: the socket's folder is closed to
        others.
        """
        return _dsn(self.socket_folder, database, user)


class EmbeddedPostgres:
    """The PostgreSQL below one data folder, supervised by this process and no other."""

    def __init__(self, data_dir: Path, *, durability: bool = True, wheel: Path | None = None) -> None:
        """Touches nothing yet. `durability=False` gives up safety against crashes of the machine (not of the
        server) for speed: for tests only. `wheel` is the folder with PostgreSQL's programs when it is not the
        installed one.
        """
        self._layout = Layout(data_dir.resolve())
        self._durability = durability
        self._wheel = wheel
        self._mutex = threading.Lock()
        self._lock: FileLock | None = None
        self._server_lock: FileLock | None = None
        self._supervisor = os.getpid()
        self._postmaster: Postmaster | None = None
        self._server: Server | None = None
        self._running: Running | None = None

    @property
    def running(self) -> Running | None:
        """The server, while it lives; None before `start`, after `stop`, and when it has died."""
        return self._running if self._postmaster is not None and self._postmaster.alive else None

    def start(self, progress: Progress | None = None) -> Running:
        """Starts the server, making the database first if there is none, and answers when it accepts
        connections. What a killed process left running on the folder is stopped first; what it left
        unwritten is recovered. When the server runs already nothing happens; when it has died it is started
        again.

        `progress` gets a line for a person every two seconds that something takes. Raises `DataFolderInUse`
        and `EmbeddedPostgresUnavailable`; nothing runs then and no lock is held.
        """
        with self._mutex:
            if (running := self.running) is not None:
                return running
            try:
                self._put_down(progress)
                self._running = self._bring_up(progress)
            except OSError as error:
                self._put_down(progress)
                raise EmbeddedPostgresUnavailable(
                    f"The data folder {self._layout.data} cannot be used: {error}.",
                    "Check its permissions and the free space, or choose another data folder.",
                ) from error
            except BaseException:
                # Also on Ctrl-C: a start that failed leaves no server behind.
                self._put_down(progress)
                raise
            return self._running

    def dsn(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The connection URL of the started server, as `Running.dsn`."""
        assert self._running is not None, "start the database first"
        return self._running.dsn(database, user)

    def stop(self, progress: Progress | None = None, *, fast_seconds: float = FAST_SECONDS_MAX) -> None:
        """Stops the server and waits until all its processes are gone. Open connections are cut. What is not
        done after `fast_seconds` is forced; committed data survives that too. Without a running server, and
        in a process forked from the one that started it, nothing happens.
        """
        with self._mutex:
            self._put_down(progress, fast_seconds)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _bring_up(self, progress: Progress | None) -> Running:
        began = time.monotonic()
        layout = self._layout
        layout.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _supervise(layout)
        self._supervisor = os.getpid()
        account = account_for(layout.home)
        installation = runnable(installed(self._wheel) if self._wheel else find_installation(), account)
        own_folder(layout.home, account)
        # Opened now for the end, when somebody may have deleted the folder.
        self._server_lock = FileLock(layout.server_lock)
        with FileLock(layout.server_lock) as lock:
            _clear(layout, lock, progress)
            created = ensure_cluster(
                layout, installation, account, lock, durability=self._durability, progress=progress
            )
            recovering = _remove_stale_files(layout)
            sockets = socket_folder(layout, account)
            name = f"{NAME_PREFIX}{secrets.token_hex(8)}"
            settings = server_settings(
                name=name,
                socket_folder="../run" if sockets == layout.run else str(sockets),
                memory=memory_bytes(),
                durability=self._durability,
            )
            # Recorded before there is a process: if we are killed in between, the next start finds it by its
            # name.
            self._server = Server(name, 0, sockets)
            lock.write(self._server.record())
            self._postmaster = Postmaster(layout, account)
            pid = self._postmaster.launch(installation, settings, lock)
            self._server = Server(name, pid, sockets)
            lock.write(self._server.record())
        self._postmaster.wait_until_ready(progress, recovering=recovering)
        _ensure_database(sockets, self._postmaster)
        return Running(pid, name, sockets, created, recovering, time.monotonic() - began)

    def _put_down(self, progress: Progress | None, fast_seconds: float = FAST_SECONDS_MAX) -> None:
        if self._lock is None or self._supervisor != os.getpid():
            return
        try:
            if self._server is not None and self._server_lock is not None:
                if bring_down(self._server, self._server_lock, progress=progress, fast_seconds=fast_seconds):
                    self._server_lock.write("")
                    if self._postmaster is not None:
                        self._postmaster.wait()
                    remove_short_folder(self._server.socket_folder, self._layout)
                else:
                    _log.warning("PostgreSQL (process %d) does not end", self._server.postmaster)
        finally:
            self._postmaster = self._server = self._running = None
            if self._server_lock is not None:
                self._server_lock.close()
            self._lock.close()
            self._lock = self._server_lock = None


def find_running(data_dir: Path, database: str = DATABASE, user: str = OWNER) -> str | None:
    """The connection URL of the server that another process runs on the folder; None if there seems to be
    none. The server may have died without a trace: connecting tells.
    """
    try:
        server = Server.parse(Layout(data_dir.resolve()).server_lock.read_text())
        if server is None or not (server.socket_folder / SOCKET).is_socket():
            return None
    except OSError:
        return None
    return _dsn(server.socket_folder, database, user)


def _dsn(folder: Path, database: str, user: str) -> str:
    host = quote(str(folder))
    return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"


def _supervise(layout: Layout) -> FileLock:
    """The lock that makes this process the folder's only supervisor."""
    lock = FileLock(layout.lock)
    if not until(lock.take, LOCK_SECONDS_MAX, "", None):
        holder = lock.read().strip()
        lock.close()
        raise DataFolderInUse(layout.data, int(holder) if holder.isdigit() else None)
    lock.write(f"{os.getpid()}\n")
    return lock


def _clear(layout: Layout, lock: FileLock, progress: Progress | None) -> None:
    """Makes sure that no server runs on the folder. A server without its supervisor is stopped, not adopted:
    its clients are a dead process's, and the one that we start has our settings and ends with us.
    """
    left = Server.parse(lock.read())
    if not lock.take():
        # Without a server it can only be a killed start's initdb, which is done soon.
        gone = bring_down(left, lock, progress=progress) if left else wait_for_unseen(lock, progress)
        if not gone:
            raise DataFolderInUse(layout.data, (left.postmaster or None) if left else None)
    if left is not None:
        lock.write("")
        remove_short_folder(left.socket_folder, layout)
    if (foreign := foreign_postmaster(layout.cluster)) is not None:
        raise DataFolderInUse(layout.data, foreign)


def _remove_stale_files(layout: Layout) -> bool:
    """Removes what only a killed server leaves, and says whether one did. No process of it lives, but
    another may have its number by now, and PostgreSQL would not start then.
    """
    stale = layout.cluster / "postmaster.pid"
    if not stale.exists() or stale.stat().st_size == 0:
        # An empty one may be of a server that someone starts by hand just now; PostgreSQL itself decides
        # then.
        return False
    for path in (stale, layout.run / SOCKET, layout.run / f"{SOCKET}.lock"):
        path.unlink(missing_ok=True)
    return True


def _ensure_database(sockets: Path, postmaster: Postmaster) -> None:
    try:
        with ThreadPoolExecutor(max_workers=1) as thread:
            # A thread of its own, because this one may be running an event loop.
            thread.submit(asyncio.run, _create_database(sockets)).result()
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise EmbeddedPostgresUnavailable(
            f"The embedded database has started but does not work: {str(error) or 'no answer'}.",
            "See PostgreSQL's own words below.",
            postmaster.last_words(),
        ) from error


async def _create_database(sockets: Path) -> None:
    connection = await asyncpg.connect(
        host=str(sockets), port=PORT, user=OWNER, database=MAINTENANCE_DATABASE, timeout=CONNECT_SECONDS_MAX
    )
    try:
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE) is None:
            await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close()
