"""Webhooks as a resource."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pasarela.core.webhooks import errors as webhooks
from pasarela.core.webhooks.model import NewWebhook
from pasarela.facades.openpay.wire.webhooks import EVENT_TYPES
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret
from tests.contract.openpay.golden_files import load, missing_keys
from tests.facades.fake_platform import PUBLIC, FakePlatform
from tests.facades.openpay.bodies import changed
from tests.facades.openpay.conftest import Ask

BODY: Any = {
    "url": "http://requestb.in/11vxrsf1",
    "user": "juanito",
    "password": "passjuanito",
    "event_types": ["charge.refunded", "charge.failed", "charge.cancelled", "charge.created", "chargeback.accepted"],
}


def test_the_documents_24_event_types() -> None:
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES)) == 24


async def test_create(api: Ask, platform: FakePlatform) -> None:
    golden = load("051-webhooks-create")
    assert golden.body == BODY

    answer = await api("POST", "/webhooks", BODY)

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json) == []
    webhook_id = answer.json["id"]
    assert webhook_id[0] == "w"
    assert answer.json == {
        "id": webhook_id,
        "url": BODY["url"],
        "user": "juanito",
        "event_types": BODY["event_types"],
        "status": "verified",
    }
    (new,) = platform.asked
    assert isinstance(new, NewWebhook)
    assert (new.webhook_id, new.url, new.user, new.password) == (
        webhook_id,
        BODY["url"],
        "juanito",
        Secret("passjuanito"),
    )
    assert new.verification is not None
    assert msgspec.json.decode(new.verification) == {
        "type": "verification",
        "event_date": "2026-11-23T06:00:00-06:00",
        "verification_code": new.code,
        "id": webhook_id,
    }
    assert len(new.code) == 8
    assert b"passjuanito" not in answer.body
    logged = platform.calls[0].request_body
    assert logged is not None
    assert "passjuanito" not in logged


async def test_codes_differ(api: Ask, platform: FakePlatform) -> None:
    for _ in range(3):
        await api("POST", "/webhooks", BODY)

    assert len(set(platform.webhooks.codes.values())) == 3


async def test_without_credentials_and_with_twins(api: Ask, platform: FakePlatform) -> None:
    body = {"url": "https://a.mx", "event_types": ["verification", "charge.failed", "verification"]}

    answer = await api("POST", "/webhooks", body)

    assert (answer.json["user"], answer.json["event_types"]) == (None, ["verification", "charge.failed"])
    (new,) = platform.asked
    assert isinstance(new, NewWebhook)
    assert new.password is None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"url": None}, 400, 1001),
        ({"url": 7}, 400, 1001),
        ({"url": "x" * 2001}, 422, 1003),
        ({"event_types": None}, 400, 1001),
        ({"event_types": []}, 400, 1001),
        ({"event_types": "charge.failed"}, 400, 1001),
        ({"event_types": [1]}, 400, 1001),
        ({"event_types": ["charge.failed", "charge.lost"]}, 422, 1003),
        ({"user": "x" * 101}, 422, 1003),
        ({"password": ["x"]}, 400, 1001),
    ],
)
async def test_bodies_that_are_none(
    api: Ask, platform: FakePlatform, change: dict[str, object], status: int, code: int
) -> None:
    answer = await api("POST", "/webhooks", changed(BODY, **change))

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.webhooks.held == {}


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (webhooks.WebhookExists(), 409, 6001),
        (webhooks.EndpointNotReached(), 412, 6002),
        (webhooks.EndpointRefused(404), 412, 6003),
        (webhooks.UnusableUrl("url must begin with https://"), 422, 1003),
    ],
)
async def test_refusals(api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int) -> None:
    platform.refusal = refusal

    answer = await api("POST", "/webhooks", BODY)

    assert (answer.status, answer.error_code, answer.json["category"]) == (status, code, "request")


async def test_verify_by_hand(api: Ask, platform: FakePlatform) -> None:
    platform.webhooks.is_slow = True
    created = await api("POST", "/webhooks", BODY)
    webhook_id = created.json["id"]
    assert created.json["status"] == "unverified"

    for wrong in ("00000000", "0" * 9, "x"):
        answer = await api("POST", f"/webhooks/{webhook_id}/verify/{wrong}", "{}")
        assert (answer.status, answer.error_code) == (422, 1003)
    answer = await api("POST", f"/webhooks/{webhook_id}/verify/{platform.webhooks.codes[webhook_id]}", "{}")

    assert (answer.status, answer.json) == (200, {**created.json, "status": "verified"})
    assert platform.calls[-1].subject == webhook_id


async def test_get_list_and_delete(api: Ask, platform: FakePlatform) -> None:
    created = (await api("POST", "/webhooks", BODY)).json

    assert (await api("GET", f"/webhooks/{created['id']}")).json == created
    listed = await api("GET", "/webhooks")
    assert listed.json == [created]
    assert platform.asked[-1] == Page(0, 100)
    assert missing_keys(load("052-webhooks-get").answer, created) == []
    deleted = await api("DELETE", f"/webhooks/{created['id']}")
    assert (deleted.status, deleted.body) == (204, b"")
    for method in ("GET", "DELETE"):
        again = await api(method, f"/webhooks/{created['id']}")
        assert (again.status, again.error_code) == (404, 1005)


async def test_public_keys_may_not(api: Ask, platform: FakePlatform) -> None:
    for method, path in (("POST", "/webhooks"), ("GET", "/webhooks"), ("POST", "/webhooks/w1/verify/12345678")):
        answer = await api(method, path, BODY, key=PUBLIC)
        assert (answer.status, answer.error_code) == (403, 1010)
    assert platform.asked == []
