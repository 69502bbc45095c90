"""`/ledger/verify`: re-derives every balance from the transfers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer
from pasarela.control.plane import ControlPlane


class Ledger:
    """The handler."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def verify(self, _request: Request) -> Response:
        found = await self._plane.verify()
        return answer(
            {
                "balanced": found.balanced,
                "accounts": found.accounts,
                "transfers": found.transfers,
                "problems": list(found.problems),
            }
        )
