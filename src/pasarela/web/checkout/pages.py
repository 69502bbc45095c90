"""The base of all hosted pages: templates filled in, the browser's language, and the headers that guard a page.

No page may be framed, stored, or sniffed; none runs or loads anything but our own files; none sends a browser anywhere
but to us and to the one shop whose payment it shows. Text is escaped, a missing value is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pasarela.web.checkout.assets import ASSETS
from pasarela.web.checkout.forms import COOKIE
from pasarela.web.checkout.texts import Texts, texts_for

TEMPLATES = Environment(
    loader=PackageLoader("pasarela.web.checkout"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

GUARDS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
HTTPS_GUARD = {"Strict-Transport-Security": "max-age=31536000"}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action {form_targets}; base-uri 'none'; frame-ancestors 'none'"
)


def policy(form_targets: Sequence[str] = ()) -> str:
    """The content security policy of a page whose forms, or what answers them, may lead to these origins too."""
    return _POLICY.format(form_targets=" ".join(("'self'", *form_targets)))


def language_of(request: Request) -> Texts:
    return texts_for(request.headers.get("accept-language"))


class Pages:
    """Writes pages for one platform; `https` says whether the outside reaches us encrypted."""

    def __init__(self, *, https: bool) -> None:
        self._https = https
        self._guards = GUARDS | (HTTPS_GUARD if https else {})

    def page(
        self, request: Request, template: str, status: int = 200, form_targets: Sequence[str] = (), **values: Any
    ) -> Response:
        """The page `template` in the browser's language. `form_targets` are origins outside that its form may end
        at."""
        texts, root = language_of(request), root_of(request)
        text = TEMPLATES.get_template(template).render(
            values | {"t": texts, "asset": lambda name: root + ASSETS[name].address}
        )
        headers = self._guards | {
            "Content-Language": texts.language,
            "Content-Security-Policy": policy(form_targets),
            "Vary": "Accept-Language",
        }
        return HTMLResponse(text, status, headers)

    def sent_to(self, address: str) -> Response:
        """Sends the browser elsewhere, with GET."""
        return RedirectResponse(address, 303, self._guards)

    def remember(self, response: Response, browser: str, path: str) -> None:
        """Gives the browser the cookie that goes with its forms below `path`."""
        response.set_cookie(COOKIE, browser, path=path, secure=self._https, httponly=True, samesite="lax")


def root_of(request: Request) -> str:
    """Where the dialect's own addresses begin: its mount, or nothing under the provider's host name."""
    root: str = request.scope.get("root_path", "")
    return root
