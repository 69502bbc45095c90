"""The HTTP surface of a process: the first segment of a path leads to an application, in one look-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.control.guard import LocalCallersOnly
from pasarela.control.plane import ControlPlane
from pasarela.control.routes import control_app
from pasarela.entry.metrics_page import PATH as METRICS
from pasarela.web.acs import AcsPage
from pasarela.web.home import HomePage
from pasarela.web.outcomes import OutcomesPage


def create_app(
    dialects: Mapping[str, ASGIApp],
    *,
    hosts: Mapping[str, ASGIApp] = MappingProxyType({}),
    home: HomePage | None = None,
    outcomes: OutcomesPage | None = None,
    issuer: AcsPage | None = None,
    control: ControlPlane | None = None,
    control_open: bool = False,
    control_hosts: Sequence[str] = (),
    metrics: ASGIApp | None = None,
) -> ASGIApp:
    """The application: `dialects` by their mount (`/openpay`) and `hosts` by the names of the providers' own hosts,
    whose root is theirs; the rest is a sandbox's and absent in production."""
    mounts = dict(dialects)

    def guarded(app: ASGIApp) -> ASGIApp:
        return LocalCallersOnly(app, open_to_all=control_open, names=control_hosts)

    if control is not None:
        mounts["/sandbox"] = _sandbox(guarded(control_app(control)), outcomes, issuer)
    if metrics is not None:
        mounts[METRICS] = guarded(metrics)
    pages = [Route("/", home.show, methods=["GET"])] if home is not None else []
    return _Mounts(mounts, hosts, Starlette(routes=pages, exception_handlers={404: _no_such_page}))


class _Mounts:
    """A Starlette `Mount` without what it costs for each call: one dictionary look-up, no copied scope."""

    def __init__(self, mounts: Mapping[str, ASGIApp], hosts: Mapping[str, ASGIApp], others: ASGIApp) -> None:
        self._mounts = mounts
        self._hosts = hosts
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("//"):
            scope["path"] = path = "/" + path.lstrip("/")
        mount = path[:end] if (end := path.find("/", 1)) > 0 else path
        app = self._mounts.get(mount)
        if app is None:
            by_host = self._hosts.get(_host(scope))
            await (by_host or self._others)(scope, receive, send)
            return
        scope["root_path"] = mount
        await app(scope, receive, send)


def _host(scope: Scope) -> str:
    """The host's name, without its port; empty when the request names none."""
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("latin-1").partition(":")[0].lower())
    return ""


def _sandbox(control: ASGIApp, outcomes: OutcomesPage | None, issuer: AcsPage | None) -> ASGIApp:
    pages = [Route("/outcomes", outcomes.show, methods=["GET"])] if outcomes is not None else []
    pages += issuer.routes() if issuer is not None else []
    return _Sandbox(control, Starlette(routes=pages, exception_handlers={404: _no_such_page}))


class _Sandbox:
    """`/sandbox/v1` is the control plane's, behind its guard; the rest of `/sandbox` are pages for anybody."""

    def __init__(self, control: ASGIApp, pages: ASGIApp) -> None:
        self._control = control
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        below = scope["path"].removeprefix(scope["root_path"])
        if below == "/v1" or below.startswith("/v1/"):
            scope["root_path"] += "/v1"
            await self._control(scope, receive, send)
            return
        await self._pages(scope, receive, send)


async def _no_such_page(request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": f"nothing answers at {request.url.path}; the page / says what is here"}, 404)
