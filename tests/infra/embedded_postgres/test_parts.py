"""The parts of the embedded PostgreSQL that need no server, and the one that serves the other tests."""

from __future__ import annotations

import os
from pathlib import Path

from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.installation import run
from pasarela.infra.embedded_postgres.server_log import ServerLog
from pasarela.infra.embedded_postgres.waiting import until
from tests.fixtures_postgres import PostgresServer, execute, in_thread
from tests.infra.embedded_postgres.runs import (
    SECONDS_MAX,
    value,
)


def test_until_tells_what_takes_long() -> None:
    told: list[str] = []
    assert until(lambda: len(told) == 2, SECONDS_MAX, "Waiting", told.append, tell_seconds=0.001)
    assert told == ["Waiting (0 s)", "Waiting (0 s)"]


def test_until_gives_up() -> None:
    assert not until(lambda: False, 0.01, "Waiting", None)


def test_run_tells_nothing_of_what_is_quick() -> None:
    told: list[str] = []
    account = Account(os.geteuid(), os.getegid(), lent=False)
    done = run(["/bin/echo", "x"], account, Path("/"), doing="Echoing", progress=told.append)
    assert (done.stdout, told) == ("x\n", [])


def test_server_log_moves_aside_what_has_grown(tmp_path: Path) -> None:
    path = tmp_path / "postgres.log"
    path.write_text("of an earlier start\n")
    log = ServerLog(path)
    os.write(log.descriptor, b"first\n")
    assert log.last_words() == "first"
    log.rotate(bytes_max=10)
    os.write(log.descriptor, b"second\n")
    assert path.read_text() == "second\n"
    assert path.with_name("postgres.log.1").read_text() == "of an earlier start\nfirst\n"
    assert log.last_words() == "second"
    log.close()


def test_fresh_database_is_empty_and_ones_own(fresh_database: str, postgres_server: PostgresServer) -> None:
    in_thread(execute(fresh_database, "CREATE TABLE mine (id int)"))
    other = postgres_server.create_database("other")
    assert value(other, "SELECT to_regclass('mine')") is None
    postgres_server.drop_database("other")


def test_template_is_built_once_and_cloned(postgres_server: PostgresServer) -> None:
    built: list[str] = []

    async def build(url: str) -> None:
        built.append(url)
        await execute(url, "CREATE TABLE made AS SELECT 7 AS number")

    assert [postgres_server.template("template_x", build) for _ in range(2)] == ["template_x"] * 2
    assert len(built) == 1
    assert value(postgres_server.create_database("clone", "template_x"), "SELECT number FROM made") == 7
    for name in ("clone", "template_x"):
        postgres_server.drop_database(name)
