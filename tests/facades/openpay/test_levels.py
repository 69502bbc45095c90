"""Cards and charges of customers, and who sees which of them."""

from __future__ import annotations

import pytest

from pasarela.core.payments.model import AuthoriseCard, Level, Payer, PaymentFilter
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.facades.openpay.profile import OPENPAY
from pasarela.facades.openpay.routes import C, routes
from pasarela.kernel.paging import CreatedBetween, Page
from tests.contract.openpay.golden_files import load, missing_keys
from tests.facades.fake_platform import PUBLIC, FakePlatform
from tests.facades.openpay.bodies import CARD, CHARGE, changed, without
from tests.facades.openpay.conftest import Ask

HOLDER, GUEST = "aholder", "aguest"
ANA = Payer("Ana", "Cruz", "ana@shop.mx", "55")


@pytest.fixture(autouse=True)
def customers(platform: FakePlatform) -> None:
    platform.customers.add(HOLDER, has_account=True)
    platform.customers.add(GUEST)


async def test_a_customers_card(api: Ask, platform: FakePlatform) -> None:
    golden = load("027-cards-create")

    answer = await api("POST", f"/customers/{HOLDER}/cards", CARD)

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json) == []
    (command,) = platform.asked
    assert isinstance(command, SaveCardCommand)
    assert (command.customer_id, answer.json["customer_id"]) == (HOLDER, HOLDER)


async def test_a_customers_card_from_a_token(api: Ask, platform: FakePlatform) -> None:
    golden = load("028-cards-create-token")

    answer = await api("POST", f"/customers/{GUEST}/cards", {"token_id": "tok1", "device_session_id": "d"})

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json) == []
    assert platform.asked == [
        SaveCardCommand(answer.json["id"], token_id="tok1", customer_id=GUEST, device_session_id="d")
    ]


async def test_a_card_is_found_where_it_is_saved(api: Ask) -> None:
    card_id = (await api("POST", f"/customers/{HOLDER}/cards", CARD)).json["id"]
    places = {"": [], f"/customers/{GUEST}": [], f"/customers/{HOLDER}": [card_id]}

    for place, ids in places.items():
        assert [card["id"] for card in (await api("GET", f"{place}/cards")).json] == ids
        read = await api("GET", f"{place}/cards/{card_id}")
        updated = await api("PUT", f"{place}/cards/{card_id}", {"expiration_year": 31})
        if ids:
            assert (read.status, read.json["customer_id"], updated.status) == (200, HOLDER, 200)
        else:
            deleted = await api("DELETE", f"{place}/cards/{card_id}")
            assert [(one.status, one.error_code) for one in (read, updated, deleted)] == [(404, 1005)] * 3

    assert (await api("DELETE", f"/customers/{HOLDER}/cards/{card_id}")).status == 204
    assert (await api("GET", f"/customers/{HOLDER}/cards/{card_id}")).error_code == 1005


async def test_list_of_a_customers_cards(api: Ask, platform: FakePlatform) -> None:
    await api("GET", f"/customers/{HOLDER}/cards?limit=2")

    assert platform.asked == [(HOLDER, CreatedBetween(), Page(0, 2))]


@pytest.mark.parametrize(("customer_id", "his_own"), [(HOLDER, True), (GUEST, False)])
async def test_a_customers_charge(api: Ask, platform: FakePlatform, customer_id: str, his_own: bool) -> None:
    answer = await api("POST", f"/customers/{customer_id}/charges", CHARGE)

    assert answer.status == 200
    (command,) = platform.asked
    assert isinstance(command, AuthoriseCard)
    assert (command.customer_id, command.credits_customer, command.payer) == (customer_id, his_own, ANA)
    assert answer.json["customer_id"] == customer_id
    assert "customer" not in answer.json


