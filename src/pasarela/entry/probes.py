"""`GET /health`: this process lives. `GET /ready`: it can do its work, and if not, what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

HEALTH, READY = "/health", "/ready"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What must be up, and whether it is."""

    database: bool
    migrations: bool
    worker: bool
    card_network: bool

    @classmethod
    def nothing(cls) -> Readiness:
        return cls(database=False, migrations=False, worker=False, card_network=False)

    @property
    def ready(self) -> bool:
        return self.database and self.migrations and self.worker and self.card_network


class Probes:
    """Answers both, whatever else goes on in the process."""

    def __init__(self, readiness: Callable[[], Awaitable[Readiness]]) -> None:
        self._readiness = readiness

    @staticmethod
    def answers(path: str) -> bool:
        return path in (HEALTH, READY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == HEALTH:
            await JSONResponse({"status": "ok"})(scope, receive, send)
            return
        found = await self._readiness()
        told = {"status": "ready" if found.ready else "not ready", **asdict(found)}
        await JSONResponse(told, 200 if found.ready else 503)(scope, receive, send)
