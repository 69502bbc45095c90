"""Clients: tell the caller's balances, make a subclient, fund it; and the keys that values are encrypted with."""

from __future__ import annotations

from pasarela.core.issuing.model import NewClient, NewKey
from pasarela.facades.necipco import present, reading
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.ids import beside
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.client_bodies import ClientBody, FundBody, PublicKeyBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.kernel.secret import Secret

SAMPLE = Secret("NeCIPCo sample")
"""What `sensitive_data` holds, so that a client can try his private key on it."""


async def get(call: Call[Profile]) -> Reply:
    return present.reply(present.client_found(await call.services.issuing.client(session_of(call))))


async def create(call: Call[Profile]) -> Reply:
    body = ClientBody.parse(call.json())
    issuing, session = call.services.issuing, session_of(call)
    made = await issuing.create_subclient(
        session, _client(call.operation_id, body), _key(call.operation_id, body), reading.amount(call, body.available)
    )
    return present.reply(present.subclient_made(made), status=201)


async def fund(call: Call[Profile]) -> Reply:
    body = FundBody.parse(call.json())
    amount = reading.amount(call, body.amount)
    done = await call.services.issuing.fund(session_of(call), call.operation_id, body.client_id, amount)
    return present.reply(present.funded(done))


async def get_public_key(call: Call[Profile]) -> Reply:
    """With a sample encrypted for the caller, if he has registered a key."""
    issuing, session = call.services.issuing, session_of(call)
    client, key = await issuing.client(session), await issuing.own_key(session)
    sample = issuing.seal_value(session, SAMPLE) if session.public_key is not None else None
    return present.reply(present.public_keys(client, key, await issuing.system_public_key(), sample))


async def add_public_key(call: Call[Profile]) -> Reply:
    body = PublicKeyBody.parse(call.json())
    issuing, session = call.services.issuing, session_of(call)
    key = await issuing.set_public_key(session, body.public_key)
    return present.reply(present.public_key_added(await issuing.client(session), key))


def _client(client_id: str, body: ClientBody) -> NewClient:
    """A subclient; its code is its alias, as printed."""
    return NewClient(
        client_id,
        code=body.alias.upper(),
        name=body.name,
        alias=body.alias,
        email=body.email,
        rfc=body.rfc,
        profile=body.profile(),
    )


def _key(client_id: str, body: ClientBody) -> NewKey:
    """What it logs in with: the key's own id."""
    key_id = beside(client_id, "api key")
    return NewKey(key_id, key_id, body.api_key_name, body.api_key_password, body.api_key_description)
