"""Runs the load tool, Debian's wrk, and reads what it found. The scripts lie in `wrk/`."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench import cpu
from bench.failures import CannotRun

SCRIPTS = Path(__file__).parent / "wrk"
TIMEOUT_SECONDS = 10
ORDERLY_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Load:
    """One run of the load tool. Milliseconds are from the first byte sent to the last received, as wrk corrects them
    for calls that it could not send because it still waited for an answer."""

    seconds: float
    answered_200: int
    answered_otherwise: int
    captured: int
    broken: int
    first_refusal: str
    p50_ms: float
    p90_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    wrk_cpu_seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Calls that were not answered with 200, or not at all."""
        return self.answered_otherwise + self.broken


def write_targets(file: Path, targets: Iterable[tuple[str, str]]) -> Path:
    """Writes what the scripts read: (path, authorization header) for each."""
    file.write_text("".join(f"{path}\t{authorization}\n" for path, authorization in targets))
    return file


async def run(script: str, url: str, *arguments: str, connections: int, seconds: int) -> Load:
    """Runs `wrk/<script>.lua` against `url`. Raises `CannotRun`."""
    before = children_seconds()
    process = await asyncio.create_subprocess_exec(
        "wrk",
        "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
        "--timeout", f"{TIMEOUT_SECONDS}s", "--script", str(SCRIPTS / f"{script}.lua"),
        url, "--", *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "BENCH_WRK": str(SCRIPTS)},
        start_new_session=True,
    )  # fmt: skip  # option and value on one line
    try:
        async with asyncio.timeout(seconds + ORDERLY_SECONDS_MAX):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    spent = children_seconds() - before
    for line in output.decode(errors="replace").splitlines():
        if line.startswith("RESULT "):
            return Load(**json.loads(line.removeprefix("RESULT ")), wrk_cpu_seconds=spent)
    raise CannotRun(f"wrk found nothing: {output.decode(errors='replace').strip()[-500:]}")


def children_seconds() -> float:
    """CPU time of the processes of ours that have ended: of a load tool, when nothing else ended meanwhile."""
    times = os.times()
    return times.children_user + times.children_system


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU time that a run took of the two that were loaded."""

    server: float
    postgres: float


class Meter:
    """Reads how much CPU time a server and PostgreSQL have used since it was made."""

    def __init__(self, server: int | None, postgres: int) -> None:
        self._server, self._postgres = server, postgres
        self._before = self._now()

    def spent(self) -> Spent:
        now = self._now()
        return Spent(now.server - self._before.server, now.postgres - self._before.postgres)

    def _now(self) -> Spent:
        return Spent(cpu.seconds_of(self._server) if self._server else 0.0, cpu.seconds_of(self._postgres))
