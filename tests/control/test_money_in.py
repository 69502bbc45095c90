"""`/stores`, `/wallets` and `/spei/deposits`: payers who come with money, through the whole stack."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.fixtures_server import SandboxServer

_orders = itertools.count(1)

ASKED = {"amount": 100, "description": "Cargo"}


async def charge(sandbox: SandboxServer, **fields: Any) -> dict[str, Any]:
    body = {**ASKED, "order_id": f"money-in-{next(_orders)}", **fields}
    answer = await sandbox.openpay.post("/charges", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def status_of(sandbox: SandboxServer, made: dict[str, Any]) -> str:
    shown: str = (await sandbox.openpay.get(f"/charges/{made['id']}")).json()["status"]
    return shown


async def balanced(sandbox: SandboxServer) -> bool:
    told: dict[str, Any] = (await sandbox.control.get("/ledger/verify")).json()
    return bool(told["balanced"])


@pytest.mark.parametrize("key", ["reference", "paybin_reference"])
async def test_a_till_takes_what_is_asked_for(sandbox: SandboxServer, key: str) -> None:
    made = await charge(sandbox, method="store")
    reference = made["payment_method"][key]
    for amount, code in ((90, "short"), (110, "over")):
        refused = await sandbox.control.post("/stores/payments", json={"reference": reference, "amount": amount})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, code)
    taken = await sandbox.control.post("/stores/payments", json={"reference": reference})
    assert (taken.status_code, taken.json()["outcome"], taken.json()["charge_id"]) == (200, "completed", made["id"])
    assert await status_of(sandbox, made) == "completed"
    again = await sandbox.control.post("/stores/payments", json={"reference": reference})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "second")
    assert await balanced(sandbox)


async def test_a_till_knows_no_other_reference(sandbox: SandboxServer) -> None:
    answer = await sandbox.control.post("/stores/payments", json={"reference": "000020NOBODY", "amount": 5})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "unknown_reference")


async def test_a_transfer_completes_its_charge(sandbox: SandboxServer) -> None:
    made = await charge(sandbox, method="bank_account")
    where = made["payment_method"]
    deposit = {"clabe": where["clabe"], "reference": where["name"], "amount": 120}
    assert (await sandbox.control.post("/spei/deposits", json=deposit)).status_code == 200
    await sandbox.control.post("/clock", json={"advance": "PT1S"})
    assert await status_of(sandbox, made) == "completed"
    assert await balanced(sandbox)


async def test_a_transfer_to_a_customers_clabe_is_his(sandbox: SandboxServer) -> None:
    person = {"name": "Ana", "email": "ana@payments.com", "requires_account": True}
    owner = (await sandbox.openpay.post("/customers", json=person)).json()
    deposit = {"clabe": owner["clabe"], "amount": "75.50"}
    assert (await sandbox.control.post("/spei/deposits", json=deposit)).status_code == 200
    await sandbox.control.post("/clock", json={"advance": "PT1S"})
    assert (await sandbox.openpay.get(f"/customers/{owner['id']}")).json()["balance"] == 75.5
    cash = {"reference": owner["store"]["reference"], "amount": 20}
    assert (await sandbox.control.post("/stores/payments", json=cash)).json()["outcome"] == "credited"
    assert (await sandbox.openpay.get(f"/customers/{owner['id']}")).json()["balance"] == 95.5
    assert await balanced(sandbox)


@pytest.mark.parametrize(("call", "reached"), [("approve", "completed"), ("reject", "failed")])
async def test_a_wallet_is_answered_once(sandbox: SandboxServer, call: str, reached: str) -> None:
    made = await charge(sandbox, method="alipay", redirect_url="http://www.example.com/back")
    answer = await sandbox.control.post(f"/wallets/{made['id']}/{call}")
    assert answer.status_code == 200, answer.text
    assert await status_of(sandbox, made) == reached
    for other in ("approve", "reject"):
        refused = await sandbox.control.post(f"/wallets/{made['id']}/{other}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_waiting")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/stores/payments", b'{"reference":"\\u0000"}'),
        ("POST", "/wallets/%00/approve", b""),
        ("POST", "/spei/orders/%00/settle", b""),
        ("GET", "/requests?tenant=%00", b""),
    ],
)
async def test_a_nul_is_refused(sandbox: SandboxServer, method: str, path: str, body: bytes) -> None:
    answer = await sandbox.control.request(method, path, content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_value")
