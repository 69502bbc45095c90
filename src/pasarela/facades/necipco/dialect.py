"""Puts the dialect together: its routes, its admission, its error table."""

from __future__ import annotations

from pasarela.facades.necipco import errors
from pasarela.facades.necipco.auth import admit
from pasarela.facades.necipco.openapi import reference_routes
from pasarela.facades.necipco.profile import NECIPCO, Profile
from pasarela.facades.necipco.routes import routes
from pasarela.facades.toolkit.call import Reply
from pasarela.facades.toolkit.cycle import Dialect, DialectApp
from pasarela.facades.toolkit.ports import Services
from pasarela.facades.toolkit.routing import RouteTable


def dialect(profile: Profile = NECIPCO) -> Dialect[Profile]:
    """The dialect of `profile`."""

    def fail(_request_id: str) -> Reply:
        return errors.fail()

    calls = routes()
    return Dialect(
        profile=profile,
        api=profile.api,
        routes=RouteTable((*calls, *reference_routes(profile, calls))),
        admit=admit,
        refuse=errors.refuse,
        fail=fail,
    )


def application(services: Services) -> DialectApp[Profile]:
    """The API as an ASGI application, to be mounted at its profile's `mount` (and at the root of its own host)."""
    return DialectApp(dialect(), services)
