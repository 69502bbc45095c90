"""The embedded PostgreSQL starts, serves with the right settings, stops, and refuses company."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from pasarela.infra.embedded_postgres import (
    DataFolderInUse,
    EmbeddedPostgres,
    find_running,
)
from pasarela.infra.embedded_postgres.account import account_for
from pasarela.infra.embedded_postgres.layout import Layout
from pasarela.infra.embedded_postgres.processes import processes_of
from pasarela.infra.embedded_postgres.settings import MIB, server_settings
from tests.fixtures_postgres import execute, fetch, in_thread
from tests.infra.embedded_postgres.runs import (
    another_supervisor,
    by_hand,
    keep_a_word,
    kept_word,
    on_linux,
    value,
)


def test_first_start_makes_the_database(data: Path) -> None:
    with EmbeddedPostgres(data) as postgres:
        assert postgres.running is not None
        assert (postgres.running.created, postgres.running.recovered) == (True, False)
        url = postgres.dsn()
        assert value(url, "SELECT current_user || ' ' || current_database()") == "pasarela pasarela"
        assert value(url, "SHOW server_encoding") == "UTF8"
        assert value(url, "SELECT datcollate FROM pg_database WHERE datname = 'pasarela'") == "C"
        assert value(postgres.dsn("postgres"), "SELECT current_database()") == "postgres"


def test_later_start_finds_the_data(postgres: EmbeddedPostgres) -> None:
    keep_a_word(postgres.start(), "remembered")
    postgres.stop()
    running = postgres.start()
    assert (running.created, running.recovered) == (False, False)
    assert kept_word(running) == "remembered"


def test_start_of_a_running_server_changes_nothing(postgres: EmbeddedPostgres) -> None:
    assert postgres.start() is postgres.start()


def test_start_makes_a_missing_database_again(postgres: EmbeddedPostgres) -> None:
    running = postgres.start()
    in_thread(execute(running.dsn("postgres"), "DROP DATABASE pasarela WITH (FORCE)"))
    postgres.stop()
    assert value(postgres.start().dsn(), "SELECT current_database()") == "pasarela"


async def test_start_works_inside_a_running_loop(postgres: EmbeddedPostgres) -> None:
    assert (await fetch(postgres.start().dsn(), "SELECT 1"))[0][0] == 1


def test_server_outlives_the_thread_that_started_it(postgres: EmbeddedPostgres) -> None:
    thread = threading.Thread(target=postgres.start)
    thread.start()
    thread.join()
    assert value(postgres.dsn(), "SELECT 1") == 1
    assert postgres.running is not None


def test_stop_leaves_no_process_and_no_lock(postgres: EmbeddedPostgres, data: Path) -> None:
    running = postgres.start()
    assert processes_of(running.name)
    postgres.stop()
    assert processes_of(running.name) == []
    assert postgres.running is None
    assert find_running(data) is None
    with EmbeddedPostgres(data) as successor:
        assert successor.running is not None


async def test_stop_cuts_open_connections(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.start().dsn())
    await connection.execute("BEGIN")
    postgres.stop()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connection.execute("COMMIT")
    connection.terminate()


async def test_stop_forces_what_does_not_end(postgres: EmbeddedPostgres) -> None:
    running = postgres.start()
    connection = await asyncpg.connect(running.dsn())
    backend = await connection.fetchval("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    postgres.stop(fast_seconds=0.1)
    connection.terminate()
    assert processes_of(running.name) == []
    assert postgres.start().recovered


def test_stop_works_after_the_folder_was_deleted(postgres: EmbeddedPostgres, data: Path) -> None:
    running = postgres.start()
    shutil.rmtree(data)
    postgres.stop()
    assert processes_of(running.name) == []
    assert postgres.start().created


def test_find_running_answers_the_url(postgres: EmbeddedPostgres, data: Path) -> None:
    assert find_running(data) is None
    assert find_running(data / "missing") is None
    postgres.start()
    assert find_running(data) == postgres.dsn()
    assert find_running(data, "postgres", "someone") == postgres.dsn("postgres", "someone")


def test_settings_are_durable_and_local(data: Path) -> None:
    with EmbeddedPostgres(data) as postgres:
        expected = {
            "fsync": "on",
            "data_checksums": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "wal_compression": "pglz",
            "listen_addresses": "",
            "jit": "off",
            "max_connections": "100",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "TimeZone": "UTC",
        }
        assert {name: value(postgres.dsn(), f"SHOW {name}") for name in expected} == expected


def test_tests_may_give_up_durability(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert value(postgres.dsn(), "SHOW fsync") == "off"


@pytest.mark.parametrize(
    ("memory_mib", "shared"),
    [(64, "32MB"), (1024, "128MB"), (2048, "256MB"), (65536, "256MB")],
)
def test_server_settings_fit_the_memory(memory_mib: int, shared: str) -> None:
    settings = server_settings(name="x", socket_folder="y", memory=memory_mib * MIB, durability=True)
    assert settings["shared_buffers"] == shared


@on_linux
def test_server_does_not_see_our_environment(
    postgres: EmbeddedPostgres, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASARELA_MASTER_KEY", "the-key")
    monkeypatch.setenv("PGOPTIONS", "-c fsync=on")
    account = account_for(Layout(data).home)
    # As the account itself: root in a container may not look into another user's processes.
    seen = subprocess.run(
        ["/bin/cat", f"/proc/{postgres.start().pid}/environ"],
        user=account.user,
        group=account.group,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "LC_ALL=C" in seen
    assert "the-key" not in seen
    assert "PGOPTIONS" not in seen


def test_second_start_on_the_folder_is_refused(postgres: EmbeddedPostgres, data: Path) -> None:
    running = postgres.start()
    with pytest.raises(DataFolderInUse) as refusal:
        EmbeddedPostgres(data, durability=False).start()
    assert (refusal.value.path, refusal.value.pid) == (data, os.getpid())
    assert str(refusal.value) == f"The data folder {data} is in use by process {os.getpid()}."
    assert postgres.running is running
    assert value(running.dsn(), "SELECT 1") == 1


def test_one_of_many_starts_at_once_wins(postgres: EmbeddedPostgres, data: Path) -> None:
    rivals = [postgres, *(EmbeddedPostgres(data, durability=False) for _ in range(3))]
    with ThreadPoolExecutor(len(rivals)) as threads:
        started = [threads.submit(rival.start) for rival in rivals]
    refusals = [start.exception() for start in started]
    assert [type(refusal) for refusal in refusals].count(DataFolderInUse) == 3
    winner = rivals[refusals.index(None)]
    assert value(winner.dsn(), "SELECT 1") == 1
    winner.stop()


def test_start_is_refused_while_another_process_runs_it(postgres: EmbeddedPostgres, data: Path) -> None:
    with another_supervisor(data) as other:
        with pytest.raises(DataFolderInUse) as refusal:
            postgres.start()
        assert refusal.value.pid == other.process.pid
        assert value(str(find_running(data)), "SELECT 1") == 1


def test_start_is_refused_while_a_server_started_by_hand_runs(postgres: EmbeddedPostgres, data: Path) -> None:
    layout, account = Layout(data), account_for(Layout(data).home)
    with by_hand(layout, account) as process:
        with pytest.raises(DataFolderInUse) as refusal:
            postgres.start()
        assert refusal.value.pid == process.pid
        assert process.poll() is None
