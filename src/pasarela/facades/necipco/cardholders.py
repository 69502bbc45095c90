"""Cardholders: create one, find one."""

from __future__ import annotations

from pasarela.core.issuing.model import HolderAddress, HolderFilter, NewCardholder
from pasarela.facades.necipco import present
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.refusals import NoFilter
from pasarela.facades.necipco.wire.bodies import CardholderBody, CardholderFilters
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def find(call: Call[Profile]) -> Reply:
    """The newest cardholder whom all filters fit; a card's id finds its holder, too."""
    given = parse_filters(CardholderFilters, call.query())
    wanted = HolderFilter(given.id, given.rfc, given.curp, given.email, given.primary_phone, given.mobile_phone)
    if wanted == HolderFilter():
        raise NoFilter
    issuing, session = call.services.issuing, session_of(call)
    found = await issuing.find_cardholder(session, wanted)
    keys = await issuing.keys_by_ids(session.tenant_id, {card.assigned_by for card in found.cards})
    return present.reply(present.holder_found(found, keys))


async def create(call: Call[Profile]) -> Reply:
    new = _new(call.operation_id, CardholderBody.parse(call.json()))
    made = await call.services.issuing.create_cardholder(session_of(call), new)
    return present.reply(present.holder_made(made), status=201)


def _new(cardholder_id: str, body: CardholderBody) -> NewCardholder:
    address = HolderAddress(
        body.street,
        body.ext_street_number,
        body.int_street_number,
        body.suburb,
        body.township,
        body.city,
        body.state,
        body.postal_code,
    )
    return NewCardholder(
        cardholder_id=cardholder_id,
        external_id=body.external_id,
        first_name=body.first_name,
        second_name=body.second_name,
        surname=body.surname,
        second_surname=body.second_surname,
        rfc=body.rfc,
        curp=body.curp,
        email=body.email,
        primary_phone=body.primary_phone,
        mobile_phone=body.mobile_phone,
        address=address,
        birthdate=body.birthdate,
        gender=body.gender,
        marital_status=body.marital_status,
        has_kids=body.has_kids,
        gross_monthly_income=body.gross_monthly_income,
        net_monthly_income=body.net_monthly_income,
        observations=body.observations or "",
    )
