"""Who may call what: keys, browsers, and that nobody learns which part of a wrong pair is wrong."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from pasarela.core.tenants.errors import TenantDisabled
from pasarela.facades.openpay.dialect import application
from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import ask, basic
from tests.facades.fake_platform import MERCHANT, PRIVATE, PUBLIC, FakePlatform
from tests.facades.openpay.bodies import CARD, CHARGE
from tests.facades.openpay.conftest import Ask

PAGE = {"Origin": "https://shop.example"}


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        f"Bearer {PRIVATE}",
        f"Basic {PRIVATE}",
        "Basic " + base64.b64encode(PRIVATE.encode()).decode(),
        "Basic " + base64.b64encode(b":" + PRIVATE.encode()).decode(),
        "Basic " + base64.b64encode("sk_ñ:".encode()).decode(),
        "Basic " + base64.b64encode(b"sk_\0:").decode(),
        basic("sk_" + "0" * 32),
        basic("x" * 1000),
    ],
)
async def test_no_good_key(api: Ask, platform: FakePlatform, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    answer = await api("POST", "/charges", CHARGE, key=None, headers=headers)

    assert (answer.status, answer.error_code) == (401, 1002)
    assert answer.headers["www-authenticate"] == 'Basic realm="Openpay"'
    assert platform.asked == []
    assert platform.calls[-1].tenant_id is None
    assert platform.calls[-1].request_body is None


@pytest.mark.parametrize("merchant", ["m00000000000000000000", "x%00y", "ñ", "m-1", "m" * 100])
async def test_an_unknown_merchant_looks_like_a_wrong_key(app: DialectApp[Profile], merchant: str) -> None:
    wrong_key = await ask(app, "GET", f"/v1/{MERCHANT}", key="sk_" + "0" * 32)

    answer = await ask(app, "GET", f"/v1/{merchant}", key=PRIVATE)

    assert (answer.status, answer.error_code) == (401, 1002)
    assert answer.json["description"] == wrong_key.json["description"]


async def test_a_password_is_not_looked_at(api: Ask) -> None:
    pair = base64.b64encode(f"{PRIVATE}:secret".encode()).decode()

    answer = await api("GET", key=None, headers={"Authorization": f"basic {pair}"})

    assert answer.status == 200


async def test_a_disabled_account_is_1008(
    app: DialectApp[Profile], platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def disabled(*_: object) -> None:
        raise TenantDisabled

    services = replace(platform.services, authenticate=disabled)  # type: ignore[arg-type] # it never answers

    answer = await ask(application(services), "GET", f"/v1/{MERCHANT}", key=PRIVATE)

    assert (answer.status, answer.error_code) == (423, 1008)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("POST", "/tokens", CARD, 201), ("POST", "/cards", CARD, 201), ("PUT", "/cards/k1", {"cvv2": "000"}, 404)],
)
async def test_a_public_key_makes_cards_and_tokens(api: Ask, method: str, path: str, body: object, status: int) -> None:
    answer = await api(method, path, body, key=PUBLIC, headers=PAGE)

    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/charges"),
        ("GET", "/charges"),
        ("GET", "/cards"),
        ("GET", "/cards/k1"),
        ("DELETE", "/cards/k1"),
        ("GET", "/tokens/tok1"),
        ("GET", ""),
    ],
)
async def test_a_public_key_does_nothing_else(api: Ask, platform: FakePlatform, method: str, path: str) -> None:
    answer = await api(method, path, key=PUBLIC)

    assert (answer.status, answer.error_code) == (403, 1010)
    assert platform.asked == []
    assert platform.calls[-1].rule == "auth.private_key"


async def test_a_private_key_in_a_page_is_1010(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/tokens", CARD, headers=PAGE)

    assert (answer.status, answer.error_code) == (403, 1010)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert platform.asked == []
    assert platform.calls[-1].rule == "auth.private_key_in_browser"


async def test_without_public_keys_a_public_key_does_nothing(platform: FakePlatform) -> None:
    app = application(platform.services, replace(OPENPAY, public_keys=False))

    answer = await ask(app, "POST", f"/v1/{MERCHANT}/tokens", CARD, key=PUBLIC, headers=PAGE)

    assert (answer.status, answer.error_code) == (403, 1010)
    assert "access-control-allow-origin" not in answer.headers


async def test_a_browser_asks_first(api: Ask) -> None:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-trace"}

    answer = await api("OPTIONS", "/cards", key=None, headers={**PAGE, **wanted})

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "authorization,x-trace"
    assert "content-length" not in answer.headers


async def test_a_browser_may_not_ask_for_charges(api: Ask) -> None:
    answer = await api("OPTIONS", "/charges", key=None, headers=PAGE)

    assert answer.status == 405
    assert "access-control-allow-origin" not in answer.headers


async def test_the_caller_reaches_the_core(api: Ask, platform: FakePlatform) -> None:
    answer = await api("POST", "/charges", CHARGE, headers={"X-Sandbox-Outcome": "decline:51"})

    caller = platform.callers[-1]
    assert (caller.tenant_id, caller.api, caller.account) == (7, "openpay", MERCHANT)
    assert (caller.outcome, caller.request_id) == ("decline:51", answer.headers["x-request-id"])


async def test_outcomes_are_checked_in_the_sandbox_and_ignored_elsewhere(api: Ask, platform: FakePlatform) -> None:
    wish = {"X-Sandbox-Outcome": "explode"}
    refused = await api("POST", "/charges", CHARGE, headers=wish)
    assert (refused.status, refused.error_code) == (422, 1003)

    production = application(replace(platform.services, sandbox=False))
    answer = await ask(production, "POST", f"/v1/{MERCHANT}/charges", CHARGE, key=PRIVATE, headers=wish)

    assert answer.status == 200
    assert platform.callers[-1].outcome is None
