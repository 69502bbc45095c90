"""The core's entities as NeCIPCo prints them: clients, cardholders, products, keys, catalogs, institutions."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from pasarela.core.issuing.clients import Funded, Subclient
from pasarela.core.issuing.model import (
    ApiKey,
    Cardholder,
    Client,
    HolderFile,
    IssuedCard,
    Product,
    ProductKind,
)
from pasarela.facades.necipco.catalogs import Entry
from pasarela.facades.necipco.wire import answers
from pasarela.facades.toolkit.amounts import json_decimal, json_number
from pasarela.facades.toolkit.call import Reply
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.kernel.banks import Bank, reachable_banks

encode = msgspec.json.Encoder().encode

VALIDATED = answers.Validated(validated=True)
COUNTRY = "484"
"""ISO 3166-1's number of Mexico; the document prints it for the peso, too."""

_GENDERS = {"MALE": "M", "FEMALE": "F"}
_KINDS = {
    ProductKind.PHYSICAL: answers.Keyed("DEBIT_2", "Debito 2"),
    ProductKind.VIRTUAL: answers.Keyed("DEBIT_VIRTUAL", "Debito virtual"),
}
_ACTIVE = answers.Keyed("ACTIVE", "activo")
_INACTIVE = answers.Keyed("INACTIVE", "inactivo")
_INSTITUTION_NAMES = {"012": "BBVA MEXICO"}
"""Where this API's name of a bank is another than the one that others print."""


def reply(data: Any, *, message: str = "OK", status: int = 200) -> Reply:
    """`data` in the envelope of success."""
    return Reply(status, encode(answers.Envelope(message=message, data=data)))


def moment(instant: datetime) -> str:
    """`2020-11-25T18:00:00.000-06:00`."""
    return instant.astimezone(MEXICO_CITY).isoformat(timespec="milliseconds")


def base64_text(ciphertext: bytes) -> str:
    """Encrypted values go out in standard Base64."""
    return base64.b64encode(ciphertext).decode()


def signed_in(client: Client) -> answers.SignedIn:
    shown = answers.SignedInClient(
        id=client.client_id,
        name=client.name,
        alias=client.alias,
        code=client.code,
        entity_code=client.entity_code,
        email=client.email,
        available=json_number(client.available),
        balance=json_number(client.balance),
        timezone=client.time_zone,
        status=client.status.name,
        created_at=moment(client.created_at),
        updated_at=moment(client.updated_at),
    )
    return answers.SignedIn(answers.SignInStatus(200, "Logged in successfully."), answers.SignedInData(shown))


def holder_short(holder: Cardholder) -> answers.HolderShort:
    """A cardholder inside a card's answer."""
    told = holder.told
    return answers.HolderShort(
        told.cardholder_id, told.first_name, told.second_name, told.surname, told.second_surname, told.rfc, told.curp
    )


def holder_made(holder: Cardholder) -> answers.HolderMade:
    told = holder.told
    return answers.HolderMade(
        answers.HolderCreated(
            told.cardholder_id,
            told.first_name,
            told.second_name,
            told.surname,
            told.second_surname,
            told.rfc,
            told.curp,
            told.email,
        )
    )


def holder_found(file: HolderFile, keys: Mapping[str, ApiKey]) -> answers.HolderFound:
    """With the accounts of all cards; `keys` are those that assigned them, by id."""
    told = file.cardholder.told
    return answers.HolderFound(
        answers.HolderWhole(
            id=told.cardholder_id,
            first_name=told.first_name,
            second_name=told.second_name,
            surname=told.surname,
            second_surname=told.second_surname,
            rfc=told.rfc,
            curp=told.curp,
            email=told.email,
            primary_phone=told.primary_phone,
            mobile_phone=told.mobile_phone,
            address=_address(file.cardholder),
            birthdate=told.birthdate.isoformat(),
            gender=_GENDERS[told.gender],
            gross_monthly_income=_income(told.gross_monthly_income),
            net_monthly_income=_income(told.net_monthly_income),
            observations=told.observations,
            has_kids=told.has_kids,
            marital_status=told.marital_status,
            external_id=told.external_id,
            accounts=_accounts(file.cards, keys),
        )
    )


def _income(told: Decimal | None) -> msgspec.Raw | None:
    return None if told is None else json_decimal(told)


def _address(holder: Cardholder) -> answers.HolderAddressShown:
    address = holder.told.address
    return answers.HolderAddressShown(
        street=address.street,
        external_street_number=address.external_number,
        internal_street_number=address.internal_number or "",
        suburb=address.suburb,
        township=address.township or "",
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=COUNTRY,
    )


