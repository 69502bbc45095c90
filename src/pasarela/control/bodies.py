"""Reads what a control call sends, strictly: a misspelt or ill-typed field is told to the caller, never ignored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from starlette.requests import Request

from pasarela.control.answers import ControlRefusal, bad_value

BODY_BYTES_MAX = 256 * 1024

Body = TypeVar("Body", bound=msgspec.Struct)

_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAMED_FIELD = re.compile(r"field `(?P<field>[^`]+)`")


async def body_as(shape: type[Body], request: Request) -> Body:
    """The JSON body as `shape`; no body counts as `{}`. Raises `ControlRefusal` (400 not JSON, 413, 422 ill-typed)."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > BODY_BYTES_MAX:
            raise ControlRefusal(413, "too_large", "the body is larger than 256 KiB", fix="send a smaller one")
    if b"\\u0000" in raw:
        raise ControlRefusal(422, "bad_value", "the body holds a NUL character", fix="take \\u0000 out of it")
    try:
        return msgspec.json.decode(bytes(raw).strip() or b"{}", type=shape)
    except msgspec.ValidationError as error:
        raise _ill_typed(shape, str(error)) from error
    except msgspec.DecodeError as error:
        raise ControlRefusal(400, "not_json", f"the body is not JSON: {error}", fix="send a JSON object") from error


def _ill_typed(shape: type[Body], message: str) -> ControlRefusal:
    field = None
    if located := _AT.search(message):
        field = located["path"] or None
        message = message[: located.start()]
    if named := _NAMED_FIELD.search(message):
        field = f"{field}.{named['field']}" if field else named["field"]
    known = ", ".join(each.encode_name for each in msgspec.structs.fields(shape))
    return ControlRefusal(422, "bad_value", message, field=field, fix=f"the fields are: {known}")


def instant_of(text: str, field: str) -> datetime:
    """An ISO 8601 instant with its offset, in UTC. Raises `ControlRefusal`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_value(field, f"{text!r} is not an instant", "write it as 2027-01-01T00:00:00Z") from error
    if moment.tzinfo is None:
        raise bad_value(field, f"{text!r} has no offset", "add Z or an offset: 2027-01-01T00:00:00-06:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise bad_value(field, f"{text!r} is out of range", "name a year from 2 to 9998") from error


def whole_number(request: Request, name: str, default: int, most: int) -> int:
    """A query parameter from 1 to `most`. Raises `ControlRefusal`."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise bad_value(name, f"{text!r} is not a number from 1 to {most}", f"send {name}={default}")
    return int(text)


def known_parameters(request: Request, *names: str) -> None:
    """Refuses query parameters that the call does not have: a misspelt filter must not answer everything."""
    for name in request.query_params:
        if name not in names:
            known = ", ".join(names) or "none"
            raise bad_value(name, f"unknown parameter {name!r}", f"the parameters are: {known}")
