"""The API's own description: complete, valid, and readable without anything from other hosts."""

from __future__ import annotations

import re
from typing import Any

from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.openpay.routes import routes
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import ask


async def described(app: DialectApp[Profile]) -> Any:
    answer = await ask(app, "GET", "/openapi.json")
    assert answer.status == 200
    return answer.json


async def test_every_route_is_in_it(app: DialectApp[Profile]) -> None:
    document = await described(app)

    operations = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert operations == {(route.method, route.address) for route in routes(OPENPAY)}
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(set(ids)) == len(ids)
    assert document["servers"] == [{"url": "http://127.0.0.1:8080/openpay"}]


async def test_all_references_resolve(app: DialectApp[Profile]) -> None:
    document = await described(app)

    named = set(re.findall(r"'#/components/schemas/(\w+)'", repr(document)))
    assert named <= document["components"]["schemas"].keys()
    assert {"ChargeBody", "CardBody", "AddressBody", "ChargeAnswer", "ErrorAnswer"} <= named


async def test_schemas_say_what_the_code_reads(app: DialectApp[Profile]) -> None:
    schemas = (await described(app))["components"]["schemas"]

    assert schemas["ChargeBody"]["required"] == ["method", "amount", "description"]
    assert schemas["ChargeAnswer"]["properties"]["amount"] == {"type": "number"}
    assert schemas["CardBody"]["properties"]["card_number"]["writeOnly"] is True


async def test_filters_are_parameters(app: DialectApp[Profile]) -> None:
    operation = (await described(app))["paths"]["/v1/{merchant}/charges"]["get"]

    names = {parameter["name"] for parameter in operation["parameters"]}
    assert {"merchant", "creation[gte]", "amount[lte]", "status", "limit"} <= names


async def test_the_page_needs_nothing_from_elsewhere(app: DialectApp[Profile]) -> None:
    answer = await ask(app, "GET", "/docs")

    html = answer.body.decode()
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in html
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == ["http://127.0.0.1:8080/openpay/openapi.json"] * 1
    assert "/v1/{merchant}/charges/{charge_id}/refund" in html
    assert "at most 250 characters" in html
