"""What the provider's browser library asks for to recognise a device. We collect nothing about anybody's browser: the
answers are the empty ones that the library accepts, and the device session that it makes up works all the same."""

from __future__ import annotations

import base64
import html

from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.fields import Text
from pasarela.facades.toolkit.wire import WireModel, parse_filters

NO_KEY = {"data": ""}
"""The library takes an empty key as usual in a sandbox, and does without the third party's script."""

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_HTML, _SCRIPT = b"text/html; charset=utf-8", b"application/javascript; charset=utf-8"
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
_COMPONENTS = (
    '<div hidden data-device-session="{session}"><img src="{base}/logo.gif" width="1" height="1" alt=""></div>'
)


class SessionQuery(WireModel):
    """The device session that the library made up."""

    s = Text(255)


async def keys(_call: Call[Profile]) -> Reply:
    return Reply(200, present.encode(NO_KEY), headers=_HEADERS)


async def components(call: Call[Profile]) -> Reply:
    session = parse_filters(SessionQuery, call.query()).s or ""
    base = call.services.base_url + call.profile.mount
    body = _COMPONENTS.format(session=html.escape(session), base=html.escape(base))
    return Reply(200, body.encode(), headers=_HEADERS, media_type=_HTML)


async def script(_call: Call[Profile]) -> Reply:
    return Reply(200, b"/* Nothing is collected here. */\n", headers=_HEADERS, media_type=_SCRIPT)


async def frame(_call: Call[Profile]) -> Reply:
    return Reply(200, b"<!doctype html><title></title>\n", headers=_HEADERS, media_type=_HTML)


async def pixel(_call: Call[Profile]) -> Reply:
    return Reply(200, _PIXEL, headers=_HEADERS, media_type=b"image/gif")
