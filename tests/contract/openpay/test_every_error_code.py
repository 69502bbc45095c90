"""Every code that Openpay's document or its clients know is provoked over HTTP, on a whole sandbox.

`PROVOKED` says how. A code of the dialect's table that nobody provokes fails a test, which names it.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from pasarela.core.context import Mode
from pasarela.core.tenants.model import TenantStatus
from pasarela.facades.openpay import errors
from tests.contract.openpay.golden_files import HERE, read_json
from tests.facades.openpay.bodies import CARD, changed, without
from tests.factories.receivers import receiving
from tests.factories.shops import fresh_card, fresh_clabe, new_shop
from tests.fixtures_server import MERCHANT, SandboxServer

Provoke = Callable[[SandboxServer], Awaitable[httpx.Response]]

DOCUMENT: Any = read_json(HERE / "errors.json")
OURS = [value for value in vars(errors).values() if isinstance(value, errors.Code)]
NUMBERS = {code.number for code in OURS}

CHARGE = {"method": "card", "card": CARD, "amount": 100, "description": "Cargo"}
RETIRED_BANK = "032180000118359719"

TEST_CARDS = {
    1004: "4000000000000408",
    2009: "4000000000000127",
    3001: "4222222222222220",
    3002: "4000000000000069",
    3003: "4444444444444448",
    3004: "4000000000000119",
    3005: "4000000000000044",
    3006: "4000000000000390",
    3008: "4000000000000382",
    3009: "4000000000000341",
    3010: "4000000000000358",
    3011: "4000000000000366",
    3012: "4000000000000374",
}

_orders = itertools.count(1)


def with_card(number: str) -> Provoke:
    async def provoke(sandbox: SandboxServer) -> httpx.Response:
        return await charge(sandbox, card=changed(CARD, card_number=number))

    return provoke


async def charge(sandbox: SandboxServer, **changes: object) -> httpx.Response:
    body = {**CHARGE, "order_id": f"error-{next(_orders)}", **changes}
    return await sandbox.openpay.post("charges", json=body)


async def internal_error(sandbox: SandboxServer) -> httpx.Response:
    fault = {"target": "api:openpay", "mode": "error:500", "count": 1}
    assert (await sandbox.control.post("faults", json=fault)).status_code == 201
    try:
        return await sandbox.openpay.get("")
    finally:
        await sandbox.control.delete("faults")


async def not_json(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.openpay.post("charges", content=b'{"method":')


async def wrong_key(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.anybody.get(f"/openpay/v1/{MERCHANT}", auth=("sk_" + "0" * 32, ""))


async def wrong_value(sandbox: SandboxServer) -> httpx.Response:
    return await charge(sandbox, amount=10.555)


async def unknown(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.openpay.get("charges/trnobody")


async def one_order_twice(sandbox: SandboxServer) -> httpx.Response:
    assert (await charge(sandbox, order_id="error-twice")).status_code == 200
    return await charge(sandbox, order_id="error-twice")


async def unreachable_bank(sandbox: SandboxServer) -> httpx.Response:
    return await payout(sandbox, 1, RETIRED_BANK)


async def account_disabled(sandbox: SandboxServer) -> httpx.Response:
    async with new_shop(sandbox, "Suspended") as shop:
        await sandbox.platform.core.tenants.change_status(shop.tenant_id, TenantStatus.SUSPENDED)
        return await shop.call("GET", shop.root)


async def too_large(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.openpay.post("charges", content=b"x" * (1024 * 1024 + 1))


async def public_key(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.browser.get("charges")


async def private_key_in_a_page(sandbox: SandboxServer) -> httpx.Response:
    return await sandbox.openpay.post("tokens", json=CARD, headers={"Origin": "https://shop.example"})


async def one_account_twice(sandbox: SandboxServer) -> httpx.Response:
    account = {"clabe": fresh_clabe(), "holder_name": "Ana"}
    assert (await sandbox.openpay.post("bankaccounts", json=account)).status_code == 201
    return await sandbox.openpay.post("bankaccounts", json=account)


async def one_card_twice(sandbox: SandboxServer) -> httpx.Response:
    card = fresh_card()
    assert (await sandbox.openpay.post("cards", json=card)).status_code == 201
    return await sandbox.openpay.post("cards", json=card)


async def one_external_id_twice(sandbox: SandboxServer) -> httpx.Response:
    person = {"name": "Ana", "email": "ana@shop.mx", "external_id": "error"}
    assert (await sandbox.openpay.post("customers", json=person)).status_code == 201
    return await sandbox.openpay.post("customers", json=person)


async def past_expiry(sandbox: SandboxServer) -> httpx.Response:
    return await charge(sandbox, card=changed(fresh_card(), expiration_year="21"))


async def no_security_code(sandbox: SandboxServer) -> httpx.Response:
    return await charge(sandbox, card=without(CARD, "cvv2"))


async def test_card_in_production(sandbox: SandboxServer) -> httpx.Response:
    async with new_shop(sandbox, "Production", Mode.PRODUCTION) as shop:
        return await shop.call("POST", f"{shop.root}/tokens", CARD)


async def card_without_points(sandbox: SandboxServer) -> httpx.Response:
    return await charge(sandbox, use_card_points="ONLY_POINTS")


async def not_enough_money(sandbox: SandboxServer) -> httpx.Response:
    return await payout(sandbox, 90_000_000, fresh_clabe())


async def one_webhook_twice(sandbox: SandboxServer) -> httpx.Response:
    async with receiving() as endpoint:
        webhook = {"url": endpoint.url, "event_types": ["charge.succeeded"]}
        assert (await sandbox.openpay.post("webhooks", json=webhook)).status_code == 201
        return await sandbox.openpay.post("webhooks", json=webhook)


async def nobody_listens(sandbox: SandboxServer) -> httpx.Response:
    async with receiving() as endpoint:
        webhook = {"url": endpoint.url, "event_types": ["charge.succeeded"]}
    return await sandbox.openpay.post("webhooks", json=webhook)


async def endpoint_refuses(sandbox: SandboxServer) -> httpx.Response:
    async with receiving() as endpoint:
        endpoint.status = 500
        return await sandbox.openpay.post("webhooks", json={"url": endpoint.url, "event_types": ["charge.succeeded"]})


async def payout(sandbox: SandboxServer, amount: int, clabe: str) -> httpx.Response:
    account = {"clabe": clabe, "holder_name": "Ana"}
    body = {"method": "bank_account", "bank_account": account, "amount": amount, "description": "Retiro"}
    return await sandbox.openpay.post("payouts", json=body)


PROVOKED: Mapping[int, tuple[Provoke, ...]] = {
    1000: (internal_error,),
    1001: (not_json,),
    1002: (wrong_key,),
    1003: (wrong_value,),
    1004: (with_card(TEST_CARDS[1004]),),
    1005: (unknown,),
    1006: (one_order_twice,),
    1007: (unreachable_bank,),
    1008: (account_disabled,),
    1009: (too_large,),
    1010: (public_key, private_key_in_a_page),
    2001: (one_account_twice,),
    2002: (one_card_twice,),
    2003: (one_external_id_twice,),
    2004: (with_card("4111111111111112"),),
    2005: (past_expiry,),
    2006: (no_security_code,),
    2007: (test_card_in_production,),
    2008: (card_without_points,),
    **{code: (with_card(number),) for code, number in TEST_CARDS.items() if code != 1004},
    4001: (not_enough_money,),
    6001: (one_webhook_twice,),
    6002: (nobody_listens,),
    6003: (endpoint_refuses,),
}

NOT_YET: Mapping[int, str] = {}
"""Codes whose cause this server does not have; their tests fail as soon as it has."""


def cases() -> list[Any]:
    return [
        pytest.param(
            code,
            provoke,
            id=f"{code}-{number}",
            marks=[pytest.mark.xfail(reason=NOT_YET[code])] if code in NOT_YET else [],
        )
        for code, ways in sorted(PROVOKED.items())
        for number, provoke in enumerate(ways, 1)
    ]


def test_every_code_is_provoked() -> None:
    documents = {line["code"] for line in DOCUMENT["errors"]}
    nobody = (documents | NUMBERS) - PROVOKED.keys()
    assert nobody == set(), f"say in PROVOKED of {__name__} how to provoke {sorted(nobody)}"
    assert documents - NOT_YET.keys() <= NUMBERS
    assert len(documents) == 32


@pytest.mark.parametrize(("code", "provoke"), cases())
async def test_error_code(sandbox: SandboxServer, code: int, provoke: Provoke) -> None:
    before = (await sandbox.openpay.get("")).json()["balance"]

    answer = await provoke(sandbox)

    told = answer.json()
    assert told.keys() == {"category", "description", "http_code", "error_code", "request_id", "fraud_rules"}
    assert told["error_code"] == code, told
    assert told["http_code"] == answer.status_code
    assert (answer.status_code, told["category"]) in {(one.status, one.category) for one in OURS if one.number == code}
    assert told["description"]
    assert str(uuid.UUID(told["request_id"])) == told["request_id"] == answer.headers["x-request-id"]
    assert told["fraud_rules"] == []
    if code != 1006:
        assert (await sandbox.openpay.get("")).json()["balance"] == before
