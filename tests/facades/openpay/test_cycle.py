"""What happens around a handler: bodies, sizes, slashes, bugs, the log, repeated calls."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import msgspec
import pytest

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import BODY_BYTES_MAX, DialectApp
from tests.facades.asgi_client import ask, basic
from tests.facades.fake_platform import MERCHANT, PRIVATE, FakePlatform
from tests.facades.openpay.bodies import CARD, CHARGE, changed, without
from tests.facades.openpay.conftest import Ask

LARGE = changed(CHARGE, metadata=["x" * BODY_BYTES_MAX])


@pytest.mark.parametrize("body", [b"[]", b"null", b"{", b'{"a":1,"a":2}', b"\xff", b'"text"'])
async def test_not_json_is_1001(api: Ask, platform: FakePlatform, body: bytes) -> None:
    answer = await api("POST", "/charges", body)

    assert (answer.status, answer.error_code) == (400, 1001)
    assert platform.calls[-1].rule == "wire.json"
    assert platform.asked == []


@pytest.mark.parametrize("body", [b"", b"{}", b'"{}"'])
async def test_nothing_lacks_its_fields(api: Ask, platform: FakePlatform, body: bytes) -> None:
    answer = await api("POST", "/charges", body)

    assert (answer.status, answer.error_code) == (400, 1001)
    assert answer.json["description"] == "method is required"


async def test_too_large_is_1009(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/charges", LARGE)

    assert (answer.status, answer.error_code) == (413, 1009)
    assert platform.asked == []


async def test_too_large_by_its_announcement(api: Ask) -> None:
    for length in (str(BODY_BYTES_MAX + 1), "9" * 5_000):
        answer = await api("POST", "/charges", chunks=[], headers={"Content-Length": length})

        assert (answer.status, answer.error_code) == (413, 1009)


async def test_too_large_in_pieces_stops_early(api: Ask) -> None:
    pieces = [b"x" * 65_536] * 40

    answer = await api("POST", "/charges", chunks=pieces)

    assert (answer.status, answer.error_code) == (413, 1009)


async def test_a_body_in_pieces(api: Ask) -> None:
    whole = msgspec.json.encode(CHARGE)

    answer = await api("POST", "/charges", chunks=[whole[:10], b"", whole[10:]])

    assert answer.status == 200


async def test_nobody_is_answered_when_the_caller_has_gone(app: DialectApp[Profile], platform: FakePlatform) -> None:
    sent: list[object] = []
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> MutableMapping[str, Any]:
        return messages.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/v1/{MERCHANT}/charges",
        "query_string": b"",
        "headers": [(b"authorization", basic(PRIVATE).encode())],
        "client": None,
    }
    await app(scope, receive, send)

    assert (sent, platform.asked) == ([], [])


@pytest.mark.parametrize("path", ["/charges/", "//charges", "/charges//"])
async def test_slashes_make_no_difference(api: Ask, path: str) -> None:
    assert (await api("POST", path, CHARGE)).status == 200


@pytest.mark.parametrize("path", ["/nothing", "/charges/tr1/nothing", "/cards/k1/x/y", "/../.."])
async def test_unknown_paths_are_1005(app: DialectApp[Profile], path: str) -> None:
    answer = await ask(app, "GET", f"/v1/{MERCHANT}{path}")

    assert (answer.status, answer.error_code) == (404, 1005)


@pytest.mark.parametrize(("method", "path"), [("PATCH", "/charges"), ("DELETE", "/charges/tr1"), ("HEAD", "")])
async def test_unsupported_methods_are_error_objects(api: Ask, method: str, path: str) -> None:
    answer = await api(method, path)

    assert (answer.status, answer.error_code, answer.json["http_code"]) == (405, 1005, 405)
    assert answer.headers["allow"]


async def test_at_the_root_of_a_host(app: DialectApp[Profile]) -> None:
    assert (await ask(app, "GET", f"/v1/{MERCHANT}", key=PRIVATE)).status == 200


async def test_a_bug_is_1000_and_in_the_log_only(
    api: Ask, platform: FakePlatform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.refusal = ValueError("the card 4111111111111111 is odd")

    with caplog.at_level(logging.ERROR):
        answer = await api("POST", "/charges", CHARGE)

    assert (answer.status, answer.error_code) == (500, 1000)
    assert b"odd" not in answer.body
    assert "the card 411111XXXXXX1111 is odd" in caplog.text
    assert "4111111111111111" not in caplog.text
    assert answer.headers["x-request-id"] in caplog.text


async def test_the_log_has_the_call_without_secrets(api: Ask, platform: FakePlatform) -> None:
    body = changed(without(CHARGE, "source_id"), card=CARD)

    answer = await api("POST", "/charges?x=1", body)

    (logged,) = platform.calls
    assert logged.request_id == answer.headers["x-request-id"]
    assert (logged.api, logged.account, logged.tenant_id) == ("openpay", MERCHANT, 7)
    assert (logged.method, logged.path, logged.query) == ("POST", f"/openpay/v1/{MERCHANT}/charges", "x=1")
    assert (logged.status, logged.error_code, logged.rule, logged.field) == (200, None, None, None)
    assert (logged.subject, logged.client) == (answer.json["id"], "192.0.2.7")
    assert logged.answer_body == answer.body.decode()
    assert logged.request_body is not None
    assert '"card_number":"411111XXXXXX1111"' in logged.request_body
    assert '"cvv2":"***"' in logged.request_body
    assert 0 <= logged.duration_us < 60_000_000


async def test_the_log_has_nothing_of_a_form(api: Ask, platform: FakePlatform) -> None:
    await api("POST", "/tokens", b"card_number=4111111111111111&cvv2=110")

    assert platform.calls[-1].request_body == "card_number=XXXXXXXXXXXXXXXX&cvvX=XXX"


async def test_the_same_key_is_answered_the_same(api: Ask, platform: FakePlatform) -> None:
    key = {"Idempotency-Key": "a-key"}
    first = await api("POST", "/charges", CHARGE, headers=key)

    again = await api("POST", "/charges", CHARGE, headers=key)

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(platform.asked) == 1


async def test_refusals_are_repeated_too(api: Ask) -> None:
    key = {"Idempotency-Key": "a-key"}
    first = await api("POST", "/charges", changed(CHARGE, amount=0), headers=key)

    again = await api("POST", "/charges", changed(CHARGE, amount=0), headers=key)

    assert first.error_code == 1003
    assert again.body == first.body


async def test_another_request_under_the_same_key_is_1006(api: Ask, platform: FakePlatform) -> None:
    key = {"Idempotency-Key": "a-key"}
    await api("POST", "/charges", CHARGE, headers=key)

    for method, path, body in (("POST", "/charges", changed(CHARGE, amount=7)), ("POST", "/tokens", CHARGE)):
        answer = await api(method, path, body, headers=key)

        assert (answer.status, answer.error_code) == (409, 1006)
        assert platform.calls[-1].rule == "idempotency.same_request"
    assert len(platform.asked) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ñ"])
async def test_a_key_that_cannot_be_one(api: Ask, platform: FakePlatform, key: str) -> None:
    answer = await api("POST", "/charges", CHARGE, headers={"Idempotency-Key": key})

    assert (answer.status, answer.error_code) == (422, 1003)
    assert platform.asked == []


async def test_keys_are_for_posts(api: Ask, platform: FakePlatform) -> None:
    saved = (await api("POST", "/cards", CARD)).json

    for _ in range(2):
        await api("PUT", f"/cards/{saved['id']}", {"cvv2": "000"}, headers={"Idempotency-Key": "a-key"})

    assert platform.answers == {}
