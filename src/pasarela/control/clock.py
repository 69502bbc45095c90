"""`/clock`: platform time, and moving it forward, which runs what becomes due on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, bad_value, instant
from pasarela.control.bodies import body_as, instant_of, known_parameters
from pasarela.control.plane import ControlPlane
from pasarela.infra.clock_store import ClockRunsForward, Moved
from pasarela.infra.due_runner import Ran
from pasarela.kernel.durations import BadDuration, Duration

YEAR_MAX = 2200
"""Cards, holidays and time zones are known that far, generously; a clock at the end of time would stop everything."""

_HOW = 'send {"advance": "P31D"} or {"to": "2027-01-01T00:00:00Z"}'


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock is moved: by a duration or to an instant, for everybody or for one tenant."""

    advance: str | None = None
    to: str | None = None
    tenant: str | None = None


class Clock:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def show(self, request: Request) -> Response:
        known_parameters(request, "tenant")
        name = request.query_params.get("tenant")
        tenant_id = (await self._plane.finder.find(name)).tenant_id if name else None
        return answer(self._told(tenant_id))

    async def move(self, request: Request) -> Response:
        body = await body_as(Move, request)
        if (body.advance is None) == (body.to is None):
            raise bad_value("advance", "say either how far or where to", _HOW)
        tenant_id = (await self._plane.finder.find(body.tenant)).tenant_id if body.tenant else None
        moved = await self._moved(body, tenant_id)
        names = await self._accounts(moved.ran)
        ran = [_ran(each, names) for each in moved.ran]
        return answer(self._told(tenant_id) | {"ran": ran})

    async def _moved(self, body: Move, tenant_id: int | None) -> Moved:
        mover = self._plane.mover
        if body.advance is not None:
            try:
                duration = Duration.parse(body.advance)
            except BadDuration as error:
                raise bad_value("advance", f"{body.advance!r} is not an ISO 8601 duration", _HOW) from error
            _within_reach(duration.after(self._plane.clock.now(tenant_id)), "advance")
            return await mover.advance(duration, tenant_id)
        assert body.to is not None, "one of the two was sent"
        until = instant_of(body.to, "to")
        _within_reach(until, "to")
        try:
            return await mover.advance_to(until, tenant_id)
        except ClockRunsForward as error:
            now = instant(self._plane.clock.now(tenant_id))
            raise bad_value("to", "the clock moves forward only", f"name an instant after {now}") from error

    def _told(self, tenant_id: int | None) -> dict[str, object]:
        clock = self._plane.clock
        own = clock.tenant_offsets.get(tenant_id, timedelta()) if tenant_id is not None else timedelta()
        # Whole seconds: what the move itself took would else make P1D a few milliseconds less than a day.
        ahead = round((clock.offset + own).total_seconds())
        return {"now": instant(clock.now(tenant_id)), "offset_seconds": ahead}

    async def _accounts(self, ran: list[Ran]) -> dict[int, str]:
        ids = {each.tenant_id for each in ran if each.tenant_id}
        return {each: (await self._plane.tenants.by_id(each)).account for each in ids}


def _within_reach(until: datetime, field: str) -> None:
    if until.year > YEAR_MAX:
        raise bad_value(field, f"the clock goes no further than the year {YEAR_MAX}", "move it less far")


def _ran(ran: Ran, accounts: dict[int, str]) -> dict[str, object]:
    return {
        "kind": ran.kind,
        "subject": ran.subject,
        "tenant": accounts.get(ran.tenant_id),
        "due_at": instant(ran.due_at),
        "outcome": "done" if ran.error is None else "failed",
        "error": ran.error,
    }
