"""Money that moved, and lists of it, as NeCIPCo prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pasarela.core.issuing.model import IssuedCard, Movement
from pasarela.core.issuing.money import CardOperation, CardTransfer
from pasarela.facades.necipco.movement_words import COIN_NAMES, COUNTRIES, DECLINED, RESPONSES, WORDS
from pasarela.facades.necipco.present_cards import account_numbered, masked, shown
from pasarela.facades.necipco.wire import card_answers as wire
from pasarela.facades.necipco.wire.answers import Coded
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.kernel.money import Money


def moved(done: CardOperation) -> wire.MoneyMoved:
    movement = done.movement
    operation = wire.OperationShown(movement.operation_id, movement.authorization_code, json_number(movement.original))
    return wire.MoneyMoved(operation, shown(done.card), account_numbered(done.card))


def paid(done: CardOperation, description: str) -> wire.MoneyMoved:
    answer = moved(done)
    answer.operation.payment_description = description
    return answer


def purchased(done: CardOperation, description: str) -> wire.MoneyMoved:
    answer = moved(done)
    answer.operation.merchant_description = description
    return answer


def transferred(done: CardTransfer) -> wire.CardsTransferred:
    """The authorisation is a number here, as printed: zeros before it are lost."""
    origin, destination = done.origin, done.destination
    return wire.CardsTransferred(
        wire.TransferOperation(done.operation_id, int(done.authorization_code), json_number(done.amount)),
        wire.TransferOrigin(
            id=origin.card.card_id,
            account_id=origin.card.account.account_id,
            type=origin.card.type.name,
            card_number=masked(origin.card),
            account_reference=origin.card.account.reference,
            previous_balance=json_number(origin.previous),
            new_balance=json_number(origin.new),
        ),
        wire.TransferDestination(
            id=destination.card.card_id,
            account_id=destination.card.account.account_id,
            card_number=masked(destination.card),
            previous_balance=json_number(destination.previous),
            new_balance=json_number(destination.new),
        ),
    )


def movements(card: IssuedCard, first: date, last: date, found: Sequence[Movement]) -> wire.Movements:
    detail = [_movement(movement) for movement in found]
    return wire.Movements(
        shown(card), account_numbered(card), wire.MovementRange(first.isoformat(), last.isoformat(), detail)
    )


def _movement(movement: Movement) -> wire.MovementShown:
    words = WORDS[movement.kind]
    exchanged = movement.amount if movement.amount.minor else movement.original
    return wire.MovementShown(
        id=str(movement.number),
        referencial_id=movement.reference or f"{movement.channel}.{movement.operation_id}.{movement.side}",
        date=f"{movement.occurred_at.astimezone(MEXICO_CITY):%Y-%m-%d %H:%M:%S}",
        code=wire.MovementCode(words.type, words.subtype, words.description),
        merchant=Coded(movement.merchant_code or "", movement.description or words.description),
        country=Coded(movement.country, COUNTRIES.get(movement.country, "")),
        amounts=wire.MovementAmounts(_amount(movement.original), _amount(exchanged)),
        channel=movement.channel,
        authorization=movement.authorization_code,
        status=Coded(movement.response_code, RESPONSES.get(movement.response_code, DECLINED)),
        retrieval=movement.retrieval or "",
    )


def _amount(amount: Money) -> wire.MovementAmount:
    """Without a sign: the type says whether it came or went."""
    unsigned = -amount if amount.minor < 0 else amount
    return wire.MovementAmount(Coded(amount.currency.numeric, COIN_NAMES[amount.currency]), unsigned.text())
