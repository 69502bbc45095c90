"""Checkouts as a resource."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.checkouts.errors import ExpiryPassed
from pasarela.core.checkouts.model import CheckoutFilter, CheckoutStatus, NewCheckout
from pasarela.core.payments.errors import OrderIdTaken
from pasarela.core.payments.model import Payer
from pasarela.kernel.paging import CreatedBetween, Page
from tests.facades.fake_platform import PUBLIC, FakePlatform, mxn
from tests.facades.openpay.bodies import changed
from tests.facades.openpay.conftest import Ask
from tests.fakes.stopped_clock import NOON

BODY: Any = {
    "amount": 250,
    "currency": "MXN",
    "description": "Cargo cobro con link",
    "redirect_url": "https://misitioempresa.mx",
    "order_id": "oid-66393",
    "expiration_date": "2026-11-30 12:50",
    "send_email": "true",
    "customer": {
        "name": "Cliente",
        "last_name": "Vazquez Juarez",
        "phone_number": "4448936475",
        "email": "juan.vazquez@empresa.mx",
    },
}


async def test_create(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/checkouts", BODY)

    assert answer.status == 200
    (new,) = platform.asked
    assert isinstance(new, NewCheckout)
    payer = Payer("Cliente", "Vazquez Juarez", "juan.vazquez@empresa.mx", "4448936475")
    assert (new.amount, new.order_id, new.payer, new.send_email) == (mxn(25_000), "oid-66393", payer, True)
    assert (new.checkout_id[:2], new.payment_id[:2], len(new.link_token)) == ("ch", "tr", 32)
    assert answer.json == {
        "id": new.checkout_id,
        "amount": 250.00,
        "description": "Cargo cobro con link",
        "order_id": "oid-66393",
        "currency": "MXN",
        "iva": None,
        "status": "available",
        "checkout_link": f"http://127.0.0.1:8080/openpay/checkout/{new.link_token}",
        "creation_date": "2026-11-23T06:00:00-06:00",
        "expiration_date": "2026-11-30T12:50:00-06:00",
        "redirect_url": "https://misitioempresa.mx",
        "customer_id": None,
        "customer": {
            **BODY["customer"],
            "address": None,
            "creation_date": "2026-11-23T06:00:00-06:00",
            "external_id": None,
            "clabe": None,
        },
        "transaction": None,
    }
    assert b'"amount":250.00' in answer.body


async def test_of_a_customer(api: Ask, platform: FakePlatform) -> None:
    customer = (await api("POST", "/customers", {"name": "Ana", "email": "ana@empresa.mx"})).json["id"]

    made = await api("POST", f"/customers/{customer}/checkouts", changed(BODY, customer=None))

    assert (made.json["customer_id"], made.json["customer"]["name"]) == (customer, "Ana")
    path = f"/customers/{customer}/checkouts"
    assert (await api("GET", f"{path}/{made.json['id']}")).json == made.json
    assert (await api("GET", path)).json == [made.json]
    assert (await api("GET", f"/checkouts/{made.json['id']}")).json == made.json
    stranger = await api("POST", "/customers/anobody/checkouts", BODY)
    assert (stranger.status, stranger.error_code) == (404, 1005)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount": None}, 400, 1001),
        ({"amount": 0}, 422, 1003),
        ({"amount": "x"}, 400, 1001),
        ({"description": None}, 400, 1001),
        ({"currency": "EUR"}, 422, 1003),
        ({"redirect_url": "javascript:alert(1)"}, 422, 1003),
        ({"redirect_url": "https://"}, 422, 1003),
        ({"redirect_url": "http://[x"}, 422, 1003),
        ({"expiration_date": "tomorrow"}, 422, 1003),
        ({"expiration_date": 7}, 400, 1001),
        ({"order_id": "x" * 101}, 422, 1003),
    ],
)
async def test_bodies_that_are_none(
    api: Ask, platform: FakePlatform, change: dict[str, object], status: int, code: int
) -> None:
    answer = await api("POST", "/checkouts", changed(BODY, **change))

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.checkouts.held == {}


@pytest.mark.parametrize(
    ("refusal", "status", "code"), [(OrderIdTaken("oid-66393", "tr1"), 409, 1006), (ExpiryPassed(), 422, 1003)]
)
async def test_refusals(api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int) -> None:
    platform.refusal = refusal

    answer = await api("POST", "/checkouts", BODY)

    assert (answer.status, answer.error_code) == (status, code)


async def test_get_by_order_id(api: Ask) -> None:
    made = await api("POST", "/checkouts", changed(BODY, order_id="oid 7/á"))

    assert (await api("GET", "/checkouts/oid-7")).error_code == 1005
    assert (await api("GET", f"/checkouts/{'x' * 101}")).error_code == 1005
    assert (await api("GET", f"/checkouts/{made.json['id']}")).json == made.json


async def test_list(api: Ask, platform: FakePlatform) -> None:
    made = await api("POST", "/checkouts", BODY)

    answer = await api("GET", "/checkouts?status=EXPIRED&order_id=oid-1&limit=5&offset=2")

    assert answer.json == [made.json]
    wanted = CheckoutFilter(None, "oid-1", CheckoutStatus.EXPIRED, CreatedBetween())
    assert platform.asked[-1] == (wanted, Page(2, 5), NOON)
    assert (await api("GET", "/checkouts?status=lost")).error_code == 1003


async def test_change(api: Ask, platform: FakePlatform) -> None:
    made = await api("POST", "/checkouts", changed(BODY, expiration_date=None))
    path = f"/checkouts/{made.json['id']}"
    platform.clock.advance(days=2)
    assert (await api("GET", path)).json["status"] == "expired"

    offered = await api("PUT", f"{path}?status=available", {"expiration_date": "2026-11-26 13:43"})

    assert (offered.status, offered.json["status"]) == (200, "available")
    assert offered.json["expiration_date"] == "2026-11-26T13:43:00-06:00"
    cancelled = await api("PUT", path, {"status": "cancelled"})
    assert cancelled.json["status"] == "cancelled"
    again = await api("PUT", f"{path}?status=available", {})
    assert (again.status, again.error_code) == (422, 1003)
    assert platform.checkouts.held[made.json["id"]].expires_at > NOON + timedelta(days=3)
    assert (await api("PUT", "/checkouts/ch0?status=expired")).error_code == 1005


async def test_public_keys_may_not(api: Ask, platform: FakePlatform) -> None:
    for method in ("POST", "GET"):
        assert (await api(method, "/checkouts", BODY, key=PUBLIC)).error_code == 1010
    assert platform.asked == []
