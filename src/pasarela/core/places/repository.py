"""Stores between their rows and their dataclasses. Used by this slice only."""

from __future__ import annotations

import asyncpg

from pasarela.core.places.model import Chain, Point, Store, StoreAddress
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles("pasarela.core.places")

ACTIVE, INACTIVE = "active", "inactive"


def store_from(row: asyncpg.Record) -> Store:
    return Store(
        store_id=row["store_id"],
        chain_store_id=row["chain_store_id"],
        name=row["name"],
        is_active=row["status"] == ACTIVE,
        at=Point(row["latitude"], row["longitude"]),
        place_id=row["place_id"],
        address=StoreAddress(
            row["line1"], row["line2"], row["line3"], row["city"], row["state"], row["postal_code"], row["country_code"]
        ),
        chain=Chain(row["chain"], row["chain_logo"], row["chain_thumb"], Money(row["amount_max_minor"], Currency.MXN)),
        updated_at=row["updated_at"],
    )


def row_of(store: Store) -> tuple[object, ...]:
    """The values of the table's columns, in their order, all but the last."""
    address, chain = store.address, store.chain
    assert chain.amount_max.currency is Currency.MXN, "stores take pesos"
    return (
        store.store_id,
        store.chain_store_id,
        store.name,
        ACTIVE if store.is_active else INACTIVE,
        store.at.latitude,
        store.at.longitude,
        store.place_id,
        address.line1,
        address.line2,
        address.line3,
        address.city,
        address.state,
        address.postal_code,
        address.country_code,
        chain.name,
        chain.logo,
        chain.thumb,
        chain.amount_max.minor,
    )
