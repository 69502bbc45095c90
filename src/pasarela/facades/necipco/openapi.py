"""This API described by itself: `/openapi.json` for programs, `/docs` for people."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pasarela.facades.necipco.codes import CODES
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.answers import ErrorAnswer
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.openapi import Reference, document
from pasarela.facades.toolkit.reference_page import page
from pasarela.facades.toolkit.routing import Route

_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The token that POST /v1/auth/login answers in its header Authorization.",
}


def reference_routes(profile: Profile, calls: Sequence[Route[Profile]]) -> tuple[Route[Profile], ...]:
    """The two routes that show `calls`."""

    def described(call: Call[Profile]) -> dict[str, object]:
        return document(_reference(profile, call.services.base_url), calls)

    async def as_json(call: Call[Profile]) -> Reply:
        return Reply(200, msgspec.json.encode(described(call)))

    async def as_page(call: Call[Profile]) -> Reply:
        url = f"{call.services.base_url}{profile.mount}/openapi.json"
        return Reply(200, page(described(call), url), media_type=b"text/html; charset=utf-8")

    return (
        Route(method="GET", address="/openapi.json", handler=as_json, open=True,
              summary="This API as an OpenAPI document", section=""),
        Route(method="GET", address="/docs", handler=as_page, open=True,
              summary="This API as a page to read", section=""),
    )  # fmt: skip # as in routes.py


def _reference(profile: Profile, base_url: str) -> Reference:
    codes = "; ".join(f"{code.number} ({code.status}) {code.message}" for code in CODES)
    return Reference(
        title=profile.title,
        description=(
            f"{profile.title}'s card issuing API as this server speaks it. Card numbers and PINs travel encrypted: "
            f"see the section Encryption of the document. Application codes: {codes}."
        ),
        server_url=base_url + profile.mount,
        error=ErrorAnswer,
        security=_SECURITY,
    )
