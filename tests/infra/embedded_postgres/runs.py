"""What the tests of the embedded PostgreSQL share: running it in another process or by hand, looking inside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pasarela.infra.embedded_postgres import Running
from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.cluster import folder_argument
from pasarela.infra.embedded_postgres.installation import find_installation, runnable
from pasarela.infra.embedded_postgres.layout import Layout
from pasarela.infra.embedded_postgres.processes import processes_of, send
from pasarela.infra.embedded_postgres.waiting import until
from tests.fixtures_postgres import execute, fetch, in_thread

SECONDS_MAX = 20

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server an account")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

SUPERVISOR = """
import pathlib, signal, sys
from pasarela.infra.embedded_postgres import DataFolderInUse, EmbeddedPostgres

postgres = EmbeddedPostgres(pathlib.Path(sys.argv[1]), durability=False)
try:
    running = postgres.start()
except DataFolderInUse as refusal:
    sys.exit(str(refusal))
sys.stdout.write(f"{running.pid} {running.name}\\n")
sys.stdout.flush()
signal.pause()
"""


@dataclass(frozen=True)
class Supervisor:
    """Another process that runs the database."""

    process: subprocess.Popen[str]
    postmaster: int
    name: str


def value(url: str, query: str) -> object:
    return in_thread(fetch(url, query))[0][0]


def keep_a_word(running: Running, word: str) -> None:
    in_thread(execute(running.dsn(), f"CREATE TABLE kept AS SELECT '{word}'::text AS word"))


def kept_word(running: Running) -> object:
    return value(running.dsn(), "SELECT word FROM kept")


def is_gone(name: str) -> bool:
    return until(lambda: not processes_of(name), SECONDS_MAX, "", None)


@contextlib.contextmanager
def another_supervisor(data: Path, **environment: str) -> Iterator[Supervisor]:
    """Runs the database in a process of its own, which the test may kill."""
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(data)],
        env={**os.environ, **paths, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        pid, name = process.stdout.readline().split()
        try:
            yield Supervisor(process, int(pid), name)
        finally:
            process.kill()
            send(processes_of(name), signal.SIGQUIT)
            assert is_gone(name)


def is_ready(layout: Layout) -> bool:
    file = layout.cluster / "postmaster.pid"
    return file.exists() and "ready" in file.read_text()


@contextlib.contextmanager
def by_hand(layout: Layout, account: Account) -> Iterator[subprocess.Popen[bytes]]:
    program = str(runnable(find_installation(), account).program("postgres"))
    with subprocess.Popen(
        [program, "-D", folder_argument(layout.cluster, account), "-c", "listen_addresses=", "-k", "../run"],
        cwd=layout.cluster,
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert until(lambda: is_ready(layout), SECONDS_MAX, "", None)
            yield process
        finally:
            process.send_signal(signal.SIGQUIT)
