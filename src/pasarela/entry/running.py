"""Runs a long-lived command in an event loop of its own, until it ends or is asked to."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable

import uvloop

from pasarela.entry.failures import Interrupted
from pasarela.entry.process_log import log_to_stderr
from pasarela.entry.stopping import Stop, signals_as_stop

ROUNDS_AFTER = 50_000, 50, 100
"""When the collector looks again. A call makes few cycles and many objects that live for its length: the interpreter's
own 700 would look at those over and over."""


def started() -> None:
    """Takes what every call needs out of the garbage collector's sight: a full round over it would stop all calls
    for a tenth of a second. Called once, when the process is up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ROUNDS_AFTER)


def run_to_the_end(work: Callable[[Stop], Awaitable[None]], *, level: int = logging.WARNING) -> None:
    """Runs `work`, which is told when to stop; being stopped while it still starts is no failure."""
    log_to_stderr(level)

    async def running() -> None:
        with signals_as_stop() as stop:
            try:
                await work(stop)
            except Interrupted:
                return

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(running())
