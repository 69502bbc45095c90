"""Tokens: cards that a browser leaves with us so that the merchant's server never sees them."""

from __future__ import annotations

from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.cards import CardBody, printed
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import today


async def create(call: Call[Profile]) -> Reply:
    return await created(call, CardBody.parse(call.json()))


async def created(call: Call[Profile], body: CardBody) -> Reply:
    """The reply to a call that says `body`, however it came."""
    card = body.card(today(call.at), call.caller.mode)
    stored = await call.services.vault.create_token(call.caller, call.operation_id, card, printed(body.address))
    return Reply(201, present.encode(present.token(stored)))


async def get(call: Call[Profile]) -> Reply:
    stored = await call.services.vault.get_token(call.caller.tenant_id, call.id("token_id"))
    return Reply(200, present.encode(present.token(stored)))


async def points(call: Call[Profile]) -> Reply:
    token_id = call.id("token_id")
    await call.services.vault.get_token(call.caller.tenant_id, token_id)
    balance = await call.services.payments.ask_points(call.caller, token_id, "token", None)
    return Reply(200, present.encode([present.points_balance(balance)]))
