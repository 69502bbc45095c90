"""What is known of a store. Coordinates are degrees (WGS 84) and have nothing to do with money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where the store is, for people."""

    line1: str
    line2: str | None
    line3: str | None
    city: str
    state: str
    postal_code: str
    country_code: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The network's chain that the store belongs to, and the largest payment that it takes."""

    name: str
    logo: str | None
    thumb: str | None
    amount_max: Money


@dataclass(frozen=True, slots=True)
class Store:
    """`store_id` is unique, `chain_store_id` within its chain only. `updated_at` is `None` until it is stored."""

    store_id: int
    chain_store_id: int
    name: str
    is_active: bool
    at: Point
    place_id: str | None
    address: StoreAddress
    chain: Chain
    updated_at: datetime | None = None
