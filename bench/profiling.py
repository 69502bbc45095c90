"""Where the CPU time of a charge goes: in the server's Python, in PostgreSQL's statements, and in C below both.

Three looks at the same load: py-spy samples the server's stacks, we sample what PostgreSQL's sessions do or wait for,
and `perf`, where it is installed and allowed, samples machine code. Profilers take time themselves: no figures here.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from bench import cpu, load, measure
from bench.progress import say
from bench.servers import BASELINE_PYTHON, Server, pasarela
from bench.world import SMALL, World

SAMPLES_A_SECOND = 100
LINES = 30
SESSIONS = """
SELECT coalesce(state, '') AS state, coalesce(wait_event_type || ':' || wait_event, 'on the CPU') AS waits,
       backend_type, left(regexp_replace(query, '^(\\s*--[^\\n]*\\n)+', ''), 70) AS query
FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND (state = 'active' OR state = 'idle in transaction' OR backend_type = 'walwriter')
"""


async def show(made: World, *, seconds: int, workers: int | None) -> None:
    """Loads the server with charges of the busy merchant and prints the three profiles."""
    async with pasarela(made.cluster.url(SMALL), made.data(SMALL), workers=workers) as server:
        await measure.charges(made, "warm-up", server, seconds=3)
        say(f"profiling charges of the busy merchant ({seconds} s)")
        tasks = [
            asyncio.create_task(_stacks(server, made.folder / "stacks.txt", seconds)),
            asyncio.create_task(_sessions(made, seconds)),
            asyncio.create_task(_machine_code(server, made, made.folder / "perf.data", seconds)),
        ]
        run = await load.run(
            "charge", server.url, str(made.busy), f"p{server.pid}", connections=measure.CONNECTIONS, seconds=seconds + 2
        )
        print(f"\n{run.answered_200 / run.seconds:,.0f} charges/s while being profiled; {run.failed} failed")
        for task in tasks:
            print(f"\n{await task}")


async def _stacks(server: Server, file: Path, seconds: int) -> str:
    pyspy = BASELINE_PYTHON.with_name("py-spy")
    code, output = await _run(
        str(pyspy), "record", "--pid", str(server.pid), "--subprocesses", "--nonblocking", "--function",
        "--duration", str(seconds), "--rate", str(SAMPLES_A_SECOND), "--format", "raw", "--output", str(file),
    )  # fmt: skip  # option and value on one line
    return f"py-spy found nothing: {output[-300:]}" if code else _read_stacks(file)


def _read_stacks(file: Path) -> str:
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    total = 0
    for line in file.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [frame for frame in stack.split(";") if not frame.startswith("process ")]
        if not frames:
            continue
        total += int(count)
        own[frames[-1]] += int(count)
        for frame in set(frames):
            within[frame] += int(count)
    return (
        f"Python, in itself (of {total} samples)\n{_shares(own.most_common(LINES), total)}\n\n"
        f"Python, with all that it calls\n{_shares(within.most_common(2 * LINES), total)}"
    )


def _shares(counted: Iterable[tuple[str, int]], total: int) -> str:
    return "\n".join(f"  {count / max(total, 1):6.1%}  {name}" for name, count in counted)


async def _sessions(made: World, seconds: int) -> str:
    connection = await asyncpg.connect(made.cluster.url("postgres"))
    seen: Counter[str] = Counter()
    samples = 0
    try:
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            for row in await connection.fetch(SESSIONS):
                what = (
                    " ".join(row["query"].split()) if row["backend_type"] == "client backend" else row["backend_type"]
                )
                seen[f"{row['state']:20}{row['waits']:28}{what}"] += 1
            samples += 1
            await asyncio.sleep(1 / SAMPLES_A_SECOND)
    finally:
        await connection.close()
    return f"PostgreSQL's sessions, share of {samples} instants\n{_shares(seen.most_common(LINES), samples)}"


async def _machine_code(server: Server, made: World, file: Path, seconds: int) -> str:
    if shutil.which("perf") is None:
        return "perf is not installed: nothing about machine code (Debian: linux-perf)"
    code, output = await _run(
        "perf", "record", "--all-cpus", "--freq", "999", "--output", str(file), "--", "sleep", str(seconds)
    )
    if code:
        return f"perf found nothing: {output[-300:]}"
    ours, database = cpu.family_of(server.pid), cpu.family_of(made.cluster.pid)
    parts = []
    for title, pids, keys in (
        ("Machine code, by process", ours | database, "comm,pid"),
        ("Machine code of the server", ours, "dso,symbol"),
        ("Machine code of PostgreSQL", database, "dso,symbol"),
    ):
        _, text = await _run(
            "perf", "report", "--stdio", "--input", str(file), "--percentage", "relative",
            "--pid", ",".join(map(str, sorted(pids))), "--sort", keys,
        )  # fmt: skip  # option and value on one line
        lines = [line for line in text.splitlines() if not line.startswith("#") and "%" in line]
        parts.append("\n".join([title, *(f"  {line.strip().rstrip(' -')}" for line in lines[:LINES])]))
    return "\n\n".join(parts)


async def _run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(errors="replace")
