"""Money: from the client to a card and back, from card to card; and what has moved."""

from __future__ import annotations

from pasarela.core.issuing.money import CardMoney
from pasarela.facades.necipco import present, present_money, reading
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire.bodies import (
    DisbursementBody,
    MovementsQuery,
    PaymentBody,
    PurchaseBody,
    TransferBody,
    WithdrawalBody,
)
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import WrongValue
from pasarela.facades.toolkit.wire import parse_filters
from pasarela.kernel.secret import Secret


async def disburse(call: Call[Profile]) -> Reply:
    body = DisbursementBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    done = await call.services.issuing.disburse(session_of(call), ref, _command(call, body))
    return present.reply(present_money.moved(done))


async def pay(call: Call[Profile]) -> Reply:
    body = PaymentBody.parse(call.json())
    ref = await reading.card(call, body.card_number)
    command = _command(call, body, body.payment_description)
    done = await call.services.issuing.pay(session_of(call), ref, command)
    return present.reply(present_money.paid(done, body.payment_description))


async def withdraw(call: Call[Profile]) -> Reply:
    body = WithdrawalBody.parse(call.json())
    ref, pin = await reading.card(call, body.card_number), await reading.pin_if_any(call, body.pin)
    done = await call.services.issuing.withdraw(session_of(call), ref, _command(call, body, pin=pin))
    return present.reply(present_money.moved(done))


async def purchase(call: Call[Profile]) -> Reply:
    body = PurchaseBody.parse(call.json())
    ref, pin = await reading.card(call, body.card_number), await reading.pin_if_any(call, body.pin)
    command = _command(call, body, body.merchant_description, pin)
    done = await call.services.issuing.purchase(session_of(call), ref, command)
    return present.reply(present_money.purchased(done, body.merchant_description))


async def transfer(call: Call[Profile]) -> Reply:
    body = TransferBody.parse(call.json())
    origin = await reading.card(call, body.origin_card)
    destination = await reading.card(call, body.destination_card)
    amount, session = reading.amount(call, body.amount), session_of(call)
    done = await call.services.issuing.transfer(session, origin, destination, call.operation_id, amount, body.place())
    return present.reply(present_money.transferred(done))


async def movements(call: Call[Profile]) -> Reply:
    query = parse_filters(MovementsQuery, call.query())
    if query.end_date < query.initial_date:
        raise WrongValue("wire.range", "end_date", "must not lie before initial_date")
    issuing = call.services.issuing
    card = await issuing.find_card(session_of(call), await reading.card(call, query.card_number))
    found = await issuing.list_movements(card, query.initial_date, query.end_date)
    return present.reply(present_money.movements(card, query.initial_date, query.end_date, found))


def _command(
    call: Call[Profile], body: DisbursementBody, description: str | None = None, pin: Secret | None = None
) -> CardMoney:
    return CardMoney(call.operation_id, reading.amount(call, body.amount), body.place(), description, pin)
