"""Card charges that their payers confirm, on a page or on the telephone, as the dialect reads and prints them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.payments.model import ConfirmBy, RefundPayment, RequestPayment, SavedSource
from pasarela.core.payments.waiting import CancelWaiting, PayWaiting
from tests.facades.fake_platform import MERCHANT, FakePlatform
from tests.facades.openpay.bodies import CHARGE
from tests.facades.openpay.conftest import Ask

BACK = "http://www.openpay.mx/index.html"
BY_PAGE = {
    "method": "card",
    "amount": 100,
    "description": "Cargo",
    "confirm": "false",
    "send_email": "false",
    "redirect_url": BACK,
}
BY_PHONE = {"method": "card", "amount": 100, "description": "Cargo IVR", "confirm": "ivr"}


async def test_a_charge_to_be_confirmed_on_a_page(api: Ask, platform: FakePlatform) -> None:
    charge: dict[str, Any] = (await api("POST", "/charges", BY_PAGE)).json
    assert (charge["status"], charge["method"], charge["authorization"]) == ("charge_pending", "card", None)
    assert charge["payment_method"] == {
        "type": "redirect",
        "url": f"http://127.0.0.1:8080/openpay/v1/{MERCHANT}/charges/{charge['id']}/card_capture",
    }
    assert "card" not in charge
    [asked] = platform.asked
    assert isinstance(asked, RequestPayment)
    assert (asked.confirm, asked.capture, asked.details) == (ConfirmBy.PAGE, True, {"redirect_url": BACK})
    assert asked.due_at == platform.clock.now() + timedelta(hours=24)


async def test_what_the_page_has_to_know(api: Ask, platform: FakePlatform) -> None:
    more = {"confirm": False, "send_email": True, "use_3d_secure": "true", "payment_plan": {"payments": 3}}
    due = {"due_date": "2026-02-01T10:00:00Z", "capture": False}
    answer = await api("POST", "/charges", {**BY_PAGE, **more, **due})
    assert answer.status == 200
    [asked] = platform.asked
    assert isinstance(asked, RequestPayment)
    assert asked.details == {"redirect_url": BACK, "send_email": True, "use_3d_secure": True, "payments": 3}
    assert (asked.due_at.isoformat(), asked.capture) == ("2026-02-01T10:00:00+00:00", False)
    assert answer.json["due_date"] == "2026-02-01T04:00:00-06:00"


async def test_a_charge_to_be_paid_on_the_telephone(api: Ask, platform: FakePlatform) -> None:
    charge: dict[str, Any] = (await api("POST", "/charges", BY_PHONE)).json
    method = charge["payment_method"]
    assert method.keys() == {"type", "phone_number", "ivr_key", "attempts"}
    assert (method["type"], method["phone_number"], method["attempts"]) == ("ivr", "525588969143", 0)
    assert 100_000 <= method["ivr_key"] <= 999_999
    assert "due_date" in charge
    [asked] = platform.asked
    assert isinstance(asked, RequestPayment)
    assert (asked.confirm, asked.details["ivr_key"]) == (ConfirmBy.IVR, str(method["ivr_key"]))


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"redirect_url": None}, 400, 1001, "redirect_url"),
        ({"amount": 0}, 422, 1003, "amount"),
        ({"due_date": "soon"}, 422, 1003, "due_date"),
        ({"payment_plan": {"payments": 4}}, 422, 1003, "payment_plan"),
        ({"confirm": "maybe"}, 422, 1003, "confirm"),
        ({"confirm": "ivr", "use_3d_secure": True}, 422, 1003, "use_3d_secure"),
    ],
)
async def test_it_refuses(
    api: Ask, platform: FakePlatform, change: dict[str, Any], status: int, code: int, field: str
) -> None:
    answer = await api("POST", "/charges", {**BY_PAGE, **change})
    assert (answer.status, answer.error_code) == (status, code)
    assert field in answer.json["description"]
    assert platform.asked == []


async def test_confirm_pays_with_a_token(api: Ask, platform: FakePlatform) -> None:
    charge = (await api("POST", "/charges", BY_PAGE)).json
    body = {"token_id": "tokabc", "device_session_id": "d1", "payments": 3}
    paid = await api("POST", f"/charges/{charge['id']}/confirm", body)
    assert (paid.status, paid.json["id"], paid.json["status"]) == (200, charge["id"], "completed")
    asked = platform.asked[-1]
    assert isinstance(asked, PayWaiting)
    assert (asked.source, asked.instalments, asked.device_session_id) == (SavedSource("tokabc"), 3, "d1")
    assert (asked.details, asked.confirm) == ({"payments": 3}, ConfirmBy.PAGE)


@pytest.mark.parametrize(
    ("body", "code"), [({}, 1001), ({"token_id": "tokabc", "payments": 4}, 1003), ({"token_id": "tokabc"}, 1003)]
)
async def test_confirm_refuses(api: Ask, platform: FakePlatform, body: dict[str, Any], code: int) -> None:
    charge = (await api("POST", "/charges", {**BY_PAGE, "use_3d_secure": True})).json
    answer = await api("POST", f"/charges/{charge['id']}/confirm", body)
    assert answer.error_code == code
    assert not any(isinstance(asked, PayWaiting) for asked in platform.asked)


async def test_cancel_ends_what_waits_and_what_is_held(api: Ask, platform: FakePlatform) -> None:
    waits = (await api("POST", "/charges", BY_PAGE)).json
    held = (await api("POST", "/charges", {**CHARGE, "capture": False})).json
    for charge, verb in ((waits, CancelWaiting), (held, RefundPayment)):
        answer = await api("POST", f"/charges/{charge['id']}/cancel")
        assert (answer.status, answer.json["status"]) == (200, "cancelled")
        assert sum(isinstance(asked, verb) for asked in platform.asked) == 1
