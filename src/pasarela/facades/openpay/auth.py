"""Who calls: HTTP Basic with an API key as the user name. Says nothing about which part of a wrong pair is wrong.

A private key may do everything, but not from a web page; a public one only what routes mark `public`.
"""

from __future__ import annotations

import base64
import binascii
import re

from pasarela.core.context import Caller
from pasarela.core.tenants.errors import UnknownKey
from pasarela.core.tenants.model import KeyKind
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call
from pasarela.facades.toolkit.refusals import (
    NotAuthenticated,
    PrivateKeyInBrowser,
    PrivateKeyRequired,
    WrongValue,
)
from pasarela.facades.toolkit.routing import Route
from pasarela.kernel.secret import Secret

_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,45}")
_KEY = re.compile(r"[\x21-\x39\x3b-\x7e]{1,128}")  # visible ASCII without the colon
_OUTCOME = re.compile(r"approve|timeout|late_approval|review|decline:[0-9A-Za-z]{2}")


async def admit(call: Call[Profile], route: Route[Profile]) -> None:
    """Sets the call's `caller` and `tenant`. Raises `NotAuthenticated`, `PrivateKeyRequired`, `PrivateKeyInBrowser`
    and what `Authenticate` raises."""
    public = route.public and call.profile.public_keys
    await admit_key(call, _key(call), public=public, in_browser=b"origin" in call.headers)


async def admit_key(call: Call[Profile], key: Secret, *, public: bool, in_browser: bool) -> None:
    """The same for a key that came another way. An address that names no account is its key's account's."""
    profile, account = call.profile, call.params.get("merchant")
    if account is None:
        who = await call.services.authenticate_key(profile.api, key)
    elif _ACCOUNT.fullmatch(account):
        who = await call.services.authenticate(profile.api, account, key)
    else:
        raise UnknownKey
    if who.kind is KeyKind.PUBLIC and not public:
        raise PrivateKeyRequired
    if who.kind is KeyKind.PRIVATE and in_browser:
        raise PrivateKeyInBrowser
    tenant = who.tenant
    call.tenant = tenant
    call.caller = Caller(
        tenant.tenant_id, profile.api, tenant.account, tenant.name, tenant.mode, call.request_id, _outcome(call)
    )


def _key(call: Call[Profile]) -> Secret:
    scheme, _, credentials = (call.header(b"authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        raise NotAuthenticated
    return key_in(credentials)


def key_in(credentials: str) -> Secret:
    """The user name; the password should be empty and is not looked at. Raises `NotAuthenticated`."""
    try:
        pair = base64.b64decode(credentials.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise NotAuthenticated from None
    key, colon, _ = pair.partition(":")
    if not colon or not _KEY.fullmatch(key):
        raise NotAuthenticated
    return Secret(key)


def _outcome(call: Call[Profile]) -> str | None:
    """The sandbox caller's wish for what the rail answers."""
    if not call.services.sandbox or (wish := call.header(b"x-sandbox-outcome")) is None:
        return None
    if not _OUTCOME.fullmatch(wish):
        raise WrongValue(
            "sandbox.outcome", "X-Sandbox-Outcome", "must be approve, decline:NN, timeout, late_approval or review"
        )
    return wish
