"""Virtual cards: make one, order its plastic, tell the security code that works for some minutes."""

from __future__ import annotations

from pasarela.core.issuing.errors import NoPublicKey
from pasarela.core.issuing.model import Delivery
from pasarela.facades.necipco import present, present_cards, reading
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.bodies import PhysicalCardBody, PinBody, VirtualCardBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    """Number and expiry go out encrypted for the caller; without a public key no card is made."""
    body = VirtualCardBody.parse(call.json())
    issuing, session = call.services.issuing, session_of(call)
    if session.public_key is None:
        raise NoPublicKey
    wish = reading.account(call, body)
    card = await issuing.create_virtual(session, call.operation_id, body.product, wish, body.place())
    holder = await issuing.cardholder(session, card.account.cardholder_id)
    number, expiry = await issuing.seal_pan(session, card), issuing.seal_expiry(session, card)
    return present.reply(present_cards.virtual_made(card, holder, number, expiry), status=201)


async def order_plastic(call: Call[Profile]) -> Reply:
    body = PhysicalCardBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    delivery = Delivery(
        body.delivery_street,
        body.delivery_street_number,
        body.delivery_township,
        body.delivery_state,
        body.delivery_postal_code,
    )
    issuing, session = call.services.issuing, session_of(call)
    card = await issuing.make_physical(session, ref, delivery, body.place())
    holder = await issuing.cardholder(session, card.account.cardholder_id)
    return present.reply(present_cards.plastic_ordered(card, holder, delivery))


async def security_code(call: Call[Profile]) -> Reply:
    """The code goes out encrypted for the caller."""
    query = parse_filters(PinBody, call.query())
    issuing, session = call.services.issuing, session_of(call)
    if session.public_key is None:
        raise NoPublicKey
    ref, pin = await reading.card(call, query.card_number), await reading.pin(call, query.pin)
    made = await issuing.issue_cvc(session, ref, pin, query.place())
    return present.reply(present_cards.cvc_made(made, issuing.seal_value(session, made.code)))
