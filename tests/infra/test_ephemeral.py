"""Secrets that live for minutes: one suite for both implementations, then what only shared memory must hold."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pasarela.infra.ephemeral import EphemeralSecrets, MemorySecrets, NotMemoryBacked, SharedMemorySecrets
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import StoppedClock

MINUTES = timedelta(minutes=10)
CVV = Secret("842")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pasarela-test-", dir="/dev/shm"))
    yield folder / "secrets"
    shutil.rmtree(folder)


@pytest.fixture(params=["memory", "shared memory"])
def ephemeral(request: pytest.FixtureRequest, clock: StoppedClock, folder: Path) -> EphemeralSecrets:
    if request.param == "memory":
        return MemorySecrets(clock, limit=3)
    return SharedMemorySecrets(folder, clock, limit=3)


async def test_take_answers_what_was_put_once(ephemeral: EphemeralSecrets) -> None:
    await ephemeral.put("cvv/7/tok1", CVV, MINUTES)

    assert await ephemeral.take("cvv/7/tok1") == CVV
    assert await ephemeral.take("cvv/7/tok1") is None


async def test_take_answers_nothing_for_another_key(ephemeral: EphemeralSecrets) -> None:
    await ephemeral.put("cvv/7/tok1", CVV, MINUTES)

    assert await ephemeral.take("cvv/8/tok1") is None
    assert await ephemeral.take("cvv/7/tok1") == CVV


async def test_put_replaces_what_was_there(ephemeral: EphemeralSecrets) -> None:
    await ephemeral.put("k", Secret("111"), MINUTES)
    await ephemeral.put("k", CVV, MINUTES)

    assert await ephemeral.take("k") == CVV
    assert await ephemeral.take("k") is None


async def test_secrets_expire(ephemeral: EphemeralSecrets, clock: StoppedClock) -> None:
    await ephemeral.put("early", CVV, MINUTES)
    clock.advance(minutes=9, seconds=59)
    await ephemeral.put("late", CVV, MINUTES)
    clock.advance(seconds=1)

    assert await ephemeral.take("early") is None
    assert await ephemeral.take("late") == CVV


async def test_any_text_is_a_key(ephemeral: EphemeralSecrets) -> None:
    await ephemeral.put("../../etc/ñ\n", CVV, MINUTES)

    assert await ephemeral.take("../../etc/ñ\n") == CVV


async def test_the_oldest_goes_when_there_are_too_many(ephemeral: EphemeralSecrets, clock: StoppedClock) -> None:
    for key in "abcd":
        await ephemeral.put(key, CVV, MINUTES)
        clock.advance(seconds=1)
    if isinstance(ephemeral, SharedMemorySecrets):
        ephemeral.sweep()

    assert [await ephemeral.take(key) for key in "abcd"] == [None, CVV, CVV, CVV]


async def test_expired_secrets_leave_memory(clock: StoppedClock) -> None:
    secrets = MemorySecrets(clock)
    await secrets.put("a", CVV, MINUTES)
    clock.advance(minutes=10)
    await secrets.put("b", CVV, MINUTES)

    assert list(secrets._entries) == ["b"]  # noqa: SLF001 - that nothing remains has no other witness


async def test_processes_share_the_folder(folder: Path, clock: StoppedClock) -> None:
    await SharedMemorySecrets(folder, clock).put("k", CVV, MINUTES)

    other = SharedMemorySecrets(folder, clock)
    assert await other.take("k") == CVV
    assert await SharedMemorySecrets(folder, clock).take("k") is None


async def test_one_process_of_many_takes_it(folder: Path, clock: StoppedClock) -> None:
    secrets = SharedMemorySecrets(folder, clock)
    for number in range(200):
        await secrets.put(f"k{number}", CVV, timedelta(days=36_500))

    taken = await asyncio.gather(*(taken_by_a_process(folder) for _ in range(3)))

    assert sorted(itertools.chain.from_iterable(taken)) == sorted(f"k{number}" for number in range(200))


async def taken_by_a_process(folder: Path) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TAKE_ALL, str(folder), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return output.decode().split()


TAKE_ALL = """
import asyncio, sys
from pathlib import Path
from pasarela.infra.ephemeral import SharedMemorySecrets
from pasarela.kernel.clock import SystemClock

async def take_all():
    secrets = SharedMemorySecrets(Path(sys.argv[1]), SystemClock())
    for number in range(200):
        if await secrets.take(f"k{number}") is not None:
            print(f"k{number}")

asyncio.run(take_all())
"""


async def test_files_show_neither_secret_nor_key(folder: Path, clock: StoppedClock) -> None:
    secrets = SharedMemorySecrets(folder, clock)
    await secrets.put("cvv/7/tok1", Secret("security code 842"), MINUTES)

    [(name, content)] = entries(folder).items()
    assert "tok1" not in name
    assert b"842" not in content
    assert modes(folder) == {0o600}


async def test_a_file_serves_under_its_own_name_only(folder: Path, clock: StoppedClock) -> None:
    secrets = SharedMemorySecrets(folder, clock)
    await secrets.put("mine", CVV, MINUTES)
    [mine] = entries(folder)
    await secrets.put("theirs", Secret("000"), MINUTES)
    [theirs] = entries(folder).keys() - {mine}
    rename(folder, mine, theirs)

    assert await secrets.take("theirs") is None


async def test_sweep_removes_what_expired_and_what_crashed(folder: Path, clock: StoppedClock) -> None:
    secrets = SharedMemorySecrets(folder, clock)
    await secrets.put("a", CVV, MINUTES)
    await secrets.put("b", CVV, timedelta(minutes=20))
    make_draft(folder, ".being-written", seconds_ago=0)
    make_draft(folder, ".left-by-a-crash", seconds_ago=61)
    clock.advance(minutes=10)
    secrets.sweep()

    assert ".being-written" in entries(folder)
    assert len(entries(folder)) == 2
    assert await secrets.take("b") == CVV


def entries(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "boot.key"}


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def rename(folder: Path, old: str, new: str) -> None:
    (folder / old).rename(folder / new)


def make_draft(folder: Path, name: str, *, seconds_ago: float) -> None:
    (folder / name).touch()
    instant = time.time() - seconds_ago
    os.utime(folder / name, (instant, instant))


def test_a_folder_on_a_disk_is_refused(clock: StoppedClock) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, pytest.raises(NotMemoryBacked, match="not in memory"):
        SharedMemorySecrets(Path(folder), clock)


def test_a_folder_that_others_enter_is_refused(folder: Path, clock: StoppedClock) -> None:
    folder.mkdir(mode=0o755)

    with pytest.raises(NotMemoryBacked, match="only this user"):
        SharedMemorySecrets(folder, clock)


def test_a_link_to_a_folder_is_refused(folder: Path, clock: StoppedClock) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")

    with pytest.raises(NotMemoryBacked, match="only this user"):
        SharedMemorySecrets(folder, clock)
