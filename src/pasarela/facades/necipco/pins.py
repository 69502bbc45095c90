"""PINs: set, change, validate, tell the one for points of sale; authenticate a cardholder by what he knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pasarela.core.issuing.errors import PinLocked, WrongPin
from pasarela.facades.necipco import present, present_cards, reading
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.refusals import NotValidated
from pasarela.facades.necipco.wire.bodies import AuthenticateQuery, PinBody, PinChangeBody, PlacedCardQuery
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def pos_pin(call: Call[Profile]) -> Reply:
    """The PIN goes out encrypted for the caller."""
    query = parse_filters(PlacedCardQuery, call.query())
    issuing, session = call.services.issuing, session_of(call)
    card = await issuing.find_card(session, await reading.card(call, query.card_number))
    return present.reply(present_cards.pos_pin(card, await issuing.seal_pos_pin(session, card)))


async def set_pin(call: Call[Profile]) -> Reply:
    body = PinBody.parse(call.json())
    ref, pin = await reading.card(call, body.card_number), await reading.pin(call, body.pin)
    card = await call.services.issuing.set_pin(session_of(call), ref, call.operation_id, pin, body.place())
    return present.reply(present_cards.pin_written(card, call.operation_id))


async def change_pin(call: Call[Profile]) -> Reply:
    body = PinChangeBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    old, new = await reading.pin(call, body.old_pin), await reading.pin(call, body.new_pin)
    issuing = call.services.issuing
    card = await issuing.change_pin(session_of(call), ref, call.operation_id, old, new, body.place())
    return present.reply(present_cards.pin_written(card, call.operation_id))


async def validate(call: Call[Profile]) -> Reply:
    query = parse_filters(PinBody, call.query())
    ref, pin = await reading.card(call, query.card_number), await reading.pin(call, query.pin)
    with _answering_no():
        await call.services.issuing.validate_pin(session_of(call), ref, pin, query.place())
    return present.reply(present.VALIDATED, message="PIN Validated")


async def authenticate(call: Call[Profile]) -> Reply:
    """By the card's last four digits and the last two of its PIN."""
    query = parse_filters(AuthenticateQuery, call.query())
    ref = await reading.card(call, query.card_number)
    with _answering_no():
        await call.services.issuing.authenticate_holder(session_of(call), ref, query.authentication_info.reveal())
    return present.reply(present.VALIDATED, message="Authentication successful!")


@contextmanager
def _answering_no() -> Iterator[None]:
    """Turns a wrong PIN into the answer of a call that asks whether it is right."""
    try:
        yield
    except (WrongPin, PinLocked) as refusal:
        raise NotValidated(refusal) from None
