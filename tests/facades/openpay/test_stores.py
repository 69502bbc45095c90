"""Stores near a place."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from pasarela.core.places.csv_file import read_stores
from pasarela.core.places.model import Point
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.contract.openpay.golden_files import load
from tests.facades.asgi_client import Answer, ask
from tests.facades.fake_platform import FIRST_DAY, PRIVATE, PUBLIC, FakePlatform

QUERY = "latitud=20.618975&longitud=-100.422290&kilometers=1.5&amount=4000"
FILE = [
    "id_store,id,name,chain,max_amount,latitude,longitude,line1,line2,city,state,postal_code,place_id,logo,thumb",
    (
        "4913,115,0503 SAN PABLO -QRO,EXTRA,99999.99,20.618171,-100.421865,AV. 5 DE FEBRERO KM 7.5 NO 1341,SAN PABLO,"
        "QUERETARO,QUERETARO,76030,ChIJwSN2wpNa04URsDryLW517lg,http://www.openpay.mx/logotipos/extra.png,"
        "http://www.openpay.mx/thumb/extra.png"
    ),
]


async def stores(app: DialectApp[Profile], query: str = QUERY, key: str | None = PRIVATE) -> Answer:
    return await ask(app, "GET", f"/stores?{query}", root_path="/openpay", key=key)


async def test_the_printed_call(app: DialectApp[Profile], platform: FakePlatform) -> None:
    printed = msgspec.json.decode(msgspec.json.Encoder(decimal_format="number").encode(load("058-stores-list").answer))
    platform.stores = [replace(store, updated_at=FIRST_DAY) for store in read_stores(FILE)]

    answer = await stores(app)

    assert answer.status == 200
    assert {**answer.json[0], "last_update": None} == {**printed[0], "last_update": None}
    assert answer.json[0]["last_update"] == "2026-01-05T12:30:00-06:00"
    assert b'"max_amount":99999.99' in answer.body
    assert platform.asked == [(Point(20.618975, -100.42229), 1.5, 400_000)]
    assert platform.calls[0].tenant_id == platform.tenant.tenant_id


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("longitud=1&kilometers=1&amount=1", 400, 1001),
        ("latitud=91&longitud=1&kilometers=1&amount=1", 422, 1003),
        ("latitud=1&longitud=-181&kilometers=1&amount=1", 422, 1003),
        ("latitud=1&longitud=1&kilometers=-1&amount=1", 422, 1003),
        ("latitud=nan&longitud=1&kilometers=1&amount=1", 422, 1003),
        ("latitud=1&longitud=1e3&kilometers=1&amount=1", 422, 1003),
        ("latitud=1&longitud=1&kilometers=1&amount=x", 422, 1003),
        ("latitud=1&longitud=1&kilometers=1&amount=1.001", 422, 1003),
    ],
)
async def test_places_that_are_none(
    app: DialectApp[Profile], platform: FakePlatform, query: str, status: int, code: int
) -> None:
    answer = await stores(app, query)

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.asked == []


@pytest.mark.parametrize(
    ("key", "status", "code"), [(None, 401, 1002), ("sk_" + "0" * 32, 401, 1002), (PUBLIC, 403, 1010)]
)
async def test_keys(app: DialectApp[Profile], platform: FakePlatform, key: str | None, status: int, code: int) -> None:
    answer = await stores(app, key=key)

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.asked == []
