"""Cards, their PINs and their security codes as NeCIPCo prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pasarela.core.issuing.cvc import DynamicCvc
from pasarela.core.issuing.disclose import SealedExpiry
from pasarela.core.issuing.model import Activity, Cardholder, Delivery, IssuedCard, Movement
from pasarela.facades.necipco import catalogs
from pasarela.facades.necipco.movement_words import WORDS
from pasarela.facades.necipco.present import base64_text, holder_short
from pasarela.facades.necipco.wire import card_answers as wire
from pasarela.facades.necipco.wire.answers import DocumentShown
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.kernel.money import Money

NEVER = "N/D"
_COUNTRY_NAME = "MEXICO".ljust(30)
"""As printed, filled up with spaces."""


def masked(card: IssuedCard) -> str:
    """`************1234`."""
    return f"************{card.last4}"


def shown(card: IssuedCard) -> wire.CardShown:
    return wire.CardShown(card.card_id, masked(card), card.type.name, card.status.name)


def account_named(card: IssuedCard) -> wire.AccountNamed:
    """The account whose reference is a text."""
    return wire.AccountNamed(card.account.account_id, f"{card.account.reference:09d}")


def account_numbered(card: IssuedCard) -> wire.AccountNumbered:
    """The account whose reference is a number."""
    return wire.AccountNumbered(card.account.account_id, card.account.reference)


def _account_opened(card: IssuedCard) -> wire.AccountOpened:
    named = account_named(card)
    return wire.AccountOpened(named.id, named.reference, None)


def assigned(card: IssuedCard, holder: Cardholder) -> wire.CardAssigned:
    number = masked(card)
    card_shown = wire.AssignedCard(card.card_id, number, card.type.name, card.status.name, number)
    return wire.CardAssigned(holder_short(holder), card_shown, _account_opened(card))


def changed(card: IssuedCard) -> wire.CardChanged:
    return wire.CardChanged(shown(card), account_named(card))


def balance(card: IssuedCard, available: Money, last: Sequence[Movement] | None) -> wire.CardBalance:
    answer = wire.CardBalance(json_number(available), shown(card), account_named(card))
    if last is not None:
        answer.movements = [_last(movement) for movement in last]
    return answer


def _last(movement: Movement) -> wire.LastMovement:
    words = WORDS[movement.kind]
    local = movement.occurred_at.astimezone(MEXICO_CITY)
    return wire.LastMovement(
        fecha=f"{local:%Y%m%d}",
        hora=f"{local:%H%M%S}",
        comercio=movement.description or words.description,
        importe=movement.original.text(),
        descripcion_importe=words.direction,
        codigo_autorizacion=movement.authorization_code,
    )


def info(card: IssuedCard, holder: Cardholder, activity: Activity, number: bytes) -> wire.CardInfo:
    told, address = holder.told, holder.told.address
    street = (address.street, address.external_number, address.internal_number)
    document = card.account.document
    return wire.CardInfo(
        account_numbered(card),
        wire.CardDetails(
            id=card.card_id,
            masked_card_number=masked(card),
            card_type=card.type.name,
            status=card.status.name,
            card_number=base64_text(number),
            activity=wire.ActivityShown(
                _local(activity.last_approved), _local(activity.last_denied), _local(activity.last_block)
            ),
        ),
        wire.HolderDetails(
            name=" ".join((told.first_name, told.second_name, told.surname, told.second_surname)),
            phone=told.primary_phone,
            address=" ".join(part for part in street if part),
            postal_code=address.postal_code,
            township=address.township or "",
            country=_COUNTRY_NAME,
            document=DocumentShown(document.type, document.number),
        ),
    )


def _local(instant: datetime | None) -> str:
    return NEVER if instant is None else f"{instant.astimezone(MEXICO_CITY):%Y-%m-%d %H:%M:%S}"


def pos_pin(card: IssuedCard, pin: bytes) -> wire.PosPin:
    own = wire.CardWithPin(card.card_id, masked(card), card.type.name, card.status.name, base64_text(pin))
    return wire.PosPin(own, account_numbered(card))


def pin_written(card: IssuedCard, operation_id: str) -> wire.PinWritten:
    return wire.PinWritten(wire.OperationId(operation_id), shown(card), account_numbered(card))


def virtual_made(card: IssuedCard, holder: Cardholder, number: bytes, expiry: SealedExpiry) -> wire.VirtualCardMade:
    own = wire.VirtualCard(
        card.card_id,
        masked(card),
        card.type.name,
        card.status.name,
        base64_text(number),
        base64_text(expiry.year),
        base64_text(expiry.month),
    )
    return wire.VirtualCardMade(holder_short(holder), own, _account_opened(card))


def plastic_ordered(card: IssuedCard, holder: Cardholder, delivery: Delivery) -> wire.PhysicalCardOrdered:
    told, account = holder.told, card.account
    kind = account.document.type
    return wire.PhysicalCardOrdered(
        wire.PhysicalOrdered(card.card_id, card.type.name, masked(card)),
        wire.OrderedAccount(
            account.account_id,
            told.rfc,
            told.curp,
            told.primary_phone,
            told.mobile_phone,
            account.observations,
            wire.DocumentDescribed(kind, catalogs.described("document_type", kind), account.document.number),
        ),
        wire.DeliveryAddress(
            delivery.street, delivery.street_number, delivery.township, delivery.state, delivery.postal_code
        ),
    )


def cvc_made(made: DynamicCvc, code: bytes) -> wire.CvcMade:
    card = made.card
    own = wire.CardWithCvc(
        card.card_id,
        masked(card),
        card.type.name,
        card.status.name,
        base64_text(code),
        str(made.remaining_minutes),
    )
    return wire.CvcMade(own, account_numbered(card))
