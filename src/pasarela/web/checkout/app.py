"""The hosted pages of one dialect as an ASGI application, and the door that leads to them before the dialect's calls.

Which addresses are pages, one expression says; everything else is the dialect's. A page that fails shows a page: what
went wrong inside is for the log.
"""

from __future__ import annotations

import re
import traceback

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.kernel.instruments import Instrument
from pasarela.kernel.secret import mask_pans
from pasarela.web.checkout import assets
from pasarela.web.checkout.card_page import CardPage
from pasarela.web.checkout.forms import Forms
from pasarela.web.checkout.link_page import LinkPage
from pasarela.web.checkout.pages import Pages
from pasarela.web.checkout.ports import Desk
from pasarela.web.checkout.visit import NothingHere, Visits
from pasarela.web.checkout.wallet_page import WalletPage

_PAGES = re.compile(r"/+(?:v1/+[^/]+/+charges/+[^/]+/+(?:card_capture|redirect)(?:/|$)|checkout/|pages/)")
_SLASHES = re.compile(r"/{2,}")

_log = structlog.get_logger(__name__)


class HostedPages:
    """Answers pages; `calls` is the dialect, which answers the rest."""

    def __init__(self, desk: Desk, calls: ASGIApp) -> None:
        self._calls = calls
        self._app = _application(desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root: str = scope.get("root_path", "")
        path: str = scope["path"]
        if not _PAGES.match(path, len(root)):
            await self._calls(scope, receive, send)
            return
        below = _SLASHES.sub("/", path[len(root) :]).rstrip("/")
        try:
            await self._app(dict(scope, path=root + below), receive, send)
        except Exception:  # noqa: BLE001 - whatever it is, the payer has had a page that says so
            # Messages of databases and libraries may quote what they were given.
            _log.error("a page failed", path=mask_pans(path), trace=mask_pans(traceback.format_exc()))


def _application(desk: Desk) -> Starlette:
    pages = Pages(https=desk.base_url.startswith("https:"))
    visits, forms = Visits(desk, pages), Forms(desk.form_key)
    card = CardPage(desk, pages, visits, forms)
    link = LinkPage(desk, pages, visits, forms)
    redirect = _Redirect(desk, visits, WalletPage(desk, pages, visits, forms))
    charge = "/v1/{merchant}/charges/{charge_id}"

    async def nothing_here(request: Request, _error: Exception) -> Response:
        return visits.nothing_here(request)

    async def failed(request: Request, _error: Exception) -> Response:
        return visits.bare_notice(request, "failed", 500)

    return Starlette(
        routes=[
            Route(f"{charge}/card_capture", card.show, methods=["GET"]),
            Route(f"{charge}/card_capture", card.pay, methods=["POST"]),
            Route(f"{charge}/card_capture/facts", card.facts, methods=["POST"]),
            Route(f"{charge}/redirect", redirect.answer, methods=["GET", "POST"]),
            Route(f"{charge}/redirect/return", redirect.come_back, methods=["POST"]),
            Route("/checkout/{token}", link.show, methods=["GET"]),
            Route("/checkout/{token}", link.choose, methods=["POST"]),
            Route(f"{assets.FOLDER}/{{name}}", assets.serve, methods=["GET"]),
        ],
        exception_handlers={NothingHere: nothing_here, 404: nothing_here, 405: nothing_here, Exception: failed},
    )


class _Redirect:
    """`…/redirect/`: of a wallet payment the wallet, of a card payment 3-D Secure."""

    def __init__(self, desk: Desk, visits: Visits, wallet: WalletPage) -> None:
        self._three_ds = desk.three_ds
        self._visits = visits
        self._wallet = wallet

    async def answer(self, request: Request) -> Response:
        visit = await self._visits.of(request)
        if visit.payment.instrument is Instrument.WALLET:
            return await (self._wallet.decide(request, visit) if request.method == "POST" else self._wallet.show(visit))
        if visit.payment.instrument is Instrument.CARD and self._three_ds is not None:
            return await self._three_ds.redirect(request, visit.caller, visit.payment)
        raise NothingHere

    async def come_back(self, request: Request) -> Response:
        visit = await self._visits.of(request)
        if visit.payment.instrument is Instrument.CARD and self._three_ds is not None:
            return await self._three_ds.come_back(request, visit.caller, visit.payment)
        raise NothingHere
