"""Fills in the templates of this package. HTML is escaped, an unknown name is an error, nothing is fetched from
elsewhere.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

_TEMPLATES = Environment(
    loader=PackageLoader("pasarela.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


_WITH_SCRIPTS = _HEADERS | {"Content-Security-Policy": f"{_POLICY}; script-src 'self'", "Cache-Control": "no-store"}


def page(template: str, status: int = 200, *, scripts: bool = False, **values: Any) -> Response:
    """The page `template` with `values` filled in; with `scripts` it may run our own, and is kept nowhere."""
    text = _TEMPLATES.get_template(template).render(values)
    return HTMLResponse(text, status, _WITH_SCRIPTS if scripts else _HEADERS)
