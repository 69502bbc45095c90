"""The page of the simulated issuer: `/sandbox/acs`, where a payer proves to his bank who he is. A sandbox's only.

Plain forms: the code, or leaving. The browser is sent back by a form that posts by itself, or by its button where
scripts don't run. Decides nothing: which code is right, and how often it may be wrong, the issuer knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pasarela.kernel.money import Money
from pasarela.web.checkout.assets import ASSETS
from pasarela.web.pages import page

MOUNT = "/sandbox/acs"

BODY_BYTES_MAX = 16 * 1024
FIELDS_MAX = 10
SCRIPT = "send.js"


class ShownChallenge(Protocol):
    """A challenge as its payer sees it: `wrong` codes so far, and once it has ended the `cres` for `return_url`."""

    @property
    def acs_trans_id(self) -> str: ...
    @property
    def merchant(self) -> str: ...
    @property
    def amount(self) -> Money: ...
    @property
    def last_four(self) -> str: ...
    @property
    def wrong(self) -> int: ...
    @property
    def tries_left(self) -> int: ...
    @property
    def return_url(self) -> str: ...
    @property
    def cres(self) -> str | None: ...


class IssuerDesk(Protocol):
    """The issuer behind the page. `None`: it knows no such challenge."""

    async def show(self, creq: str) -> ShownChallenge | None: ...

    async def enter(self, acs_trans_id: str, tries_before: int, code: str) -> ShownChallenge | None: ...

    async def cancel(self, acs_trans_id: str) -> ShownChallenge | None: ...


class AcsPage:
    """The handlers, and their routes below `/sandbox`."""

    def __init__(self, issuer: IssuerDesk) -> None:
        self._issuer = issuer

    def routes(self) -> list[Route]:
        return [
            Route("/acs/challenge", self.challenge, methods=["POST"]),
            Route("/acs/answer", self.answer, methods=["POST"]),
            Route("/acs/send.js", self.script, methods=["GET"]),
        ]

    async def challenge(self, request: Request) -> Response:
        """A browser brings a CReq."""
        fields = await _posted(request)
        session = fields.get("threeDSSessionData", "")
        return _shown(await self._issuer.show(fields.get("creq", "")), session)

    async def answer(self, request: Request) -> Response:
        """The payer has typed his code, or wants to leave."""
        fields = await _posted(request)
        trans_id, session = fields.get("acsTransID", ""), fields.get("threeDSSessionData", "")
        if "cancel" in fields:
            return _shown(await self._issuer.cancel(trans_id), session)
        tries_before = fields.get("wrong", "")
        if not (tries_before.isascii() and tries_before.isdigit() and len(tries_before) == 1):
            return _shown(None, session)
        return _shown(await self._issuer.enter(trans_id, int(tries_before), fields.get("code", "")), session)

    async def script(self, _request: Request) -> Response:
        script = ASSETS[SCRIPT]
        return Response(script.content, media_type=script.media_type, headers={"Cache-Control": "no-cache"})


def _shown(challenge: ShownChallenge | None, session: str) -> Response:
    if challenge is None:
        return page("acs_unknown.html", 404)
    template = "acs_challenge.html" if challenge.cres is None else "acs_return.html"
    return page(template, scripts=True, challenge=challenge, session=session, amount=f"{challenge.amount.decimal():,}")


async def _posted(request: Request) -> Mapping[str, str]:
    """The fields of a plain form; none of what is no form, or too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return {}
