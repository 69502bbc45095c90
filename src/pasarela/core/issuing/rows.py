"""Storage rows of this slice, both ways. Used by this slice only."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import asyncpg
import msgspec

from pasarela.core.issuing.model import (
    ApiKey,
    CardAccount,
    Cardholder,
    CardStatus,
    CardType,
    Client,
    ClientStatus,
    Delivery,
    Document,
    HolderAddress,
    IssuedCard,
    Movement,
    MovementKind,
    NewCardholder,
    Padding,
    Place,
    Product,
    ProductKind,
)
from pasarela.infra.database import SqlFiles
from pasarela.kernel.cards import Expiry
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles(__package__)

_address = msgspec.json.Decoder(HolderAddress)
_delivery = msgspec.json.Decoder(Delivery)
_profile = msgspec.json.Decoder(dict[str, str | None])


def client_from(row: asyncpg.Record, available: Money, balance: Money) -> Client:
    return Client(
        row["tenant_id"],
        row["client_id"],
        row["parent_id"],
        row["code"],
        row["name"],
        row["alias"],
        row["entity_code"],
        row["email"],
        row["rfc"],
        row["time_zone"],
        ClientStatus(row["status"]),
        MappingProxyType(_profile.decode(row["profile"])),
        row["created_at"],
        row["updated_at"],
        available,
        balance,
    )


def key_from(row: asyncpg.Record) -> ApiKey:
    return ApiKey(
        row["tenant_id"],
        row["key_id"],
        row["client_id"],
        row["login"],
        row["alias"],
        row["description"],
        row["public_key"],
        Padding(row["padding"]),
        row["created_at"],
        row["revoked_at"],
    )


def product_from(row: asyncpg.Record) -> Product:
    return Product(
        row["tenant_id"],
        row["product_id"],
        row["name"],
        row["description"],
        ProductKind(row["kind"]),
        row["active"],
        row["affinity_group"],
        Currency.of(row["currency"]),
        row["allow_blank_curp"],
        row["allow_blank_rfc"],
        row["spei_enabled"],
        row["validity_months"],
        row["operation_max"],
        row["day_max"],
        row["stock_cards"],
    )


def cardholder_from(row: asyncpg.Record) -> Cardholder:
    told = NewCardholder(
        row["cardholder_id"],
        row["external_id"],
        row["first_name"],
        row["second_name"],
        row["surname"],
        row["second_surname"],
        row["rfc"],
        row["curp"],
        row["email"],
        row["primary_phone"],
        row["mobile_phone"],
        _address.decode(row["address"]),
        row["birthdate"],
        row["gender"],
        row["marital_status"],
        row["has_kids"],
        row["gross_monthly_income"],
        row["net_monthly_income"],
        row["observations"],
    )
    return Cardholder(row["tenant_id"], row["client_id"], row["created_at"], told)


def cardholder_arguments(tenant_id: int, client_id: str, new: NewCardholder) -> list[object]:
    """What `insert_cardholder` takes, in its order, but for the instant."""
    return [
        tenant_id,
        client_id,
        new.cardholder_id,
        new.external_id,
        new.first_name,
        new.second_name,
        new.surname,
        new.second_surname,
        new.rfc,
        new.curp,
        new.email,
        new.primary_phone,
        new.mobile_phone,
        msgspec.json.encode(new.address).decode(),
        new.birthdate,
        new.gender,
        new.marital_status,
        new.has_kids,
        new.gross_monthly_income,
        new.net_monthly_income,
        new.observations,
    ]


def card_from(row: asyncpg.Record) -> IssuedCard:
    """The card of a row of the view `issuing_card_profiles`."""
    account = CardAccount(
        row["account_id"],
        row["reference"],
        row["cardholder_id"],
        Currency.of(row["currency"]),
        Document(row["document_type"], row["document_number"]),
        row["observations"],
        row["opened_by"],
        row["opened_at"],
        row["activated_at"],
    )
    return IssuedCard(
        row["tenant_id"],
        row["card_id"],
        row["client_id"],
        row["product_id"],
        CardType(row["type"]),
        CardStatus(row["status"]),
        row["last4"],
        Expiry(row["expiry_year"], row["expiry_month"]),
        row["fingerprint"],
        row["assigned_by"],
        row["assigned_at"],
        row["blocked_at"],
        row["cvc_issued_at"],
        _delivery.decode(row["delivery"]) if row["delivery"] is not None else None,
        account,
    )


def movement_from(row: asyncpg.Record) -> Movement:
    place = None
    if row["latitude"] is not None:
        place = Place(row["latitude"], row["longitude"])
    return Movement(
        tenant_id=row["tenant_id"],
        operation_id=row["operation_id"],
        side=row["side"],
        account_id=row["account_id"],
        card_id=row["card_id"],
        kind=MovementKind(row["kind"]),
        amount=Money(row["amount"], Currency.of(row["currency"])),
        original=Money(row["original_amount"], Currency.of(row["original_currency"])),
        authorization_code=row["authorization_code"],
        occurred_at=row["occurred_at"],
        number=row["number"],
        balance_after=row["balance_after"],
        description=row["description"],
        merchant_code=row["merchant_code"],
        country=row["country"],
        channel=row["channel"],
        response_code=row["response_code"],
        retrieval=row["retrieval"],
        reference=row["reference"],
        place=place,
    )


def movements_json(movements: Sequence[Movement]) -> str:
    """What `insert_movements` takes."""
    return msgspec.json.encode(
        [
            {
                "tenant_id": each.tenant_id,
                "operation_id": each.operation_id,
                "side": each.side,
                "account_id": each.account_id,
                "card_id": each.card_id,
                "kind": each.kind.value,
                "amount": each.amount.minor,
                "currency": each.amount.currency.code,
                "original_amount": each.original.minor,
                "original_currency": each.original.currency.code,
                "balance_after": each.balance_after,
                "description": each.description,
                "merchant_code": each.merchant_code,
                "country": each.country,
                "channel": each.channel,
                "authorization_code": each.authorization_code,
                "response_code": each.response_code,
                "retrieval": each.retrieval,
                "reference": each.reference,
                "latitude": each.place and each.place.latitude,
                "longitude": each.place and each.place.longitude,
                "occurred_at": each.occurred_at,
            }
            for each in movements
        ]
    ).decode()
