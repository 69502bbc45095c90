"""Card charges with 3-D Secure, as the dialect reads and prints them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.authentication.model import PreparePayment
from pasarela.core.payments.errors import SourceSpent
from pasarela.core.payments.model import AuthoriseCard, ConfirmBy, InlineCard, SavedSource
from tests.facades.fake_platform import MERCHANT, FakePlatform
from tests.facades.openpay.bodies import CARD, CHARGE
from tests.facades.openpay.conftest import Ask

BACK = "http://www.openpay.mx/index.html"
SECURE: dict[str, Any] = {**CHARGE, "use_3d_secure": "true", "redirect_url": BACK}


async def test_a_charge_to_be_authenticated_answers_where_its_payer_goes(api: Ask, platform: FakePlatform) -> None:
    charge: dict[str, Any] = (await api("POST", "/charges", SECURE)).json

    assert (charge["status"], charge["method"], charge["authorization"]) == ("charge_pending", "card", None)
    assert charge["payment_method"] == {
        "type": "redirect",
        "url": f"http://127.0.0.1:8080/openpay/v1/{MERCHANT}/charges/{charge['id']}/redirect/",
    }
    assert charge["card"]["card_number"] == "411111XXXXXX1111"
    [asked] = platform.asked
    assert isinstance(asked, PreparePayment)
    assert asked.source == SavedSource("kqgykn96i7bcs1wwhvgw")
    assert (asked.request.confirm, asked.request.capture) == (ConfirmBy.THREE_D_SECURE, True)
    assert asked.request.details == {"redirect_url": BACK, "use_3d_secure": True}
    assert asked.request.due_at == platform.clock.now() + timedelta(hours=24)
    assert (asked.terms.device_session_id, asked.terms.client_ip) == (CHARGE["device_session_id"], "192.0.2.7")


async def test_the_card_may_come_with_the_call(api: Ask, platform: FakePlatform) -> None:
    body = {**SECURE, "source_id": None, "card": CARD, "use_3d_secure": True, "capture": False}
    plan = {"payment_plan": {"payments": 6}, "due_date": "2026-02-01T10:00:00Z", "order_id": "oid-3ds"}
    answer = await api("POST", "/charges", {**body, **plan})

    assert answer.status == 200
    [asked] = platform.asked
    assert isinstance(asked, PreparePayment)
    assert isinstance(asked.source, InlineCard)
    assert (asked.source.card.pan.reveal(), asked.terms.instalments) == (CARD["card_number"], 6)
    assert (asked.request.capture, asked.request.order_id) == (False, "oid-3ds")
    assert asked.request.due_at.isoformat() == "2026-02-01T10:00:00+00:00"
    assert asked.request.details["payments"] == 6


@pytest.mark.parametrize("said", ["false", False, "FALSE", None])
async def test_a_charge_that_is_not_to_be_authenticated_is_charged(
    api: Ask, platform: FakePlatform, said: object
) -> None:
    answer = await api("POST", "/charges", {**CHARGE, "use_3d_secure": said, "redirect_url": BACK})

    assert answer.json["status"] == "completed"
    assert isinstance(platform.asked[0], AuthoriseCard)


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"redirect_url": None}, 400, 1001, "redirect_url"),
        ({"redirect_url": "javascript:alert(1)"}, 422, 1003, "redirect_url"),
        ({"redirect_url": "tienda.mx"}, 422, 1003, "redirect_url"),
        ({"use_3d_secure": "maybe"}, 400, 1001, "use_3d_secure"),
        ({"use_3d_secure": 1}, 400, 1001, "use_3d_secure"),
        ({"source_id": None}, 400, 1001, "source_id"),
        ({"amount": 0}, 422, 1003, "amount"),
        ({"payment_plan": {"payments": 4}}, 422, 1003, "payment_plan.payments"),
        ({"source_id": None, "card": {**CARD, "card_number": "4111111111111112"}}, 422, 2004, None),
        (
            {"source_id": None, "card": {**CARD, "expiration_year": "20", "expiration_month": "1"}},
            400,
            2005,
            "expiration_year",
        ),
        ({"source_id": None, "card": {**CARD, "cvv2": None}}, 400, 2006, "cvv2"),
    ],
)
async def test_it_refuses(
    api: Ask, platform: FakePlatform, change: dict[str, Any], status: int, code: int, field: str | None
) -> None:
    answer = await api("POST", "/charges", {**SECURE, **change})

    assert (answer.status, answer.error_code) == (status, code)
    if field is not None:
        assert platform.calls[-1].field == field
    assert platform.asked == []


async def test_a_token_that_was_used_is_1003(api: Ask, platform: FakePlatform) -> None:
    platform.refusal = SourceSpent()

    assert (await api("POST", "/charges", SECURE)).error_code == 1003
