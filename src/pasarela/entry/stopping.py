"""Ctrl-C and SIGTERM: the first one ends the process in order, one that comes later ends it at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from pasarela.entry.failures import Interrupted

IMPATIENT_AFTER_SECONDS = 2.0
"""Wrappers such as `timeout` send one request to end twice; a person presses Ctrl-C again after a while."""

Result = TypeVar("Result")


class Stop:
    """Whether this process was asked to end. Made inside the event loop by `signals_as_stop`."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()

    def ask(self) -> None:
        self._asked.set()

    async def wait(self) -> None:
        await self._asked.wait()

    async def within(self, seconds: float) -> bool:
        """Waits for so long at most; answers whether the process was asked to end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        return self._asked.is_set()

    async def unless_asked(self, work: Awaitable[Result]) -> Result:
        """The result of `work`, which is cancelled when the process is asked to end: then raises `Interrupted`."""
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Interrupted
            return task.result()
        finally:
            asked.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})


@contextmanager
def signals_as_stop() -> Iterator[Stop]:
    """While open, SIGINT and SIGTERM ask the `Stop`; another signal a moment later kills the process at once."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)
    first_at: list[float] = []

    def asked() -> None:
        stop.ask()
        if not first_at:
            first_at.append(loop.time())
        elif loop.time() - first_at[0] > IMPATIENT_AFTER_SECONDS:
            os.kill(os.getpid(), signal.SIGKILL)

    for each in handled:
        loop.add_signal_handler(each, asked)
    try:
        yield stop
    finally:
        for each in handled:
            loop.remove_signal_handler(each)
