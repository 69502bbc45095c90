"""The two HTTP servers that are compared, each a process of its own: Pasarela as shipped, and the ORM baseline."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.failures import CannotRun
from bench.progress import say

ROOT = Path(__file__).parent.parent
BASELINE_PYTHON = ROOT / ".venv-bench" / "bin" / "python"

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on `url`."""

    name: str
    pid: int
    url: str


@asynccontextmanager
async def pasarela(database_url: str, data: Path, *, workers: int | None = None) -> AsyncIterator[Server]:
    """Pasarela's sandbox with its shipped settings, on a database of ours. `data` holds its keys."""
    command = [str(Path(sys.prefix) / "bin" / "pasarela"), "sandbox", "--data", str(data)]
    if workers is not None:
        command += ["--workers", str(workers)]
    port = _free_port()
    command += ["--database-url", database_url, "--port", str(port)]
    async with _process("Pasarela", command, {}, port, "/ready", data / "server.log") as server:
        yield server


@asynccontextmanager
async def orm_baseline(database_url: str, folder: Path) -> AsyncIterator[Server]:
    """The FastAPI and SQLAlchemy endpoint of `orm_baseline/`, as uvicorn runs it."""
    port = _free_port()
    command = [str(BASELINE_PYTHON), "-m", "uvicorn", "bench.orm_baseline.app:app", "--port", str(port),
               "--no-access-log", "--log-level", "warning"]  # fmt: skip  # option and value on one line
    environment = {"BENCH_DATABASE_URL": for_sqlalchemy(database_url)}
    async with _process("the ORM baseline", command, environment, port, "/ready", folder / "orm.log") as server:
        yield server


def for_sqlalchemy(database_url: str) -> str:
    """The URL of one of our databases as SQLAlchemy reads it."""
    parts = urlsplit(database_url)
    host = parse_qs(parts.query)["host"][0]
    return f"postgresql+asyncpg://{parts.username}@{parts.path}?host={host}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def _process(
    name: str, command: Sequence[str], environment: Mapping[str, str], port: int, ready: str, log: Path
) -> AsyncIterator[Server]:
    say(f"starting {name}")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        # A session of its own: Ctrl-C reaches us alone, and we stop everything in order.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            env={**_clean_environment(), **environment},
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        await _until_ready(process, f"{url}{ready}", name, log)
        yield Server(name, process.pid, url)
    finally:
        await _stop(process)


def _clean_environment() -> dict[str, str]:
    """Ours, without choices that somebody made for another Pasarela."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PASARELA_")}


async def _until_ready(process: asyncio.subprocess.Process, url: str, name: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not await asyncio.to_thread(_answers, url):
        if process.returncode is not None:
            raise CannotRun(f"{name} ended with code {process.returncode}:\n{_last_words(log)}")
        if time.monotonic() > deadline:
            raise CannotRun(f"{name} is not ready after {READY_SECONDS_MAX} s:\n{_last_words(log)}")
        await asyncio.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Asks it to end, as Ctrl-C does; kills what does not. Its whole session, for what it has started."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
