"""Calls of browsers too old for CORS: a script element asks, and the answer is a script that calls the page back.

The key stands in the query, as do the values, in camel case and with dots for what is nested. A script element can't
see HTTP statuses, so refusals are 200 too, with `error` and `httpStatus` beside the error object's keys. Only public
keys work here, for whatever stands in an address is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from pasarela.facades.openpay import antifraud, errors, tokens
from pasarela.facades.openpay.auth import admit_key, key_in
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.cards import CardBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import WrongValue
from pasarela.kernel.errors import Refusal

# What the provider's library sends; anything else could be a program of somebody else's.
_CALLBACK = re.compile(r"(?:var [A-Za-z_]\w{0,30}=[0-9]{1,20};)?[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){0,4}")
_CAPITAL = re.compile(r"[A-Z]")
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))

Handler = Callable[[Call[Profile], Mapping[str, Any]], Awaitable[bytes]]


async def create_token(call: Call[Profile]) -> Reply:
    return await _called_back(call, _token)


async def antifraud_keys(call: Call[Profile]) -> Reply:
    return await _called_back(call, _antifraud_key)


async def _token(call: Call[Profile], values: Mapping[str, Any]) -> bytes:
    return (await tokens.created(call, CardBody.parse(values))).body


async def _antifraud_key(_call: Call[Profile], _values: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(antifraud.NO_KEY["data"])


async def _called_back(call: Call[Profile], handler: Handler) -> Reply:
    query = call.query()
    callback = query.pop("callback", "callback")
    if not _CALLBACK.fullmatch(callback):
        raise WrongValue("jsonp.callback", "callback", "must be the name of a JavaScript function")
    try:
        await _admit(call, query.pop("apiKey", ""))
        data = await handler(call, nested(query))
    except Refusal as refusal:
        return _refusal(callback, errors.refuse(refusal, call.request_id, call.profile), refusal.rule)
    return _script(callback, b'{"httpStatus":200,"data":%b}' % data)


def _refusal(callback: str, refused: Reply, rule: str) -> Reply:
    told = msgspec.json.decode(refused.body)
    body = msgspec.json.encode({"error": told["description"], "httpStatus": refused.status, **told})
    reply = _script(callback, body)
    reply.error_code, reply.rule, reply.field = refused.error_code, rule, refused.field
    return reply


async def _admit(call: Call[Profile], credentials: str) -> None:
    """`credentials` are what HTTP Basic would carry."""
    await admit_key(call, key_in(credentials), public=call.profile.public_keys, in_browser=True)
    call.at = call.services.clock.now(call.caller.tenant_id)


def _script(callback: str, body: bytes) -> Reply:
    # A line separator ends a line in older JavaScript, even inside a string.
    safe = body.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    text = b"/**/%b(%b);" % (callback.encode(), safe)
    return Reply(200, text, headers=_HEADERS, media_type=b"application/javascript; charset=utf-8")


def nested(query: Mapping[str, str]) -> dict[str, Any]:
    """`{"holderName": "A", "address.postalCode": "1"}` → `{"holder_name": "A", "address": {"postal_code": "1"}}`."""
    values: dict[str, Any] = {}
    for name, value in query.items():
        *parents, leaf = (_CAPITAL.sub(lambda found: "_" + found[0].lower(), part) for part in name.split("."))
        inside = values
        for parent in parents[:1]:
            held = inside.setdefault(parent, {})
            inside = held if isinstance(held, dict) else {}
        inside[leaf] = value
    return values
