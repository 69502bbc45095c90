"""Runs the real command line in processes of its own, as a person does, and never leaves one behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

START_SECONDS_MAX = 90
END_SECONDS_MAX = 60

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    output: str
    errors: str

    @property
    def error_lines(self) -> list[str]:
        return self.errors.splitlines()


@dataclass(slots=True)
class Started:
    """A command that runs: its process, what it has said so far."""

    process: Process
    lines: list[str] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        found = _ADDRESS.search("\n".join(self.lines))
        assert found is not None, self.lines
        return found[0]

    async def until(self, wanted: str) -> None:
        """Reads on until the line `wanted`."""
        assert self.process.stdout is not None
        async with asyncio.timeout(START_SECONDS_MAX):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.rstrip("\n"))
                if self.lines[-1] == wanted:
                    return
        errors = await self.process.stderr.read() if self.process.stderr else b""
        raise AssertionError(f"ended without {wanted!r}: {self.lines} {errors.decode()}")

    async def end(self, with_signal: signal.Signals = signal.SIGINT) -> Ended:
        """Sends the signal and waits for the end."""
        self.process.send_signal(with_signal)
        return await self.wait()

    async def wait(self) -> Ended:
        async with asyncio.timeout(END_SECONDS_MAX):
            output, errors = await self.process.communicate()
        assert self.process.returncode is not None
        return Ended(self.process.returncode, "\n".join(self.lines) + output.decode(), errors.decode())


async def launch(*arguments: str, environment: Mapping[str, str] | None = None) -> Started:
    """Starts `pasarela` with these arguments, in a process group of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pasarela",
        *arguments,
        stdout=PIPE,
        stderr=PIPE,
        env=_clean_environment() | dict(environment or {}),
        start_new_session=True,
    )
    return Started(process)


async def run(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Runs `pasarela` to its end."""
    started = await launch(*arguments, environment=environment)
    try:
        return await started.wait()
    finally:
        await _gone(started)


@contextlib.asynccontextmanager
async def sandbox(*arguments: str) -> AsyncIterator[Started]:
    """`pasarela sandbox` on a free port, ready; ended by the test, or at the latest here."""
    started = await launch("sandbox", "--port", "0", *arguments)
    try:
        await started.until("Ready")
        yield started
    finally:
        await _gone(started)


async def _gone(started: Started) -> None:
    if started.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            started.process.terminate()
        try:
            async with asyncio.timeout(END_SECONDS_MAX):
                await started.process.communicate()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.process.pid, signal.SIGKILL)
            await started.process.communicate()


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PASARELA_")}
