"""Authentication: a token for an API key and its password, and the end of that token."""

from __future__ import annotations

from pasarela.facades.necipco import present
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.bodies import LoginBody
from pasarela.facades.toolkit.call import Call, Reply


async def login(call: Call[Profile]) -> Reply:
    """The token goes back in the header Authorization, and only there."""
    given = LoginBody.parse(call.json()).api_client
    issuing = call.services.issuing
    signed_in = await issuing.login(given.api_key, given.password)
    client = await issuing.client(signed_in.session)
    token = f"Bearer {signed_in.token.reveal()}".encode()
    headers = ((b"authorization", token), (b"cache-control", b"no-store"))
    return Reply(200, present.encode(present.signed_in(client)), headers=headers)


async def logout(call: Call[Profile]) -> Reply:
    """The token is dead when this answers."""
    await call.services.issuing.logout(session_of(call))
    return Reply(200, b"{}")