def _accounts(cards: Sequence[IssuedCard], keys: Mapping[str, ApiKey]) -> list[answers.HolderAccount]:
    """Each account once, with its cards; oldest first. An account's status is its newest card's."""
    by_account: dict[str, list[IssuedCard]] = {}
    for card in cards:
        by_account.setdefault(card.account.account_id, []).append(card)
    return [_account(own, keys) for own in by_account.values()]


def _account(cards: list[IssuedCard], keys: Mapping[str, ApiKey]) -> answers.HolderAccount:
    account = cards[0].account
    return answers.HolderAccount(
        id=account.account_id,
        account_number=account.reference,
        creation_date=moment(account.opened_at),
        activation_date=moment(account.activated_at) if account.activated_at else None,
        assigned_by=account.opened_by,
        status=cards[-1].status.name,
        document=answers.DocumentShown(account.document.type, account.document.number),
        cards=[
            answers.HolderCard(
                card.card_id, card.last4, moment(card.assigned_at), card.status.name, _assigned_by(card, keys)
            )
            for card in cards
        ],
    )


def _assigned_by(card: IssuedCard, keys: Mapping[str, ApiKey]) -> answers.AssignedBy:
    key = keys.get(card.assigned_by)
    if key is None:  # the operator made it
        return answers.AssignedBy(card.assigned_by, "", "", "")
    return answers.AssignedBy(key.key_id, key.alias, key.login, key.description or "")


def client_found(client: Client) -> answers.ClientFound:
    return answers.ClientFound(
        answers.ClientShown(
            id=client.client_id,
            name=client.name,
            alias=client.alias,
            code=client.code,
            email=client.email,
            available=json_number(client.available),
            balance=json_number(client.balance),
            time_zone=client.time_zone,
            status=client.status.name,
        )
    )


def subclient_made(made: Subclient) -> answers.SubclientMade:
    client, key = made.client, made.key
    login = answers.ApiClientShown(id=key.login, name=key.login, alias=client.alias, description=key.description or "")
    return answers.SubclientMade(
        answers.SubclientShown(
            client.client_id, client.code, client.name, json_number(client.available), client.rfc or "", login
        )
    )


def funded(done: Funded) -> answers.ClientFunded:
    return answers.ClientFunded(_funded(done.client), _funded(done.subclient))


def _funded(client: Client) -> answers.FundedShown:
    return answers.FundedShown(
        client.client_id, client.code, client.name, json_number(client.available), client.rfc or ""
    )


def public_keys(client: Client, key: ApiKey, system: str, sample: bytes | None) -> answers.PublicKeys:
    return answers.PublicKeys(
        _named(client), _key(key), answers.SystemKeyShown(system), None if sample is None else base64_text(sample)
    )


def public_key_added(client: Client, key: ApiKey) -> answers.PublicKeyAdded:
    return answers.PublicKeyAdded(_named(client), _key(key))


def _named(client: Client) -> answers.ClientNamed:
    return answers.ClientNamed(client.client_id, client.name, client.alias)


def _key(key: ApiKey) -> answers.KeyShown:
    return answers.KeyShown(key.key_id, key.alias, key.public_key)


def products_found(products: Sequence[Product]) -> answers.ProductsFound:
    return answers.ProductsFound(answers.ProductList(len(products), [_product(product) for product in products]))


def _product(product: Product) -> answers.ProductShown:
    return answers.ProductShown(
        id=product.product_id,
        name=product.name,
        description=product.description,
        country=answers.Coded(COUNTRY, None),
        coin=answers.Coded(COUNTRY, "PESO MEXICANO"),
        type=_KINDS[product.kind],
        status=_ACTIVE if product.active else _INACTIVE,
        affinity_group=product.affinity_group,
        stock_cards=product.stock_cards,
        allow_blank_curp=product.allow_blank_curp,
        allow_blank_rfc=product.allow_blank_rfc,
    )


def catalog(name: str, entries: Iterable[Entry]) -> dict[str, list[answers.CatalogEntry]]:
    """A catalog under its own name."""
    return {name: [answers.CatalogEntry(entry.key, entry.value, entry.description) for entry in entries]}


def institution_name(bank: Bank) -> str:
    """What this API calls a bank."""
    return _INSTITUTION_NAMES.get(bank.code, bank.name)


def institutions() -> answers.Institutions:
    """Those that a transfer reaches."""
    return answers.Institutions(
        [answers.Institution(bank.code, bank.institution or "", institution_name(bank)) for bank in reachable_banks()]
    )