async def test_capture_and_refund_at_customer_level(api: Ask) -> None:
    place = f"/customers/{HOLDER}/charges"
    held = (await api("POST", place, changed(CHARGE, capture=False))).json

    captured = await api("POST", f"{place}/{held['id']}/capture", {"amount": "100.00"})
    refunded = await api("POST", f"{place}/{held['id']}/refund", {"description": "devolución", "amount": "100.00"})
    read = await api("GET", f"{place}/{held['id']}")

    assert missing_keys(load("008-charges-capture").answer, captured.json) == []
    assert missing_keys(load("009-charges-refund").answer, refunded.json) == []
    assert missing_keys(load("010-charges-get").answer, read.json) == []
    assert read.json == refunded.json
    assert read.json["refund"]["customer_id"] == HOLDER


@pytest.mark.parametrize(
    ("made_at", "seen_at"),
    [
        ("", {""}),
        (f"/customers/{HOLDER}", {f"/customers/{HOLDER}"}),
        (f"/customers/{GUEST}", {"", f"/customers/{GUEST}"}),
    ],
)
async def test_a_charge_is_found_at_its_levels(api: Ask, made_at: str, seen_at: set[str]) -> None:
    charge = (await api("POST", f"{made_at}/charges", changed(CHARGE, capture=False))).json
    levels = {"", f"/customers/{HOLDER}", f"/customers/{GUEST}"}

    for place in levels - seen_at:
        for method, path in [("GET", ""), ("POST", "/capture"), ("POST", "/refund")]:
            answer = await api(method, f"{place}/charges/{charge['id']}{path}")
            assert (answer.status, answer.error_code) == (404, 1005)
        assert (await api("GET", f"{place}/charges")).json == []
    for place in seen_at:
        assert (await api("GET", f"{place}/charges/{charge['id']}")).json == charge
        assert (await api("GET", f"{place}/charges")).json == [charge]


async def test_filters_at_customer_level(api: Ask, platform: FakePlatform) -> None:
    await api("GET", f"/customers/{HOLDER}/charges?order_id=oid-1&limit=2")

    assert platform.asked == [(PaymentFilter(order_id="oid-1", level=Level(HOLDER)), Page(0, 2))]


AT_CUSTOMER_LEVEL = [route for route in routes(OPENPAY) if route.address.startswith((f"{C}/cards", f"{C}/charges"))]


@pytest.mark.parametrize("customer_id", ["anobody", "x" * 46, "a.b"])
@pytest.mark.parametrize("route", AT_CUSTOMER_LEVEL, ids=lambda route: f"{route.method} {route.address}")
async def test_an_unknown_customer_is_1005(api: Ask, platform: FakePlatform, route: object, customer_id: str) -> None:
    assert hasattr(route, "address")
    assert hasattr(route, "method")
    path = route.address.replace("/v1/{merchant}", "").format(customer_id=customer_id, card_id="k1", charge_id="tr1")

    answer = await api(route.method, path, changed(CARD, **CHARGE))

    assert (answer.status, answer.error_code) == (404, 1005)
    assert platform.asked == []


async def test_public_keys_save_and_update_customers_cards_and_nothing_else(api: Ask, platform: FakePlatform) -> None:
    origin = {"origin": "https://shop.example"}
    saved = await api("POST", f"/customers/{HOLDER}/cards", CARD, key=PUBLIC, headers=origin)
    updated = await api("PUT", f"/customers/{HOLDER}/cards/{saved.json['id']}", {}, key=PUBLIC, headers=origin)
    listed = await api("GET", f"/customers/{HOLDER}/cards", key=PUBLIC)
    charged = await api("POST", f"/customers/{HOLDER}/charges", without(CHARGE, "customer"), key=PUBLIC)
    read = await api("GET", f"/customers/{HOLDER}", key=PUBLIC)

    assert (saved.status, updated.status) == (201, 200)
    assert [(one.status, one.error_code) for one in (listed, charged, read)] == [(403, 1010)] * 3
