"""Charges: what becomes of a request on its way to the core, and of a payment on its way back."""

from __future__ import annotations

from typing import Any

import pytest

from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    OrderIdTaken,
    OutcomeUnknown,
    PaymentDeclined,
    SourceSpent,
    UnknownSource,
)
from pasarela.core.payments.model import (
    AuthoriseCard,
    CapturePayment,
    InlineCard,
    Payer,
    RefundPayment,
    SavedSource,
)
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency
from pasarela.kernel.secret import Secret
from tests.contract.openpay.golden_files import load, missing_keys
from tests.facades.fake_platform import FakePlatform, a_card, mxn
from tests.facades.openpay.bodies import ADDRESS, CARD, CHARGE, changed, without
from tests.facades.openpay.conftest import Ask


async def test_a_charge_by_source(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/charges", changed(CHARGE, amount="100.50", cvv2="123"))

    assert answer.status == 200
    (command,) = platform.asked
    assert command == AuthoriseCard(
        payment_id=answer.json["id"],
        source=SavedSource("kqgykn96i7bcs1wwhvgw", Secret("123")),
        amount=mxn(10_050),
        order_id="oid-00051",
        description="Cargo inicial a mi cuenta",
        payer=Payer("Juan", "Vazquez Juarez", "juan.vazquez@empresa.com.mx", "4423456723"),
        device_session_id="kR1MiQhz2otdIuUlQkbEyitIqVMiI16f",
        settles_in=Currency.MXN,
        client_ip="192.0.2.7",
    )
    assert answer.json["id"].startswith("tr")
    assert len(answer.json["id"]) == 20


async def test_the_answer_prints_every_key_of_the_document(api: Ask) -> None:
    golden = load("002-charges-create-source")

    answer = await api("POST", "/charges", golden.body_bytes)

    assert missing_keys(golden.answer, answer.json, except_for=golden.doubtful_answer_keys) == []
    assert b'"amount":100.00,' in answer.body
    assert b'"fee":{"amount":2.79,"tax":0.4464,"currency":"MXN"}' in answer.body
    assert answer.json["creation_date"] == "2026-11-23T06:00:00-06:00"
    assert answer.json["card"]["expiration_month"] == "12"


async def test_a_charge_with_a_card(api: Ask, platform: FakePlatform) -> None:
    card = changed(CARD, expiration_year=29, expiration_month=12, card_number=4111111111111111, address=ADDRESS)
    body = changed(without(CHARGE, "source_id"), card=card, capture="FALSE")

    answer = await api("POST", "/charges", body)

    (command,) = platform.asked
    assert isinstance(command, AuthoriseCard)
    assert isinstance(command.source, InlineCard)
    assert (command.source.card.pan, command.source.card.cvv) == (a_card().pan, Secret("110"))
    assert command.source.address == ADDRESS
    assert command.capture is False
    assert answer.json["status"] == "in_progress"
    assert "fee" not in answer.json
    assert (answer.json["card"]["id"], answer.json["card"]["creation_date"]) == (None, None)
    assert answer.json["card"]["card_number"] == "411111XXXXXX1111"


async def test_card_id_says_the_same_as_source_id(api: Ask, platform: FakePlatform) -> None:
    await api("POST", "/charges", changed(without(CHARGE, "source_id"), card_id="k1"))

    (command,) = platform.asked
    assert isinstance(command, AuthoriseCard)
    assert command.source == SavedSource("k1")


async def test_what_clients_leave_out(api: Ask, platform: FakePlatform) -> None:
    body = {"method": "card", "source_id": "k1", "amount": 1, "description": "x", "order_id": None, "capture": None}

    answer = await api("POST", "/charges", body)

    (command,) = platform.asked
    assert isinstance(command, AuthoriseCard)
    assert (command.order_id, command.payer, command.device_session_id, command.capture) == (None, None, None, True)
    assert "customer" not in answer.json


async def test_months_without_interest(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/charges", changed(CHARGE, payment_plan={"payments": "6"}))

    (command,) = platform.asked
    assert isinstance(command, AuthoriseCard)
    assert command.instalments == 6
    assert answer.json["payment_plan"] == {"payments": "6"}


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"method": None}, "method", "wire.required"),
        ({"amount": None}, "amount", "wire.required"),
        ({"description": " "}, "description", "wire.required"),
        ({"source_id": None}, "source_id", "wire.required"),
        ({"amount": "x"}, "amount", "wire.type"),
        ({"amount": True}, "amount", "wire.type"),
        ({"order_id": 7}, "order_id", "wire.type"),
        ({"customer": "Juan"}, "customer", "wire.type"),
        ({"customer": {"address": {"line1": "x"}}}, "customer.address.postal_code", "wire.required"),
        ({"metadata": "x"}, "metadata", "wire.type"),
        ({"cvv2": "abc"}, "cvv2", "wire.type"),
        ({"capture": "maybe"}, "capture", "wire.type"),
    ],
)
async def test_malformed_is_1001(
    api: Ask, platform: FakePlatform, changes: dict[str, Any], field: str, rule: str
) -> None:
    answer = await api("POST", "/charges", changed(CHARGE, **changes))

    assert (answer.status, answer.error_code) == (400, 1001)
    assert field in answer.json["description"]
    assert (platform.calls[-1].field, platform.calls[-1].rule) == (field, rule)
    assert platform.asked == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": "cheque"}, "method"),
        ({"method": "store", "amount": 10_000}, "amount"),
        ({"method": "alipay", "amount": "5", "currency": "USD", "redirect_url": "https://x.mx"}, "currency"),
        ({"amount": -1}, "amount"),
        ({"amount": "10.555"}, "amount"),
        ({"currency": "EUR"}, "currency"),
        ({"description": "x" * 251}, "description"),
        ({"order_id": "x" * 101}, "order_id"),
        ({"source_id": "x" * 46}, "source_id"),
        ({"device_session_id": "x" * 256}, "device_session_id"),
        ({"description": "a\0b"}, "description"),
        ({"confirm": "maybe"}, "confirm"),
        ({"use_card_points": "SOME"}, "use_card_points"),
        ({"payment_plan": {"payments": 7}}, "payment_plan.payments"),
        ({"customer": {"address": {**ADDRESS, "country_code": "MEX"}}}, "customer.address.country_code"),
    ],
)
async def test_a_wrong_value_is_1003(api: Ask, platform: FakePlatform, changes: dict[str, Any], field: str) -> None:
    answer = await api("POST", "/charges", changed(CHARGE, **changes))

    assert (answer.status, answer.error_code) == (422, 1003)
    assert answer.json["description"].startswith(field)
    assert platform.calls[-1].field == field
    assert platform.asked == []


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"card_number": "4111111111111112"}, 422, 2004, "card_number"),
        ({"card_number": "9999999999999995"}, 422, 1003, "card_number"),
        ({"expiration_year": "25"}, 400, 2005, "expiration_year"),
        ({"expiration_year": 26, "expiration_month": 10}, 400, 2005, "expiration_year"),
        ({"cvv2": None}, 400, 2006, "cvv2"),
        ({"cvv2": ""}, 400, 2006, "cvv2"),
        ({"cvv2": "12"}, 412, 2009, "cvv2"),
        ({"cvv2": "12345"}, 412, 2009, "cvv2"),
        ({"expiration_year": "1999"}, 422, 1003, "expiration_year"),
        ({"expiration_month": 13}, 422, 1003, "card.expiration_month"),
        ({"card_number": "41111111111"}, 422, 1003, "card.card_number"),
        ({"card_number": "abc"}, 400, 1001, "card.card_number"),
        ({"holder_name": None}, 400, 1001, "card.holder_name"),
    ],
)
async def test_a_card_that_cannot_pay(
    api: Ask, platform: FakePlatform, changes: dict[str, Any], status: int, code: int, field: str
) -> None:
    body = changed(without(CHARGE, "source_id"), card=changed(CARD, **changes))

    answer = await api("POST", "/charges", body)

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.calls[-1].field == field
    assert platform.asked == []


