"""`/requests`: the API calls answered, and one of them explained: what was wrong, by which rule, which money moved."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, bad_value, instant, not_found
from pasarela.control.api_faults import RULE
from pasarela.control.bodies import instant_of, known_parameters, whole_number
from pasarela.control.plane import CallFilter, ControlPlane, Explanation
from pasarela.core.ledger.model import Transfer
from pasarela.core.tenants.errors import UnknownKey
from pasarela.infra.request_log import PAUSE_SECONDS
from pasarela.kernel.money import Currency, Money

LIMIT, LIMIT_MAX = 20, 100
WRITTEN_TRIES = 20

_SLACK_US = 1000
_ACCOUNT = re.compile(r"/v1/([A-Za-z0-9]{1,45})(?=/|$)")
_STATUS = re.compile(r"[1-5][0-9]{2}|[1-5]xx", re.IGNORECASE)


class Calls:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def index(self, request: Request) -> Response:
        known_parameters(request, "api", "tenant", "status", "limit", "before")
        given = request.query_params
        status = given.get("status")
        if status is not None and not _STATUS.fullmatch(status):
            raise bad_value("status", f"{status!r} is not an HTTP status", "send status=402 or status=4xx")
        account = (await self._plane.finder.find(given["tenant"])).account if "tenant" in given else None
        wanted = CallFilter(
            api=given.get("api"),
            account=account,
            status=int(status) if status and status.isdigit() else None,
            status_class=int(status[0]) if status and not status.isdigit() else None,
            before=instant_of(given["before"], "before") if "before" in given else None,
            limit=whole_number(request, "limit", LIMIT, LIMIT_MAX),
        )
        # Calls are written down behind their answers: let those arrive whose answers are out already.
        await asyncio.sleep(2 * PAUSE_SECONDS)
        rows = await self._plane.journal.calls(wanted)
        return answer({"requests": [_short(row) for row in rows]})

    async def show(self, request: Request) -> Response:
        asked = request.path_params["request_id"]
        row = await self._written(asked)
        if row is None:
            raise not_found(f"the request {asked!r}", "take a request_id of GET /sandbox/v1/requests")
        rule = row["rule"]
        told = await self._explained(rule, row) if rule else None
        return answer(
            _short(row)
            | {
                "field": row["field"],
                "rule": rule,
                "section": told.section if told else None,
                "fix": told.fix if told else None,
                "transfers": await self._transfers(row),
                "request_body": _body(row["request_body"]),
                "answer_body": _body(row["answer_body"]),
            }
        )

    async def _written(self, request_id: str) -> Mapping[str, Any] | None:
        """The call; one that was answered just now may not have been written down yet."""
        try:
            wanted = str(UUID(request_id))
        except ValueError:
            return None
        for _ in range(WRITTEN_TRIES):
            if (row := await self._plane.journal.call(wanted)) is not None:
                return row
            await asyncio.sleep(PAUSE_SECONDS)
        return None

    async def _explained(self, rule: str, row: Mapping[str, Any]) -> Explanation | None:
        if rule == RULE:
            return Explanation("", "this sandbox was told to break this call: DELETE /sandbox/v1/faults mends it")
        told = self._plane.explain_rule(row["api"], rule, row["method"], row["path"])
        elsewhere = await self._elsewhere(row) if rule == UnknownKey.rule else None
        return replace(told, fix=elsewhere) if told is not None and elsewhere is not None else told

    async def _elsewhere(self, row: Mapping[str, Any]) -> str | None:
        """What to do about a call to one API on behalf of a merchant of another."""
        named = _ACCOUNT.search(row["path"])
        apis = await self._plane.finder.apis_of(named[1]) if named is not None else []
        if named is None or not apis or row["api"] in apis:
            return None
        return f"{named[1]} is a merchant of {' and '.join(apis)}, not of {row['api']}: call that API, with its key."

    async def _transfers(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The transfers about the object of the call that were booked while it ran."""
        if row["tenant_id"] is None or row["subject"] is None or row["method"] == "GET":
            return []
        found = await self._plane.ledger.transfers_of(row["tenant_id"], row["subject"])
        began, ended = row["at"], row["at"] + timedelta(microseconds=row["duration_us"] + _SLACK_US)
        return [_transfer(each) for each in found if began <= each.occurred_at <= ended]


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": str(row["request_id"]),
        "at": instant(row["at"]),
        "api": row["api"],
        "tenant": row["account"],
        "method": row["method"],
        "path": row["path"],
        "query": row["query"],
        "status": row["status"],
        "duration_ms": row["duration_us"] / 1000,
        "error_code": row["error_code"],
        "subject": row["subject"],
        "client": row["client"],
    }


def _body(text: str | None) -> Any:
    """A body as JSON where it is JSON, so that nobody has to read quotes within quotes."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": transfer.transfer_id,
        "kind": transfer.kind,
        "phase": transfer.phase.value,
        "settles": transfer.settles,
        "occurred_at": instant(transfer.occurred_at),
        "legs": [{"account": leg.account, "amount": _amount(leg.account, leg.amount)} for leg in transfer.legs],
    }


def _amount(account: str, minor: int) -> str:
    """An account's name ends in its currency."""
    return Money(minor, Currency.of(account[-3:])).text()
