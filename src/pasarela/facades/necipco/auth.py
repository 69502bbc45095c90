"""Who calls: a Bearer token from sign-in. A token that is unknown, expired or revoked is answered like none at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pasarela.core.context import Caller, Mode
from pasarela.core.issuing.model import Session
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.toolkit.call import Call
from pasarela.facades.toolkit.refusals import NotAuthenticated
from pasarela.facades.toolkit.routing import Route
from pasarela.kernel.secret import Secret

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TOKEN_MAX = 2048


@dataclass(frozen=True, slots=True)
class SignedInCaller(Caller):
    """A caller of this dialect; `account` is the client that he calls for, a subclient perhaps."""

    session: Session | None = None  # never `None`; the base class's last field has a default


async def admit(call: Call[Profile], _route: Route[Profile]) -> None:
    """Sets the call's `caller`. Raises `NotAuthenticated` and what `core.issuing`'s sessions raise."""
    scheme, _, token = (call.header(b"authorization") or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or len(token) > _TOKEN_MAX or not _TOKEN.fullmatch(token):
        raise NotAuthenticated
    session = await call.services.issuing.authenticate(Secret(token))
    mode = Mode.TEST if call.services.sandbox else Mode.PRODUCTION
    call.caller = SignedInCaller(
        session.tenant_id,
        call.profile.api,
        session.client_id,
        session.client_id,
        mode,
        call.request_id,
        session=session,
    )


def session_of(call: Call[Profile]) -> Session:
    """On whose behalf an admitted call is made."""
    caller = call.caller
    assert isinstance(caller, SignedInCaller), "calls of this dialect are admitted by it"
    assert caller.session is not None, "an admitted caller has signed in"
    return caller.session