@pytest.mark.parametrize(
    ("refusal", "status", "code", "category"),
    [
        (OrderIdTaken("oid-00051", "tr1"), 409, 1006, "request"),
        (UnknownSource(), 404, 1005, "request"),
        (SourceSpent(), 422, 1003, "request"),
        (OutcomeUnknown("tr1"), 503, 1004, "internal"),
    ],
)
async def test_refusals_of_the_core(
    api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int, category: str
) -> None:
    platform.refusal = refusal

    answer = await api("POST", "/charges", CHARGE)

    assert (answer.status, answer.error_code) == (status, code)
    assert (answer.json["http_code"], answer.json["category"]) == (status, category)
    assert answer.json["fraud_rules"] == []
    assert answer.json["request_id"] == answer.headers["x-request-id"] == platform.calls[-1].request_id


async def test_a_risk_refusal_names_the_rules(api: Ask, platform: FakePlatform) -> None:
    await api("POST", "/charges", CHARGE)
    declined = next(iter(platform.payments.values()))
    platform.refusal = PaymentDeclined(declined, Decline.RISK_REFUSED, "", ("Card in black list",))

    answer = await api("POST", "/charges", CHARGE)

    assert (answer.status, answer.error_code) == (402, 3005)
    assert answer.json["category"] == "gateway"
    assert answer.json["fraud_rules"] == ["Card in black list"]
    assert platform.calls[-1].subject is not None


