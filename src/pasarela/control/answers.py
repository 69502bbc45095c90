"""What the control plane answers: JSON, and errors of one shape of its own.

An error is `{"error": {"code", "message", "field", "fix"}}`; no provider's format is imitated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder(enc_hook=str)


class ControlRefusal(Exception):
    """A control call that can't be done. `fix` tells the caller what to send instead."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.fix = fix


def bad_value(field: str, message: str, fix: str) -> ControlRefusal:
    """A field whose value can't be used: 422."""
    return ControlRefusal(422, "bad_value", message, field=field, fix=fix)


def not_found(what: str, fix: str | None = None) -> ControlRefusal:
    """Something named that does not exist: 404."""
    return ControlRefusal(404, "not_found", f"{what} does not exist", fix=fix)


def answer(value: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")


async def refused(_request: Request, error: Exception) -> Response:
    """Starlette's handler of `ControlRefusal`."""
    assert isinstance(error, ControlRefusal), "registered for this class alone"
    return refusal(error)


def refusal(error: ControlRefusal) -> Response:
    """The JSON answer that tells a `ControlRefusal`."""
    told = {"code": error.code, "message": error.message, "field": error.field, "fix": error.fix}
    return answer({"error": told}, error.status)


def instant(moment: datetime) -> str:
    """An instant as the control plane prints it: UTC, ISO 8601, milliseconds where there are any."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return f"{text.removesuffix('.000')}Z"
