"""`/reset` and `/outcomes`: the demo state again, and the table that says how to choose an outcome."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer
from pasarela.control.plane import ControlPlane


class State:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def reset(self, _request: Request) -> Response:
        """Answers when the demo data stand; other calls in flight have ended before, new ones wait."""
        await self._plane.reset()
        return answer({"status": "reset"})

    async def outcomes(self, _request: Request) -> Response:
        return answer(self._plane.outcomes)
