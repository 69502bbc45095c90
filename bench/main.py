"""`make bench`: charges per second through HTTP, beside one function call per charge in pgbench and an ORM endpoint.

Everything runs on this machine, on one PostgreSQL, in turns: what is compared is measured within the same minute, in
several rounds, because a machine is never quiet. Ratios are what counts. Exit code 2 when it can't run, else 0.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench import cluster, lists, measure, profiling, report, rows, world
from bench.failures import EXIT_CANNOT, CannotRun
from bench.measure import CONNECTIONS, Run
from bench.progress import say
from bench.report import Figures, Past, Round
from bench.servers import BASELINE_PYTHON, Server, orm_baseline, pasarela
from bench.world import FUNCTION, HISTORY, ORM, SMALL, World

HERE = Path(__file__).parent
FEWER_CLIENTS = (8, 16, 32)


def main() -> int:
    arguments = _arguments()
    try:
        return asyncio.run(_until_told_to_stop(arguments))
    except CannotRun as error:
        print(f"The benchmark can't run: {error}", file=sys.stderr)
        return EXIT_CANNOT
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Stopped.", file=sys.stderr)
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS='...'",
        description="Measures durable card charges per second through HTTP, and prints ratios.",
        epilog="examples:\n  make bench\n  make bench ARGS=--quick\n  make bench ARGS='--no-history --rounds 5'\n"
        "  make bench ARGS='--profile --keep'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--quick", action="store_true", help="one short round and a small history, in four minutes")
    parser.add_argument("--rounds", type=_whole, help="how often everything is measured (default: 3)")
    parser.add_argument("--seconds", type=_whole, help="how long each measurement loads (default: 12)")
    parser.add_argument("--charges", type=_whole, help="charges in the history (default: 1000000)")
    parser.add_argument("--no-history", action="store_true", help="leave the database with a past out")
    parser.add_argument("--only-history", action="store_true", help="leave all but the database with a past out")
    parser.add_argument("--workers", type=_whole, help="Pasarela's worker processes (default: as shipped)")
    parser.add_argument(
        "--profile", action="store_true", help="instead of measuring, show where the CPU time of a charge goes"
    )
    parser.add_argument(
        "--data", type=Path, default=HERE / "data", help="folder for the databases (default: bench/data)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use those kept before")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder for the figures as JSON")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)
    arguments.seconds = arguments.seconds or (5 if arguments.quick else 12)
    arguments.charges = arguments.charges or (100_000 if arguments.quick else 1_000_000)
    return arguments


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


async def _until_told_to_stop(arguments: argparse.Namespace) -> int:
    """Ctrl-C and SIGTERM stop everything in order."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def stop() -> None:
        # Once: a second one would end the clean-up, and leave servers behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: say("stopping"))
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if shutil.which("wrk") is None:
        raise CannotRun("wrk is missing: sudo apt-get install wrk")
    if not BASELINE_PYTHON.exists():
        raise CannotRun(f"{BASELINE_PYTHON} is missing: start bench/run.sh, which makes it")
    async with _databases(arguments) as made:
        if arguments.profile:
            await profiling.show(made, seconds=arguments.seconds, workers=arguments.workers)
            return 0
        figures = await _measure(made, arguments)
    text = report.text(figures)
    print(f"\n{text}")
    print(f"\nFigures: {report.write(figures, text, arguments.results)}")
    return 0


@asynccontextmanager
async def _databases(arguments: argparse.Namespace) -> AsyncIterator[World]:
    folder: Path = arguments.data
    _make(folder, empty=not arguments.keep)
    try:
        async with cluster.running(folder) as server:
            yield (await world.again(server, folder) if arguments.keep else None) or await world.prepare(server, folder)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path, *, empty: bool) -> None:
    if empty:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


async def _measure(made: World, arguments: argparse.Namespace) -> Figures:
    figures = Figures(quick=arguments.quick, seconds=arguments.seconds, connections=CONNECTIONS)
    async with pasarela(made.cluster.url(SMALL), made.data(SMALL), workers=arguments.workers) as server:
        await _count_rows(made, server, figures)
        if not arguments.only_history:
            for number in range(1, arguments.rounds + 1):
                say(f"round {number} of {arguments.rounds}")
                figures.rounds.append(await _round(made, server, arguments.seconds))
        if not arguments.no_history:
            figures.past = await _past(made, server, arguments)
    return figures


async def _count_rows(made: World, server: Server, figures: Figures) -> None:
    """Warms both up; meanwhile counts what a charge writes."""
    say("warming up, counting rows")
    before = await rows.counted(made.cluster, SMALL, wait=True)
    warm = await measure.charges(made, "Pasarela, warm-up", server, seconds=3)
    if warm.failed:
        raise CannotRun(f"a charge was not answered with 200: {warm.first_refusal or 'no answer'}")
    figures.rows_pasarela = rows.per_charge(before, await rows.counted(made.cluster, SMALL, wait=True))
    before = await rows.counted(made.cluster, FUNCTION, wait=False)
    await measure.function_calls(made, FUNCTION, clients=16, seconds=3)
    figures.rows_function = rows.per_charge(before, await rows.counted(made.cluster, FUNCTION, wait=False))
    figures.differences = await rows.differences(made.cluster, FUNCTION, made.merchants[0].tenant_id)


async def _round(made: World, server: Server, seconds: int) -> Round:
    """All that is compared, close together; the two that matter most first, side by side."""
    busy = await measure.charges(made, "Pasarela, busy merchant", server, seconds=seconds)
    function = await measure.function_calls(made, FUNCTION, clients=CONNECTIONS, seconds=seconds)
    fewer = [
        await measure.function_calls(made, FUNCTION, clients=clients, seconds=max(seconds // 2, 3))
        for clients in FEWER_CLIENTS
    ]
    async with orm_baseline(made.cluster.url(ORM), made.folder) as baseline:
        await measure.charges(made, "ORM, warm-up", baseline, seconds=2)
        orm = await measure.charges(made, "ORM, busy merchant", baseline, seconds=seconds)
    return Round(
        busy=busy,
        function=function,
        function_fewer=fewer,
        orm=orm,
        thousand=await measure.charges(made, "Pasarela, a thousand merchants", server, seconds=seconds, thousand=True),
        two_steps=await measure.charges(
            made, "Pasarela, capture:false then capture", server, seconds=seconds, script="capture"
        ),
    )


async def _past(made: World, server: Server, arguments: argparse.Namespace) -> Past:
    """The busy merchant on a small database and on the one with a past, in turns; then the lists."""
    problems = await world.with_history(made, arguments.charges)
    async with contextlib.AsyncExitStack() as stack:
        old = await stack.enter_async_context(
            pasarela(made.cluster.url(HISTORY), made.data(HISTORY), workers=arguments.workers)
        )
        await measure.charges(made, "Pasarela with a past, warm-up", old, seconds=3)
        pairs: list[tuple[Run, Run]] = []
        for _ in range(arguments.rounds):
            without = await measure.charges(made, "Pasarela, small database", server, seconds=arguments.seconds)
            within = await measure.charges(made, "Pasarela with a past", old, seconds=arguments.seconds)
            pairs.append((without, within))
        answered = await lists.measure(made, old, arguments.charges, seconds=1 if arguments.quick else 3)
    return Past(arguments.charges, pairs, answered, problems)


if __name__ == "__main__":
    sys.exit(main())
