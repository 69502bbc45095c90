"""Cards: assign one from the stock, activate it, change its status, show its balance and what is known of it."""

from __future__ import annotations

from pasarela.facades.necipco import present, present_cards, reading
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.bodies import AssignBody, BalanceQuery, CardBody, CardQuery, StatusBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def assign(call: Call[Profile]) -> Reply:
    body = AssignBody.parse(call.json())
    issuing, session = call.services.issuing, session_of(call)
    pan, wish = await reading.number(call, body.card_number), reading.account(call, body)
    card = await issuing.assign(session, call.operation_id, pan, wish, body.place())
    holder = await issuing.cardholder(session, card.account.cardholder_id)
    return present.reply(present_cards.assigned(card, holder))


async def activate(call: Call[Profile]) -> Reply:
    body = CardBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    card = await call.services.issuing.activate(session_of(call), ref, body.place())
    return present.reply(present_cards.changed(card))


async def change_status(call: Call[Profile]) -> Reply:
    body = StatusBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    card = await call.services.issuing.change_status(session_of(call), ref, body.status, body.place())
    return present.reply(present_cards.changed(card))


async def balance(call: Call[Profile]) -> Reply:
    """The last movements only when they are asked for."""
    query = parse_filters(BalanceQuery, call.query())
    issuing = call.services.issuing
    card = await issuing.find_card(session_of(call), await reading.card(call, query.card_number))
    available = await issuing.balance(card)
    last = await issuing.last_movements(card) if query.movements else None
    return present.reply(present_cards.balance(card, available, last))


async def info(call: Call[Profile]) -> Reply:
    """The number goes out encrypted for the caller."""
    query = parse_filters(CardQuery, call.query())
    issuing, session = call.services.issuing, session_of(call)
    card = await issuing.find_card(session, await reading.card(call, query.card_number))
    number = await issuing.seal_pan(session, card)
    holder = await issuing.cardholder(session, card.account.cardholder_id)
    return present.reply(present_cards.info(card, holder, await issuing.activity(card), number))
