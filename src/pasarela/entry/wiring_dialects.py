"""The dialects that are built: where each lies, how it shows itself, what becomes of it when its faults are ordered.

What they have in common with the rest of the platform, `wiring` puts together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from pasarela.control.api_faults import ApiFaults
from pasarela.control.plane import Explanation
from pasarela.entry.demo.issuing import issuing_data
from pasarela.entry.demo.seeding import demo_data
from pasarela.entry.hosted_pages import with_pages
from pasarela.entry.platform import Platform
from pasarela.facades.bbva.profile import BBVA
from pasarela.facades.necipco import dialect as necipco
from pasarela.facades.necipco import errors as necipco_errors
from pasarela.facades.necipco.explain import explain as explain_issuing
from pasarela.facades.necipco.profile import NECIPCO
from pasarela.facades.openpay import errors
from pasarela.facades.openpay.dialect import application
from pasarela.facades.openpay.explain import explain
from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.toolkit.ports import Services
from pasarela.web.home import ApiOnShow

APIS = ("openpay", "bbva", "paymentez", "necipco", "keycop")
"""All dialects, built or coming."""

PROFILES: Mapping[str, Profile] = {profile.api: profile for profile in (OPENPAY, BBVA)}

BUILT = (*PROFILES, NECIPCO.api)
"""Those that are built."""

MOUNTS = {profile.api: profile.mount for profile in PROFILES.values()}

_HOSTS = {
    OPENPAY.api: ("sandbox-api.openpay.mx", "api.openpay.mx"),
    BBVA.api: ("sand-api.ecommercebbva.com", "api.ecommercebbva.com"),
}
"""Where clients with hard-wired hosts look for them; their owner may point these names here."""

_CALLS = {
    OPENPAY.api: """curl {{origin}}{base}/charges \\
  -u {key}: \\
  -H "Content-type: application/json" \\
  -d '{{"method": "card", "source_id": "kqgykn96i7bcs1wwhvgw", "amount": 100.00, "description": "Cargo de prueba",
       "device_session_id": "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f"}}'""",
    BBVA.api: """curl {{origin}}{base}/charges \\
  -u {key}: \\
  -H "Content-type: application/json" \\
  -d '{{"affiliation_bbva": "781500", "amount": 100.00, "description": "Cargo de prueba", "order_id": "my-first-order",
       "customer": {{"name": "Juan", "email": "juan.vazquez@empresa.com.mx"}}, "redirect_url": "https://micomercio.com"}}'""",
}


NECIPCO_HOST_VARIABLE = "PASARELA_NECIPCO_HOST"
"""NeCIPCo's document names no host: an integrator sets the one that his client calls."""

_SIGN_IN = """curl {{origin}}{base}/auth/login \\
  -D - \\
  -H "Content-Type: application/json" \\
  -d '{{"api_client": {{"api_key": "{login}", "password": "{password}"}}}}'"""


@dataclass(frozen=True, slots=True)
class Doors:
    """Applications by mount and by host."""

    mounts: Mapping[str, ASGIApp]
    hosts: Mapping[str, ASGIApp]


def dialect_doors(platform: Platform, services: Services) -> Doors:
    """Each dialect with its pages before it; in a sandbox also with the faults that somebody ordered."""
    apps = {api: _answering(platform, services, profile) for api, profile in PROFILES.items()}
    issuing = _issuing(platform, services)
    own_host = os.environ.get(NECIPCO_HOST_VARIABLE, "").lower()
    return Doors(
        {**{PROFILES[api].mount: app for api, app in apps.items()}, NECIPCO.mount: issuing},
        {host: app for api, app in apps.items() for host in _HOSTS[api]} | ({own_host: issuing} if own_host else {}),
    )


def _answering(platform: Platform, services: Services, profile: Profile) -> ASGIApp:
    calls = application(services, profile)
    app = with_pages(platform, profile.api, profile.mount, calls, profile.charges.plans.payments)
    if not platform.plan.sandbox:
        return app

    def error_body(status: int, request_id: str) -> bytes:
        return errors.fail_with(status, request_id, profile).body

    return _with_faults(platform, profile.api, app, error_body)


def _issuing(platform: Platform, services: Services) -> ASGIApp:
    """NeCIPCo has no pages."""
    app = necipco.application(services)

    def error_body(status: int, _request_id: str) -> bytes:
        return necipco_errors.fail_with(status).body

    return _with_faults(platform, NECIPCO.api, app, error_body) if platform.plan.sandbox else app


def _with_faults(platform: Platform, api: str, app: ASGIApp, error_body: Callable[[int, str], bytes]) -> ASGIApp:
    faults, log = platform.faults.next_fault, platform.request_log
    return ApiFaults(app, api, faults, error_body, log, platform.clock)


def has_public_keys(api: str) -> bool:
    """Whether pages may call this API."""
    profile = PROFILES.get(api)
    return profile is None or profile.public_keys


def explained(api: str, rule: str, method: str, path: str) -> Explanation | None:
    """What to do about a refused call of this API."""
    profile = PROFILES.get(api)
    if profile is not None:
        told = explain(rule, method, path, profile)
        return Explanation(told.section, told.fix) if told is not None else None
    meant = explain_issuing(rule, method, path) if api == NECIPCO.api else None
    return Explanation(meant.section, meant.fix) if meant is not None else None


def apis_on_show() -> Sequence[ApiOnShow]:
    """The five APIs, those that are built with a call that works and the demo data's credentials."""
    demo = {tenant["api"]: tenant for tenant in demo_data()["tenants"]}
    return (
        *(_on_show(profile, demo[api]) for api, profile in PROFILES.items()),
        ApiOnShow("Paymentez", "/paymentez/api/cc"),
        _issuing_on_show(),
        ApiOnShow("KeyCop", "/keycop/api/v1"),
    )


def _on_show(profile: Profile, demo: Mapping[str, Any]) -> ApiOnShow:
    base = f"{profile.mount}/v1"
    told = {
        "merchant": demo["account"],
        "private key": demo["private_key"],
        "public key": demo.get("public_key"),
        "affiliation": ", ".join(demo.get("settings", {}).get("affiliations", ())),
    }
    return ApiOnShow(
        profile.title,
        base,
        example=_CALLS[profile.api].format(base=f"{base}/{demo['account']}", key=demo["private_key"]),
        docs=f"{profile.mount}/docs",
        openapi=f"{profile.mount}/openapi.json",
        credentials={name: value for name, value in told.items() if value},
    )


def _issuing_on_show() -> ApiOnShow:
    demo = issuing_data()["clients"][0]
    login, password = demo["key"]["login"], demo["key"]["password"]
    base = f"{NECIPCO.mount}/v1"
    return ApiOnShow(
        NECIPCO.title,
        base,
        example=_SIGN_IN.format(base=base, login=login, password=password),
        docs=f"{NECIPCO.mount}/docs",
        openapi=f"{NECIPCO.mount}/openapi.json",
        credentials={"client": demo["alias"], "api_key": login, "password": password},
    )
