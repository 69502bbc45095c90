"""Stores that take cash, near a place. The address names no merchant: the key tells who asks."""

from __future__ import annotations

from pasarela.core.places.model import Point, Store
from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.places import ChainAnswer, GeolocationAnswer, StoreAnswer, StoresQuery
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import iso_seconds
from pasarela.facades.toolkit.wire import parse_filters


async def find(call: Call[Profile]) -> Reply:
    asked = parse_filters(StoresQuery, call.query())
    found = await call.services.stores_near(
        call.caller.tenant_id, Point(asked.latitud, asked.longitud), asked.kilometers, asked.amount
    )
    return Reply(200, present.encode([_shown(store) for store in found]))


def _shown(store: Store) -> StoreAnswer:
    """Objeto Tienda."""
    assert store.updated_at is not None, "stored stores have an instant"
    address, chain = store.address, store.chain
    return StoreAnswer(
        id_store=store.store_id,
        id=store.chain_store_id,
        name=store.name,
        last_update=iso_seconds(store.updated_at),
        status="active" if store.is_active else "inactive",
        geolocation=GeolocationAnswer(store.at.longitude, store.at.latitude, store.place_id),
        address={
            "line1": address.line1,
            "line2": address.line2,
            "line3": address.line3,
            "state": address.state,
            "city": address.city,
            "postal_code": address.postal_code,
            "country_code": address.country_code,
        },
        paynet_chain=ChainAnswer(chain.name, chain.logo, chain.thumb, json_number(chain.amount_max)),
    )
