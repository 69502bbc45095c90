"""What the embedded PostgreSQL does after it, its supervisor or both were killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from pasarela.infra.embedded_postgres import (
    EmbeddedPostgres,
    find_running,
)
from pasarela.infra.embedded_postgres.account import account_for
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.layout import Layout
from pasarela.infra.embedded_postgres.processes import processes_of, send
from pasarela.infra.embedded_postgres.waiting import until
from tests.fixtures_postgres import execute, in_thread
from tests.infra.embedded_postgres.runs import (
    SECONDS_MAX,
    another_supervisor,
    is_gone,
    keep_a_word,
    kept_word,
)


def test_start_recovers_after_the_postmaster_was_killed(postgres: EmbeddedPostgres) -> None:
    first = postgres.start()
    keep_a_word(first, "survivor")
    os.kill(first.pid, signal.SIGKILL)
    assert until(lambda: postgres.running is None, SECONDS_MAX, "", None)
    second = postgres.start()
    assert (second.created, second.recovered) == (False, True)
    assert kept_word(second) == "survivor"
    assert is_gone(first.name)


def test_start_recovers_after_everything_was_killed(postgres: EmbeddedPostgres, data: Path) -> None:
    with another_supervisor(data) as other:
        in_thread(execute(str(find_running(data)), "CREATE TABLE kept AS SELECT 'survivor'::text AS word"))
        # The server first: it would end in order with its supervisor.
        send(processes_of(other.name), signal.SIGKILL)
        other.process.kill()
        other.process.wait()
        running = postgres.start()
        assert (running.created, running.recovered) == (False, True)
        assert kept_word(running) == "survivor"


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs util-linux")
def test_server_ends_by_itself_when_its_supervisor_is_killed(postgres: EmbeddedPostgres, data: Path) -> None:
    with another_supervisor(data) as other:
        in_thread(execute(str(find_running(data)), "CREATE TABLE kept AS SELECT 'survivor'::text AS word"))
        other.process.kill()
        assert is_gone(other.name)
        running = postgres.start()
        # It took its time to shut down in order.
        assert (running.created, running.recovered) == (False, False)
        assert kept_word(running) == "survivor"


def test_start_replaces_an_orphan(postgres: EmbeddedPostgres, data: Path) -> None:
    # Without setpriv on the path nothing ends the server with its supervisor.
    with another_supervisor(data, PATH="/nowhere") as other:
        in_thread(execute(str(find_running(data)), "CREATE TABLE kept AS SELECT 'survivor'::text AS word"))
        other.process.kill()
        other.process.wait()
        assert other.postmaster in processes_of(other.name)
        running = postgres.start()
        assert processes_of(other.name) == []
        assert kept_word(running) == "survivor"


def test_start_waits_for_an_orphan_without_postmaster(postgres: EmbeddedPostgres, data: Path) -> None:
    with another_supervisor(data, PATH="/nowhere") as other:
        stuck = processes_of(other.name)[-1]
        assert stuck != other.postmaster
        os.kill(stuck, signal.SIGSTOP)
        other.process.kill()
        os.kill(other.postmaster, signal.SIGKILL)
        other.process.wait()
        postgres.start()
        assert processes_of(other.name) == []


def test_start_ignores_a_stale_number_that_another_process_has(postgres: EmbeddedPostgres, data: Path) -> None:
    first = postgres.start()
    layout = Layout(data)
    account = account_for(layout.home)
    stale = (layout.cluster / "postmaster.pid").read_text()
    postgres.stop()
    with subprocess.Popen(["/bin/sleep", "600"], user=account.user, group=account.group) as bystander:
        (layout.cluster / "postmaster.pid").write_text(stale.replace(str(first.pid), str(bystander.pid), 1))
        assert postgres.start().recovered
        assert bystander.poll() is None
        bystander.kill()


def test_start_waits_for_what_a_killed_start_left(data: Path) -> None:
    data.mkdir()
    with FileLock(Layout(data).server_lock) as lock:
        assert lock.take()
        left = subprocess.Popen(["/bin/sleep", "0.3"], pass_fds=[lock.descriptor])
    with left, EmbeddedPostgres(data, durability=False) as postgres:
        assert left.poll() == 0
        assert postgres.running is not None


def test_start_makes_anew_what_was_not_finished(postgres: EmbeddedPostgres, data: Path) -> None:
    layout = Layout(data)
    layout.cluster.rename(layout.unfinished_cluster)
    assert postgres.start().created
    assert not layout.unfinished_cluster.exists()
