"""Puts the dialect together: any `Profile` with the one set of routes, the one admission, the one error table."""

from __future__ import annotations

from pasarela.facades.openpay import errors
from pasarela.facades.openpay.auth import admit
from pasarela.facades.openpay.openapi import reference_routes
from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.openpay.surface import calls_of, open_calls_of
from pasarela.facades.toolkit.call import Reply
from pasarela.facades.toolkit.cycle import Dialect, DialectApp
from pasarela.facades.toolkit.ports import Services
from pasarela.facades.toolkit.routing import RouteTable
from pasarela.kernel.errors import Refusal


def dialect(profile: Profile = OPENPAY) -> Dialect[Profile]:
    """The dialect of `profile`."""

    def refuse(refusal: Refusal, request_id: str) -> Reply:
        return errors.refuse(refusal, request_id, profile)

    calls = calls_of(profile)
    return Dialect(
        profile=profile,
        api=profile.api,
        routes=RouteTable((*calls, *open_calls_of(profile), *reference_routes(profile, calls))),
        admit=admit,
        refuse=refuse,
        fail=errors.fail,
    )


def application(services: Services, profile: Profile = OPENPAY) -> DialectApp[Profile]:
    """The API as an ASGI application, to be mounted at `profile.mount` (and at the root of the provider's host)."""
    return DialectApp(dialect(profile), services)
