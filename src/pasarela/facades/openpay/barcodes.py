"""Bar codes of payment references. Anybody may have one painted: it says nothing that its address does not say."""

from __future__ import annotations

import re

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.places import BarcodeQuery
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import NoSuchPath
from pasarela.facades.toolkit.wire import parse_filters

_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,48}")
_CACHED = (b"cache-control", b"public, max-age=86400")


async def show(call: Call[Profile]) -> Reply:
    reference = call.params["reference"]
    if not _REFERENCE.fullmatch(reference):
        raise NoSuchPath("There is no reference that is written like this")
    asked = parse_filters(BarcodeQuery, call.query())
    if (asked.format or _wished(call)) == "svg":
        picture = call.services.paper.barcode_svg(reference, asked.width, asked.height, text=asked.text)
        return Reply(200, picture, headers=(_CACHED,), media_type=b"image/svg+xml")
    picture = call.services.paper.barcode_png(reference, asked.width, asked.height, text=asked.text)
    return Reply(200, picture, headers=(_CACHED,), media_type=b"image/png")


def _wished(call: Call[Profile]) -> str:
    accept = call.header(b"accept") or ""
    return "svg" if accept.startswith("image/svg+xml") else "png"
