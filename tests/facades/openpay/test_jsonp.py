"""Script elements that call a page back, and the device collector's calls."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from pasarela.core.vault.errors import UnsupportedBrand
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import Answer, ask
from tests.facades.fake_platform import MERCHANT, PRIVATE, PUBLIC, FakePlatform
from tests.facades.openpay.conftest import Ask

CALLBACK = "var idData=1700000000001;getResultData"
CARD = {
    "holderName": "Juan Pérez",
    "cardNumber": "4111111111111111",
    "cvv2": "110",
    "expirationMonth": "12",
    "expirationYear": "29",
    "address.line1": "Av 5 de Febrero",
    "address.postalCode": "76900",
    "address.city": "Querétaro",
    "address.state": "Queretaro",
    "address.countryCode": "MX",
}


def credentials(key: str) -> str:
    return base64.b64encode(f"{key}:".encode()).decode()


async def called_back(app: DialectApp[Profile], values: dict[str, str], resource: str = "tokens") -> tuple[Answer, Any]:
    target = f"/v1/{MERCHANT}/{resource}/jsonp?{urlencode(values)}"
    answer = await ask(app, "GET", target, root_path="/openpay")
    match = re.fullmatch(rf"/\*\*/{re.escape(values.get('callback', 'callback'))}\((.*)\);", answer.body.decode())
    return answer, json.loads(match[1]) if match else None


async def test_a_token(app: DialectApp[Profile], platform: FakePlatform) -> None:
    answer, told = await called_back(app, {**CARD, "callback": CALLBACK, "apiKey": credentials(PUBLIC)})

    assert (answer.status, answer.headers["content-type"]) == (200, "application/javascript; charset=utf-8")
    assert told["httpStatus"] == 200
    assert told["data"]["id"][:3] == "tok"
    assert told["data"]["card"]["card_number"] == "411111XXXXXX1111"
    assert told["data"]["card"]["address"]["postal_code"] == "76900"
    assert platform.tokens.keys() == {told["data"]["id"]}
    (logged,) = platform.calls
    assert logged.tenant_id == platform.tenant.tenant_id
    assert logged.query is not None
    for secret in ("4111111111111111", "110", credentials(PUBLIC)):
        assert secret not in logged.query.replace("411111XXXXXX1111", "")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"apiKey": credentials("pk_" + "0" * 32)}, 401, 1002),
        ({"apiKey": ""}, 401, 1002),
        ({"apiKey": credentials(PRIVATE)}, 403, 1010),
        ({"cardNumber": "4111111111111112"}, 422, 2004),
        ({"cardNumber": ""}, 400, 1001),
        ({"expirationMonth": "13"}, 422, 1003),
        ({"address": "x"}, 400, 1001),
    ],
)
async def test_refusals_are_told_to_the_page(
    app: DialectApp[Profile], platform: FakePlatform, change: dict[str, str], status: int, code: int
) -> None:
    answer, told = await called_back(app, {**CARD, "callback": CALLBACK, "apiKey": credentials(PUBLIC), **change})

    assert answer.status == 200
    assert (told["httpStatus"], told["http_code"], told["error_code"]) == (status, status, code)
    assert told["error"] == told["description"]
    assert platform.tokens == {}
    assert platform.calls[0].error_code == str(code)


async def test_a_refusal_of_the_core(app: DialectApp[Profile], platform: FakePlatform) -> None:
    platform.refusal = UnsupportedBrand()

    _, told = await called_back(app, {**CARD, "apiKey": credentials(PUBLIC)})

    assert told["error_code"] == 1003


@pytest.mark.parametrize("callback", ["alert(1)//", "a b", "<x>", "x;y", "var a=1;b;c", "(", "a" * 62])
async def test_callbacks_that_are_programs(app: DialectApp[Profile], platform: FakePlatform, callback: str) -> None:
    answer, told = await called_back(app, {**CARD, "callback": callback, "apiKey": credentials(PUBLIC)})

    assert (answer.status, answer.error_code, told) == (422, 1003, None)
    assert platform.tokens == {}


async def test_antifraud_keys_are_empty(app: DialectApp[Profile], api: Ask) -> None:
    assert (await api("GET", "/antifraudkeys", key=PUBLIC)).json == {"data": ""}
    _, told = await called_back(app, {"callback": CALLBACK, "apiKey": credentials(PUBLIC)}, "antifraudkeys")

    assert told == {"httpStatus": 200, "data": ""}


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/antifraud/undefined/components?s=DNCSvrdBWvvskSihugcNfNZQ3PrzKe7L", "text/html; charset=utf-8"),
        ("/antifraud/sc.js", "application/javascript; charset=utf-8"),
        ("/logo.htm?m=203000&s=x", "text/html; charset=utf-8"),
        ("/logo.gif?m=203000&s=x", "image/gif"),
    ],
)
async def test_the_device_collector(app: DialectApp[Profile], path: str, media_type: str) -> None:
    answer = await ask(app, "GET", path, root_path="/openpay")

    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert answer.body


async def test_a_session_is_text_not_markup(app: DialectApp[Profile]) -> None:
    answer = await ask(app, "GET", "/antifraud/m/components?s=%22%3E%3Cscript%3E", root_path="/openpay")

    assert b"<script" not in answer.body
    assert b"&quot;&gt;&lt;script&gt;" in answer.body
