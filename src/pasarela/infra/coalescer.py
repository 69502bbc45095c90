"""Gathers concurrent calls of one hot verb into batches, so that many callers share one round trip.

A batch starts as soon as the previous one has finished and takes whatever has queued up, at most `limit` items:
nobody waits for a batch to fill. Each item has its own result; one item's refusal never fails its neighbours.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import asyncpg

from pasarela.infra import metrics

BATCH_MAX = 64

Item = TypeVar("Item")
Result = TypeVar("Result")


class Coalescer(Generic[Item, Result]):
    """Runs `run(items)` over what has queued up; `run` answers one result or one exception for each item, in order.

    `lanes` batches may be under way at once (on as many connections).
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        limit: int = BATCH_MAX,
        lanes: int = 1,
    ) -> None:
        self._run = run
        self._sizes = metrics.BATCH_ITEMS.labels(_verb(run))
        self._limit = limit
        self._idle_lanes = lanes
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Result:
        """The result of `item`, or raises what `run` answered for it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._idle_lanes:
            self._idle_lanes -= 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _drain(self) -> None:
        try:
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(self._limit, len(self._queue)))]
                self._sizes.observe(len(batch))
                await self._settle(batch)
        finally:
            self._idle_lanes += 1

    async def _settle(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
            assert len(results) == len(batch), "a hot verb answers every item"
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if len(batch) > 1 and _rolled_back(error):
                # One poisonous item must not fail its neighbours: each again, alone.
                for entry in batch:
                    await self._settle([entry])
                return
            results = [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - whatever went wrong belongs to the callers, not to this task
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


def _verb(run: object) -> str:
    """`Closer` for a bound `Closer._run`, `Sources.find_pans` for `Sources._find_pans`."""
    owner, name = getattr(run, "__self__", None), getattr(run, "__name__", "run").lstrip("_")
    if owner is None:
        return "other"
    return type(owner).__name__ if name in {"run", "fetch"} else f"{type(owner).__name__}.{name}"


def _rolled_back(error: Exception) -> bool:
    """Whether the server itself refused the batch, so that nothing of it can have been committed."""
    return isinstance(error, asyncpg.PostgresError) and not isinstance(
        error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
    )
