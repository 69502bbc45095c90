"""Stores: read from a file, taken over, found by distance."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.places.csv_file import read_stores
from pasarela.core.places.errors import BadStoreFile
from pasarela.core.places.import_stores import Imported, ImportStores
from pasarela.core.places.model import Chain, Point, Store, StoreAddress
from pasarela.core.places.queries import FOUND_MAX, Stores
from pasarela.core.places.rules import EARTH_RADIUS_KM, Box, box
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from tests.fakes.stopped_clock import NOON, StoppedClock

QUERETARO = Point(20.618975, -100.422290)
HEADER = "id_store,id,name,chain,max_amount,latitude,longitude,line1,city,state,postal_code"
LINE = "4913,115,0503 SAN PABLO -QRO,EXTRA,99999.99,20.618171,-100.421865,AV. 5,QUERETARO,QUERETARO,76030"


def kilometers(one: Point, other: Point) -> float:
    """By the spherical law of cosines, another formula than the query's."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(
        math.radians(one.longitude - other.longitude)
    )
    return EARTH_RADIUS_KM * math.acos(max(-1.0, min(1.0, cosine)))


def a_store(store_id: int, at: Point, amount_max: int = 999_999, *, is_active: bool = True) -> Store:
    return Store(
        store_id,
        1,
        f"store {store_id}",
        is_active,
        at,
        None,
        StoreAddress("Calle 1", None, None, "Querétaro", "Querétaro", "76000", "MX"),
        Chain("EXTRA", None, None, Money(amount_max, Currency.MXN)),
    )


@pytest.fixture
def import_stores(database: Database) -> ImportStores:
    return ImportStores(database, StoppedClock())


@pytest.fixture
def stores(database: Database) -> Stores:
    return Stores(database)


async def found(stores: Stores, centre: Point, radius: float, amount: int = 1) -> list[int]:
    return [store.store_id for store in await stores.near(7, centre, radius, amount)]


def test_read_a_file() -> None:
    (store,) = read_stores([HEADER, LINE])

    assert (store.store_id, store.chain_store_id, store.name) == (4913, 115, "0503 SAN PABLO -QRO")
    assert store.at == Point(20.618171, -100.421865)
    assert store.chain == Chain("EXTRA", None, None, Money(9_999_999, Currency.MXN))
    assert store.address == StoreAddress("AV. 5", None, None, "QUERETARO", "QUERETARO", "76030", "MX")
    assert store.is_active


@pytest.mark.parametrize(
    ("lines", "line", "field"),
    [
        ([], 1, "id_store"),
        ([HEADER.replace("chain,", ""), LINE], 1, "chain"),
        ([HEADER, LINE.replace("4913", "0")], 2, "id_store"),
        ([HEADER, LINE, LINE], 3, "id_store"),
        ([HEADER, LINE.replace("20.618171", "91")], 2, "latitude"),
        ([HEADER, LINE.replace("20.618171", "nan")], 2, "latitude"),
        ([HEADER, LINE.replace("-100.421865", "west")], 2, "longitude"),
        ([HEADER, LINE.replace("99999.99", "1.999")], 2, "max_amount"),
        ([HEADER, LINE.replace("99999.99", "0")], 2, "max_amount"),
        ([HEADER, LINE.replace("AV. 5", "")], 2, "line1"),
        ([HEADER, LINE.replace("AV. 5", "x" * 256)], 2, "line1"),
        ([HEADER + ",status", LINE + ",closed"], 2, "status"),
        ([HEADER + ",country_code", LINE + ",MEX"], 2, "country_code"),
    ],
)
def test_a_file_that_is_none(lines: list[str], line: int, field: str) -> None:
    with pytest.raises(BadStoreFile) as refused:
        read_stores(lines)

    assert (refused.value.line, refused.value.field) == (line, field)


async def test_find_by_true_distance_nearest_first(import_stores: ImportStores, stores: Stores) -> None:
    # Longitudes shrink away from the equator: 0.01° east is 1.04 km here, 0.01° north 1.11 km.
    east, north = Point(20.618975, -100.412290), Point(20.628975, -100.422290)
    await import_stores([a_store(1, north), a_store(2, east), a_store(3, QUERETARO), a_store(4, Point(19.43, -99.13))])

    assert await found(stores, QUERETARO, 1.2) == [3, 2, 1]
    assert await found(stores, QUERETARO, 1.05) == [3, 2]
    assert await found(stores, QUERETARO, 0.0) == [3]
    mexico_city = kilometers(QUERETARO, Point(19.43, -99.13))
    assert await found(stores, QUERETARO, mexico_city * 1.0001) == [3, 2, 1, 4]
    assert await found(stores, QUERETARO, mexico_city * 0.9999) == [3, 2, 1]


async def test_find_across_the_date_line_and_the_pole(import_stores: ImportStores, stores: Stores) -> None:
    await import_stores([a_store(1, Point(0, 179.999)), a_store(2, Point(89.999, 90))])

    assert await found(stores, Point(0, -179.999), 1) == [1]
    assert await found(stores, Point(89.999, -90), 1) == [2]


async def test_only_active_stores_that_take_the_amount(import_stores: ImportStores, stores: Stores) -> None:
    closed = a_store(3, QUERETARO, is_active=False)
    await import_stores([a_store(1, QUERETARO, 400_000), a_store(2, QUERETARO, 399_999), closed])

    assert await found(stores, QUERETARO, 1, 400_000) == [1]
    assert await found(stores, QUERETARO, 1, 399_999) == [1, 2]


async def test_no_answer_is_endless(import_stores: ImportStores, stores: Stores) -> None:
    await import_stores([a_store(number, QUERETARO) for number in range(1, FOUND_MAX + 3)])

    assert await found(stores, QUERETARO, 1) == list(range(1, FOUND_MAX + 1))


async def test_import_again_changes_adds_and_removes(import_stores: ImportStores, stores: Stores) -> None:
    old = a_store(1, QUERETARO)
    assert await import_stores([old, a_store(2, QUERETARO)]) == Imported(2, 0)

    assert await import_stores([replace(old, name="new")]) == Imported(1, 0)
    assert await found(stores, QUERETARO, 1) == [1, 2]
    assert await import_stores([replace(old, name="new"), a_store(3, QUERETARO)], replace=True) == Imported(2, 1)

    assert await found(stores, QUERETARO, 1) == [1, 3]
    (first, _) = await stores.near(7, QUERETARO, 1, 1)
    assert first == replace(old, name="new", updated_at=NOON)


@given(
    st.floats(-89, 89),
    st.floats(-180, 180),
    st.floats(0, 360, exclude_max=True),
    st.floats(0.001, 5000),
)
def test_the_box_holds_the_circle(latitude: float, longitude: float, bearing: float, radius: float) -> None:
    centre = Point(latitude, longitude)
    angle, course, at = radius * 0.999 / EARTH_RADIUS_KM, math.radians(bearing), math.radians(latitude)
    sine = math.sin(at) * math.cos(angle) + math.cos(at) * math.sin(angle) * math.cos(course)
    there = math.degrees(math.asin(max(-1.0, min(1.0, sine))))
    aside = math.degrees(
        math.atan2(math.sin(course) * math.sin(angle) * math.cos(at), math.cos(angle) - math.sin(at) * sine)
    )
    beside = (longitude + aside + 540) % 360 - 180

    around = box(centre, radius)

    assert around.south <= there <= around.north
    assert around.west <= beside <= around.east or around == Box(around.south, around.north, -180, 180)
