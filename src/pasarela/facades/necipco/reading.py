"""Turns what a call brought encrypted into what the core's verbs take: cards, PINs, accounts, amounts."""

from __future__ import annotations

from pasarela.core.issuing.errors import Unreadable
from pasarela.core.issuing.model import CardRef, Document
from pasarela.core.issuing.opening import AccountWish
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.ids import beside
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.refusals import Undecipherable
from pasarela.facades.necipco.wire.bodies import AssignBody, VirtualCardBody
from pasarela.facades.necipco.wire.ciphertexts import Ciphertext, GivenCard
from pasarela.facades.toolkit.call import Call
from pasarela.kernel.money import Money
from pasarela.kernel.secret import Secret

PAN_DIGITS = 16
PIN_DIGITS = 4


async def card(call: Call[Profile], given: GivenCard) -> CardRef:
    """The id that was given, or the number that was encrypted. Raises `Undecipherable`."""
    if given.number is not None:
        return await number(call, given.number)
    assert given.card_id is not None, "a card is given by one of them"
    return given.card_id


async def number(call: Call[Profile], given: Ciphertext) -> Secret:
    """A card number. Raises `Undecipherable`."""
    return await _opened(call, given, PAN_DIGITS)


async def pin(call: Call[Profile], given: Ciphertext) -> Secret:
    """A PIN. Raises `Undecipherable`."""
    return await _opened(call, given, PIN_DIGITS)


async def pin_if_any(call: Call[Profile], given: Ciphertext | None) -> Secret | None:
    """A PIN that need not be given. Raises `Undecipherable`."""
    return None if given is None else await pin(call, given)


def account(call: Call[Profile], body: AssignBody | VirtualCardBody) -> AccountWish:
    """The account that a new card opens."""
    document = Document(body.document_type, body.document_number)
    account_id = beside(call.operation_id, "account")
    return AccountWish(account_id, body.cardholder_id, document, body.observations or "")


def amount(call: Call[Profile], minor: int) -> Money:
    """Minor units as money."""
    return Money(minor, call.profile.currency)


async def _opened(call: Call[Profile], given: Ciphertext, digits: int) -> Secret:
    try:
        return await call.services.issuing.open_value(session_of(call), given.content, digits=digits)
    except Unreadable:
        raise Undecipherable(given.where) from None
