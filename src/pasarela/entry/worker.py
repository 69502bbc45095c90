"""The process that works off what is due in production: events, deadlines, housekeeping. It answers no calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from pasarela.entry.metrics_page import MetricsAddress, served, tell_metrics
from pasarela.entry.production import Settings, migrated
from pasarela.entry.stopping import Stop
from pasarela.entry.wiring import platform_of


class Work:
    """One run of it; `say` tells a person."""

    def __init__(
        self, environment: Mapping[str, str], say: Callable[[str], None], metrics: MetricsAddress | None = None
    ) -> None:
        self._environment = environment
        self._metrics = metrics
        self._say = say

    async def run(self, stop: Stop) -> None:
        """Until asked to stop. Raises `CannotStart`, `DatabaseUnreachable`."""
        settings = Settings.of(self._environment)
        platform = platform_of(settings.plan(self._environment, answers=False, works=True))
        async with AsyncExitStack() as stack:
            watching = self._metrics.listeners() if self._metrics is not None else ()
            for each in watching:
                stack.callback(each.close)
            await stop.unless_asked(migrated(settings.database_url))
            await stop.unless_asked(platform.start())
            stack.push_async_callback(platform.stop)
            for each in watching:
                await served(stack, each, lambda: platform)
            tell_metrics(watching, self._say)
            self._say("Ready")
            await stop.wait()
