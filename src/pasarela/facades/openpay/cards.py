"""Saved cards, the merchant's and his customers': save from data or from a token, get, list, update, delete."""

from __future__ import annotations

from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.facades.openpay import present
from pasarela.facades.openpay.levels import owner_of
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.cards import (
    CardBody,
    SaveFromTokenBody,
    UpdateCardBody,
    expiry,
    printed,
)
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import today
from pasarela.facades.toolkit.wire import parse_filters
from pasarela.kernel.cards import Expiry


async def create(call: Call[Profile]) -> Reply:
    owner = await owner_of(call)
    command = _from_token(call, owner) if call.json().get("token_id") else _from_data(call, owner)
    saved = await call.services.payments.save_card(call.caller, command)
    return Reply(201, present.encode(present.card(saved, call.profile)))


async def get(call: Call[Profile]) -> Reply:
    saved = await call.services.vault.get_card(call.caller.tenant_id, call.id("card_id"), await owner_of(call))
    return Reply(200, present.encode(present.card(saved, call.profile)))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    owner = await owner_of(call)
    found = await call.services.vault.list_cards(call.caller.tenant_id, owner, filters.created(), filters.page())
    return Reply(200, present.encode([present.card(saved, call.profile) for saved in found]))


async def update(call: Call[Profile]) -> Reply:
    body = UpdateCardBody.parse(call.json())
    card_id, owner = call.id("card_id"), await owner_of(call)
    await call.services.vault.update_card(
        call.caller,
        card_id,
        owner,
        today=today(call.at),
        holder_name=body.holder_name,
        expiry=await _new_expiry(call, card_id, owner, body),
        cvv=body.cvv2,
    )
    return Reply(200, b"{}")


async def points(call: Call[Profile]) -> Reply:
    """Its card is looked for first: what is not there, or somebody else's, has no points to tell of."""
    tenant_id, card_id, owner = call.caller.tenant_id, call.id("card_id"), await owner_of(call)
    await call.services.vault.get_card(tenant_id, card_id, owner)
    balance = await call.services.payments.ask_points(call.caller, card_id, "card", owner)
    return Reply(200, present.encode([present.points_balance(balance)]))


async def delete(call: Call[Profile]) -> Reply:
    await call.services.vault.delete_card(call.caller, call.id("card_id"), await owner_of(call))
    return Reply(204, b"")


def _from_token(call: Call[Profile], owner: str | None) -> SaveCardCommand:
    body = SaveFromTokenBody.parse(call.json())
    return SaveCardCommand(
        call.operation_id, token_id=body.token_id, customer_id=owner, device_session_id=body.device_session_id
    )


def _from_data(call: Call[Profile], owner: str | None) -> SaveCardCommand:
    body = CardBody.parse(call.json())
    return SaveCardCommand(
        call.operation_id,
        card=body.card(today(call.at), call.caller.mode),
        customer_id=owner,
        address=printed(body.address),
        device_session_id=body.device_session_id,
    )


async def _new_expiry(call: Call[Profile], card_id: str, owner: str | None, body: UpdateCardBody) -> Expiry | None:
    """The whole expiry; where the call names only one half, the other is the card's."""
    if body.expiration_year is None and body.expiration_month is None:
        return None
    if body.expiration_year is not None and body.expiration_month is not None:
        return expiry(body.expiration_year, body.expiration_month)
    old = (await call.services.vault.get_card(call.caller.tenant_id, card_id, owner)).expiry
    year = old.year if body.expiration_year is None else body.expiration_year
    return expiry(year, body.expiration_month or old.month)
