"""This API described by itself: `/openapi.json` for programs, `/docs` for people."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import ErrorAnswer
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.openapi import Reference, document
from pasarela.facades.toolkit.reference_page import page
from pasarela.facades.toolkit.routing import Route

_SECURITY = {
    "type": "http",
    "scheme": "basic",
    "description": "The API key is the user name; the password is empty. Private keys begin with sk_.",
}
_SECURITY_WITH_PUBLIC_KEYS = {
    **_SECURITY,
    "description": f"{_SECURITY['description']} Public ones begin with pk_: those only create tokens and cards and "
    "update a card, also from pages of other origins.",
}


def reference_routes(profile: Profile, calls: Sequence[Route[Profile]]) -> tuple[Route[Profile], ...]:
    """The two routes that show `calls`."""

    def described(call: Call[Profile]) -> dict[str, object]:
        reference = Reference(
            title=profile.title,
            description=f"{profile.title}'s API as this server speaks it.",
            server_url=call.services.base_url + profile.mount,
            error=ErrorAnswer,
            security=_SECURITY_WITH_PUBLIC_KEYS if profile.public_keys else _SECURITY,
            changes=profile.bodies,
        )
        return document(reference, calls)

    async def as_json(call: Call[Profile]) -> Reply:
        return Reply(200, msgspec.json.encode(described(call)))

    async def as_page(call: Call[Profile]) -> Reply:
        url = f"{call.services.base_url}{profile.mount}/openapi.json"
        return Reply(200, page(described(call), url), media_type=b"text/html; charset=utf-8")

    return (
        Route(
            method="GET",
            address="/openapi.json",
            handler=as_json,
            open=True,
            summary="This API as an OpenAPI document",
            section="",
        ),
        Route(
            method="GET", address="/docs", handler=as_page, open=True, summary="This API as a page to read", section=""
        ),
    )
