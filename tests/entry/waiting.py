"""Waits for what another process does in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SECONDS_MAX = 20


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Returns when `condition` holds; fails when it does not in time."""
    async with asyncio.timeout(SECONDS_MAX):
        while not await condition():  # noqa: ASYNC110 - what another process does sets no event of ours
            await asyncio.sleep(0.05)
