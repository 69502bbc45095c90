"""Customers: what calls say about them, what answers print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pasarela.core.customers import errors
from pasarela.core.customers.model import CustomerChanges, CustomerFilter, NewCustomer
from pasarela.kernel.paging import CreatedBetween, Page
from tests.contract.openpay.golden_files import HERE, load, missing_keys, read_json
from tests.facades.fake_platform import FakePlatform
from tests.facades.openpay.bodies import ADDRESS, CUSTOMER, changed, without
from tests.facades.openpay.conftest import Ask

BARCODE = "http://127.0.0.1:8080/openpay/barcode/OPENPAY02DQ35YOY7?width=1&height=45&text=false"


async def test_create(api: Ask, platform: FakePlatform) -> None:
    golden = load("019-customers-create")

    answer = await api("POST", "/customers", golden.body)

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json) == []
    assert platform.asked == [NewCustomer(answer.json["id"], "customer name", None, "customer_email@me.com")]
    assert answer.json["id"][0] == "a"
    assert answer.json == {
        "id": answer.json["id"],
        "name": "customer name",
        "last_name": None,
        "email": "customer_email@me.com",
        "phone_number": None,
        "address": None,
        "creation_date": "2026-11-23T06:00:00-06:00",
        "external_id": None,
        "store": {"reference": "OPENPAY02DQ35YOY7", "barcode_url": BARCODE},
        "clabe": "646180109400423323",
        "status": None,
        "balance": None,
    }


async def test_create_with_an_account(api: Ask, platform: FakePlatform) -> None:
    example: Any = read_json(HERE / "objects" / "customer.json")

    answer = await api("POST", "/customers", changed(CUSTOMER, requires_account="true", external_id=7))

    assert missing_keys(example["example"], answer.json) == []
    assert platform.asked == [
        NewCustomer(
            answer.json["id"],
            "Rodrigo",
            "Velazco Perez",
            "rodrigo.velazco@payments.com",
            "4425667045",
            ADDRESS,
            "7",
            has_account=True,
        )
    ]
    assert (answer.json["status"], answer.json["address"]) == ("active", ADDRESS)
    assert b'"balance":103.50' in answer.body


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (without(CUSTOMER, "name"), 400, 1001, "name"),
        (without(CUSTOMER, "email"), 400, 1001, "email"),
        (changed(CUSTOMER, name=""), 400, 1001, "name"),
        (changed(CUSTOMER, name=7), 400, 1001, "name"),
        (changed(CUSTOMER, address="x"), 400, 1001, "address"),
        (changed(CUSTOMER, address=without(ADDRESS, "city")), 400, 1001, "address.city"),
        (changed(CUSTOMER, requires_account="perhaps"), 400, 1001, "requires_account"),
        (changed(CUSTOMER, email="rodrigo"), 422, 1003, "email"),
        (changed(CUSTOMER, email="a@b@c"), 422, 1003, "email"),
        (changed(CUSTOMER, email="x" * 95 + "@me.mx"), 422, 1003, "email"),
        (changed(CUSTOMER, name="x" * 101), 422, 1003, "name"),
        (changed(CUSTOMER, last_name="x" * 101), 422, 1003, "last_name"),
        (changed(CUSTOMER, phone_number="5" * 101), 422, 1003, "phone_number"),
        (changed(CUSTOMER, external_id="x" * 101), 422, 1003, "external_id"),
        (changed(CUSTOMER, name="a\0b"), 422, 1003, "name"),
    ],
)
async def test_bad_bodies(
    api: Ask, platform: FakePlatform, body: dict[str, Any], status: int, code: int, field: str
) -> None:
    answer = await api("POST", "/customers", body)

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.calls[-1].field == field
    assert (platform.asked, platform.customers.kept) == ([], {})


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (errors.ExternalIdTaken(), 409, 2003),
        (errors.CustomerIdTaken(), 409, 1006),
        (errors.BalanceLeft(), 422, 1003),
        (errors.UnknownCustomer("a1"), 404, 1005),
    ],
)
async def test_refusals(api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int) -> None:
    platform.customers.add("a1")
    platform.refusal = refusal

    answers = [
        await api("POST", "/customers", CUSTOMER),
        await api("PUT", "/customers/a1", CUSTOMER),
        await api("DELETE", "/customers/a1"),
    ]

    assert {(answer.status, answer.error_code) for answer in answers} == {(status, code)}
    assert list(platform.customers.kept) == ["a1"]


async def test_update(api: Ask, platform: FakePlatform) -> None:
    golden = load("020-customers-update")
    platform.customers.add("a1")

    answer = await api("PUT", "/customers/a1", golden.body)

    assert answer.status == 200
    assert missing_keys(golden.answer, answer.json) == []
    sent: Any = golden.body
    assert platform.asked == [
        CustomerChanges("customer name", None, "customer_email@me.com", "44209087654", sent["address"])
    ]
    assert (answer.json["last_name"], answer.json["address"]) == ("Cruz", sent["address"])


async def test_the_whole_object_may_come_back(api: Ask, platform: FakePlatform) -> None:
    platform.customers.add("a1", has_account=True)
    read = (await api("GET", "/customers/a1")).json

    answer = await api("PUT", "/customers/a1", changed(read, status=None, balance=None, requires_account=False))

    assert (answer.status, answer.json) == (200, read)
    assert platform.asked[-1] == CustomerChanges("Ana", "Cruz", "ana@shop.mx", "55")


async def test_an_update_names_him(api: Ask, platform: FakePlatform) -> None:
    platform.customers.add("a1")

    for missing in ("name", "email"):
        answer = await api("PUT", "/customers/a1", without(CUSTOMER, missing))
        assert (answer.status, answer.error_code) == (400, 1001)

    assert platform.asked == []


async def test_get_and_delete(api: Ask, platform: FakePlatform) -> None:
    golden = load("021-customers-get")
    platform.customers.add("a1")

    read = await api("GET", "/customers/a1")
    deleted = await api("DELETE", "/customers/a1")
    gone = await api("GET", "/customers/a1")

    assert read.status == 200
    assert missing_keys(golden.answer, read.json, except_for=["$.address"]) == []
    assert (deleted.status, deleted.body) == (204, b"")
    assert (gone.status, gone.error_code) == (404, 1005)
    assert gone.json["description"] == "The customer with id 'a1' does not exist"


async def test_list(api: Ask, platform: FakePlatform) -> None:
    golden = load("023-customers-list")
    platform.customers.add("a1", has_account=True)
    platform.customers.add("a2")

    answer = await api("GET", "/customers?creation[gte]=2026-11-01&creation[lte]=2026-11-30&limit=2&offset=4")

    assert missing_keys(golden.answer, answer.json[:1]) == []
    assert [customer["id"] for customer in answer.json] == ["a1", "a2"]
    november = CreatedBetween(datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC))
    assert platform.asked == [(CustomerFilter(created=november), Page(4, 2))]


async def test_list_by_external_id(api: Ask, platform: FakePlatform) -> None:
    await api("GET", "/customers?external_id=cliente1&creation=")

    assert platform.asked == [(CustomerFilter("cliente1"), Page())]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "creation=now", "external_id=" + "x" * 101, "offset=-1"])
async def test_bad_filters_are_1003(api: Ask, platform: FakePlatform, query: str) -> None:
    answer = await api("GET", f"/customers?{query}")

    assert (answer.status, answer.error_code, platform.asked) == (422, 1003, [])