@pytest.mark.parametrize("body", [b"", b"{}", b'"{}"', {"amount": None}])
async def test_capture_of_everything(api: Ask, platform: FakePlatform, body: object) -> None:
    held = (await api("POST", "/charges", changed(CHARGE, capture=False))).json

    answer = await api("POST", f"/charges/{held['id']}/capture", body)

    assert answer.status == 200
    command = platform.asked[-1]
    assert isinstance(command, CapturePayment)
    assert (command.payment_id, command.amount) == (held["id"], None)
    assert command.operation_id != held["id"]
    assert answer.json["status"] == "completed"
    assert platform.calls[-1].subject == held["id"]


async def test_capture_of_a_part(api: Ask, platform: FakePlatform) -> None:
    golden = load("008-charges-capture")
    held = (await api("POST", "/charges", changed(CHARGE, capture=False))).json

    answer = await api("POST", f"/charges/{held['id']}/capture", {"amount": "60.50"})

    command = platform.asked[-1]
    assert isinstance(command, CapturePayment)
    assert command.amount == mxn(6_050)
    assert b'"amount":60.50,' in answer.body
    assert missing_keys(golden.answer, answer.json, except_for=["$.customer_id"]) == []


async def test_refund(api: Ask, platform: FakePlatform) -> None:
    golden = load("009-charges-refund")
    paid = (await api("POST", "/charges", CHARGE)).json
    await api("POST", f"/charges/{paid['id']}/refund", {"amount": 30, "description": "una parte"})

    answer = await api("POST", f"/charges/{paid['id']}/refund", {"description": "devolución"})

    command = platform.asked[-2]
    assert isinstance(command, RefundPayment)
    assert (command.amount, command.description) == (None, "devolución")
    assert missing_keys(golden.answer, answer.json, except_for=["$.customer_id", "$.refund.customer_id"]) == []
    assert [refund["amount"] for refund in answer.json["refunds"]] == [30, 70]
    assert answer.json["refund"] == answer.json["refunds"][-1]
    assert answer.json["refund"]["id"] == command.operation_id
    assert answer.json["status"] == "completed"


async def test_refund_of_what_was_only_held_cancels(api: Ask, platform: FakePlatform) -> None:
    held = (await api("POST", "/charges", changed(CHARGE, capture=False))).json

    answer = await api("POST", f"/charges/{held['id']}/refund")

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert "refund" not in answer.json


@pytest.mark.parametrize("refusal", [NotInState("tr1", "completed", "capture"), AmountTooLarge()])
@pytest.mark.parametrize("verb", ["capture", "refund"])
async def test_too_late_or_too_much_is_1003(api: Ask, platform: FakePlatform, refusal: Exception, verb: str) -> None:
    platform.refusal = refusal

    answer = await api("POST", f"/charges/tr1/{verb}", {"amount": 1})

    assert (answer.status, answer.error_code) == (422, 1003)


async def test_get(api: Ask) -> None:
    made = await api("POST", "/charges", CHARGE)

    answer = await api("GET", f"/charges/{made.json['id']}")

    assert (answer.status, answer.body) == (200, made.body)


@pytest.mark.parametrize("charge_id", ["tr0", "x" * 46, "a.b", "%00", "ñ"])
async def test_an_unknown_charge_is_1005(api: Ask, charge_id: str) -> None:
    answer = await api("GET", f"/charges/{charge_id}")

    assert (answer.status, answer.error_code) == (404, 1005)
