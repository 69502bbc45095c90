"""Which calls an API of this dialect has: all that there are, or those that its profile names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pasarela.facades.openpay.other_routes import open_routes
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.routes import routes
from pasarela.facades.toolkit.routing import Route


def calls_of(profile: Profile) -> tuple[Route[Profile], ...]:
    """The calls that need a key."""
    return _offered(profile, routes(profile))


def open_calls_of(profile: Profile) -> tuple[Route[Profile], ...]:
    """Those that anybody may make."""
    return _offered(profile, open_routes(profile))


def _offered(profile: Profile, routes: Iterable[Route[Profile]]) -> tuple[Route[Profile], ...]:
    """Those of `routes` that the profile names, each with the section that it gives to it."""
    if (sections := profile.calls) is None:
        return tuple(routes)
    named = ((route, f"{route.method} {route.address}") for route in routes)
    return tuple(replace(route, section=sections[name]) for route, name in named if name in sections)
