"""`/events`: what happened, as the outbox tells it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, instant
from pasarela.control.bodies import instant_of, known_parameters, whole_number
from pasarela.control.plane import ControlPlane, EventFilter

LIMIT, LIMIT_MAX = 20, 100


class Events:
    """The handler."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def index(self, request: Request) -> Response:
        known_parameters(request, "tenant", "type", "subject", "limit", "before")
        given = request.query_params
        tenant = await self._plane.finder.find(given["tenant"]) if "tenant" in given else None
        wanted = EventFilter(
            tenant_id=tenant.tenant_id if tenant else None,
            type=given.get("type"),
            subject=given.get("subject"),
            before=instant_of(given["before"], "before") if "before" in given else None,
            limit=whole_number(request, "limit", LIMIT, LIMIT_MAX),
        )
        rows = await self._plane.journal.events(wanted)
        return answer(
            {
                "events": [
                    {
                        "id": row["event_id"],
                        "type": row["type"],
                        "subject": row["subject"],
                        "tenant": row["account"],
                        "occurred_at": instant(row["occurred_at"]),
                        "data": row["data"],
                    }
                    for row in rows
                ]
            }
        )
