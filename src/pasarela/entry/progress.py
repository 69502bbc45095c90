"""Tells a waiting person what a step is busy with, once it has taken longer than people like to wait in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

SILENCE_SECONDS_MAX = 2.0


@asynccontextmanager
async def telling(what: str, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Runs the block; when it takes over two seconds, says `what` is going on (once)."""
    handle = asyncio.get_running_loop().call_later(SILENCE_SECONDS_MAX, say, f"{what} ...")
    try:
        yield
    finally:
        handle.cancel()
