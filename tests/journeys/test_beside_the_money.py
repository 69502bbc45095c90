"""Calls beside the money, against a running sandbox: stores, bar codes, first digits, script elements."""

from __future__ import annotations

import base64
import io
import json

import zxingcpp
from PIL import Image

from tests.fixtures_server import MERCHANT, PRIVATE_KEY, PUBLIC_KEY, SandboxServer


async def test_stores_near_the_printed_place(sandbox: SandboxServer) -> None:
    query = {"latitud": "20.618975", "longitud": "-100.422290", "kilometers": "1.5", "amount": "4000"}

    answer = await sandbox.anybody.get("/openpay/stores", params=query, auth=(PRIVATE_KEY, ""))

    assert answer.status_code == 200
    assert [store["id_store"] for store in answer.json()] == [4913, 4726]


async def test_stores_all_over_the_country(sandbox: SandboxServer) -> None:
    query = {"latitud": "19.43", "longitud": "-99.13", "kilometers": "3000", "amount": "9000"}

    answer = await sandbox.anybody.get("/openpay/stores", params=query, auth=(PRIVATE_KEY, ""))

    found = answer.json()
    assert len(found) > 200
    assert min(store["paynet_chain"]["max_amount"] for store in found) >= 9000


async def test_a_bar_code(sandbox: SandboxServer) -> None:
    answer = await sandbox.anybody.get("/openpay/barcode/OPENPAY02DQ35YOY7?width=1&height=45&text=false")

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("L"))
    assert (found.format.name, found.text) == ("Code128", "OPENPAY02DQ35YOY7")


async def test_a_token_from_a_script_element_pays(sandbox: SandboxServer) -> None:
    query = {
        "cardNumber": "4111111111111111",
        "holderName": "Juan Perez",
        "expirationYear": "30",
        "expirationMonth": "12",
        "cvv2": "110",
        "callback": "var idData=1;getResultData",
        "apiKey": base64.b64encode(f"{PUBLIC_KEY}:".encode()).decode(),
    }

    script = await sandbox.anybody.get(f"/openpay/v1/{MERCHANT}/tokens/jsonp", params=query)
    token = json.loads(script.text.removeprefix("/**/var idData=1;getResultData(").removesuffix(");"))["data"]["id"]
    charge = await sandbox.openpay.post(
        "/charges", json={"method": "card", "source_id": token, "amount": 10, "description": "JSONP"}
    )

    assert (charge.status_code, charge.json()["status"]) == (200, "completed")


async def test_first_digits(sandbox: SandboxServer) -> None:
    assert (await sandbox.openpay.get("/bines/man/424242")).json()["type"] == "credit"
    promotions = await sandbox.anybody.get(f"/openpay/v1/{MERCHANT}/bines/424242/promotions")
    assert promotions.json()["cardType"] == "CREDIT"
    card_type = await sandbox.anybody.get("/openpay/v1/cards/validate-bin?bin=411111")
    assert card_type.json()["card_type"] == "DEBIT"


async def test_a_checkout(sandbox: SandboxServer) -> None:
    body = {"amount": 250, "description": "Cobro con link", "order_id": "oid-checkout", "redirect_url": "https://a.mx"}

    made = (await sandbox.openpay.post("/checkouts", json=body)).json()

    assert made["status"] == "available"
    assert (await sandbox.openpay.get(f"/checkouts/{made['id']}")).json() == made
    assert (await sandbox.openpay.get("/checkouts/oid-checkout")).json() == made
    charge = {"method": "card", "source_id": "kqgykn96i7bcs1wwhvgw", "amount": 1, "description": "x"}
    twins = [
        await sandbox.openpay.post("/checkouts", json=body),
        await sandbox.openpay.post("/charges", json={**charge, "order_id": "oid-checkout"}),
    ]
    assert [(answer.status_code, answer.json()["error_code"]) for answer in twins] == [(409, 1006)] * 2
    cancelled = await sandbox.openpay.put(f"/checkouts/{made['id']}?status=cancelled", json={})
    assert cancelled.json() == {**made, "status": "cancelled"}
    assert cancelled.json() in (await sandbox.openpay.get("/checkouts")).json()
