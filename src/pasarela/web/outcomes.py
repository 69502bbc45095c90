"""The page `/sandbox/outcomes`: which card, amount, name or header makes the card network answer what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pasarela.web.pages import page


class OutcomesPage:
    """Answers `GET /sandbox/outcomes` from the table that the simulator itself reads."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    async def show(self, _request: Request) -> Response:
        return page("outcomes.html", rules=self._table["rules"], cards=self._table["cards"])
