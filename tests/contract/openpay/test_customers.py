"""The document's requests about customers, their cards and their card charges, against a sandbox with demo data.

Reads come before what changes them, as `demo.json` orders them; the whole module shares one sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import httpx
import pytest

from pasarela.kernel import base10, clabe
from tests.contract.openpay.golden_files import Golden, Json, load, missing_keys
from tests.fixtures_server import SandboxServer

IN_ORDER = [
    "021-customers-get",
    "023-customers-list",
    "029-cards-get",
    "032-cards-list",
    "008-charges-capture",
    "009-charges-refund",
    "010-charges-get",
    "019-customers-create",
    "020-customers-update",
    "027-cards-create",
    "028-cards-create-token",
    "033-cards-update",
    "022-customers-delete",
    "031-cards-delete",
]


CARD = {
    "card_number": "4111111111111111",
    "holder_name": "Ana",
    "expiration_year": "40",
    "expiration_month": "12",
    "cvv2": "110",
}


async def ask(sandbox: SandboxServer, golden: Golden) -> httpx.Response:
    """Sends the request as it is printed, with only the host changed."""
    return await sandbox.anybody.request(
        golden.method,
        f"/openpay{golden.path}",
        params=golden.query or None,
        content=golden.body_bytes,
        headers=golden.headers,
        auth=(golden.auth, ""),
    )


def lacks(golden: Golden, answer: httpx.Response, except_for: Collection[str] = ()) -> list[str]:
    return missing_keys(golden.answer, answer.json(), except_for=[*golden.doubtful_answer_keys, *except_for])


@pytest.mark.parametrize("name", IN_ORDER)
async def test_printed_request(sandbox: SandboxServer, name: str) -> None:
    golden = load(name)

    answer = await ask(sandbox, golden)

    assert answer.status_code == golden.status, answer.text
    if golden.has_answer:
        assert lacks(golden, answer) == []
    else:
        assert answer.content in (b"", b"{}")


async def test_what_was_deleted_is_gone(sandbox: SandboxServer) -> None:
    for path in ("customers/anbnldwgni1way3yp2dw", "customers/ag4nktpdzebjiye1tlze/cards/ktrpvymgatocelsciak7"):
        answer = await sandbox.openpay.get(path)
        assert (answer.status_code, answer.json()["error_code"]) == (404, 1005)


async def test_the_demo_customers_are_as_printed(sandbox: SandboxServer) -> None:
    printed = {customer["id"]: customer for customer in _objects(load("023-customers-list"))}

    listed = (await sandbox.openpay.get("customers", params={"limit": 100})).json()

    for customer in listed:
        said = printed.get(customer["id"], {})
        known = {key: value for key, value in said.items() if key in ("name", "last_name", "email", "phone_number")}
        assert {key: customer[key] for key in known} == known
        assert clabe.valid(customer["clabe"])
        assert base10.valid(customer["store"]["reference"])
    assert printed.keys() <= {customer["id"] for customer in listed}
    assert len({customer["clabe"] for customer in listed}) == len(listed)


async def test_balances_are_as_printed_and_the_ledgers(sandbox: SandboxServer) -> None:
    printed = {"cpjdhf754ythr65yu9k7q": b'"balance":142.50', "cz4nkhrlcu9k7qd4lwqx": b'"balance":103.00'}

    for customer_id, balance in printed.items():
        answer = await sandbox.openpay.get(f"customers/{customer_id}")
        assert balance in answer.content
        assert answer.json()["status"] == "active"


async def test_whoever_has_a_balance_stays(sandbox: SandboxServer) -> None:
    before = (await sandbox.openpay.get("customers/cz4nkhrlcu9k7qd4lwqx")).json()

    answer = await sandbox.openpay.delete("customers/cz4nkhrlcu9k7qd4lwqx")

    assert (answer.status_code, answer.json()["error_code"]) == (422, 1003)
    assert (await sandbox.openpay.get("customers/cz4nkhrlcu9k7qd4lwqx")).json() == before


async def test_a_charge_credits_a_customer_with_an_account(sandbox: SandboxServer) -> None:
    body = {"name": "Ana", "email": "ana@shop.mx", "requires_account": True}
    place = f"customers/{(await sandbox.openpay.post('customers', json=body)).json()['id']}"
    charge = {"method": "card", "amount": 100, "description": "x", "card": CARD}

    paid = (await sandbox.openpay.post(f"{place}/charges", json=charge)).json()
    credited = await sandbox.openpay.get(place)
    refund = await sandbox.openpay.post(f"{place}/charges/{paid['id']}/refund", json={"amount": "40.50"})
    left = await sandbox.openpay.get(place)

    assert b'"balance":100.00' in credited.content
    assert refund.json()["refund"]["amount"] == 40.5
    assert b'"balance":59.50' in left.content
    hidden = await sandbox.openpay.get(f"charges/{paid['id']}")
    assert (hidden.status_code, hidden.json()["error_code"]) == (404, 1005)
    assert (await sandbox.openpay.delete(place)).json()["error_code"] == 1003
    await sandbox.openpay.post(f"{place}/charges/{paid['id']}/refund")
    assert (await sandbox.openpay.delete(place)).status_code == 204


async def test_a_customers_life(sandbox: SandboxServer) -> None:
    body = {"name": "Ana", "email": "ana@shop.mx", "external_id": "life-1", "requires_account": True}
    made = await sandbox.openpay.post("customers", json=body)
    again = await sandbox.openpay.post("customers", json=body)
    place = f"customers/{made.json()['id']}"

    assert made.status_code == 201
    assert re.fullmatch(r"a[0-9a-z]{18,20}", made.json()["id"])
    assert (made.json()["status"], made.json()["balance"]) == ("active", 0)
    assert (again.status_code, again.json()["error_code"]) == (409, 2003)
    assert (await sandbox.openpay.get("customers", params={"external_id": "life-1"})).json() == [made.json()]
    assert (await sandbox.openpay.put(place, json=made.json())).json() == made.json()
    assert (await sandbox.openpay.delete(place)).status_code == 204
    for method in ("GET", "PUT", "DELETE"):
        gone = await sandbox.openpay.request(method, place, json=body)
        assert (gone.status_code, gone.json()["error_code"]) == (404, 1005)
    assert (await sandbox.openpay.get("customers", params={"external_id": "life-1"})).json() == []
    assert (await sandbox.openpay.post("customers", json=body)).status_code == 201


async def test_a_card_of_a_customer_pays_for_him_only(sandbox: SandboxServer) -> None:
    ana, eva = [
        (await sandbox.openpay.post("customers", json={"name": name, "email": "x@shop.mx"})).json()["id"]
        for name in ("Ana", "Eva")
    ]
    card = (await sandbox.openpay.post(f"customers/{ana}/cards", json=CARD)).json()
    twice = await sandbox.openpay.post(f"customers/{ana}/cards", json=CARD)
    charge = {"method": "card", "source_id": card["id"], "amount": "12.50", "description": "x"}

    answers = {
        place: await sandbox.openpay.post(f"{place}charges", json=charge)
        for place in ("", f"customers/{eva}/", f"customers/{ana}/")
    }

    assert (card["customer_id"], twice.json()["error_code"]) == (ana, 2002)
    assert [answer.status_code for answer in answers.values()] == [404, 404, 200]
    paid = answers[f"customers/{ana}/"].json()
    assert (paid["customer_id"], paid["card"]["customer_id"], paid["status"]) == (ana, ana, "completed")
    assert (await sandbox.openpay.get(f"customers/{ana}/charges")).json() == [paid]
    assert (await sandbox.openpay.get(f"charges/{paid['id']}")).json() == paid
    assert (await sandbox.openpay.get(f"customers/{eva}/charges")).json() == []
    await sandbox.openpay.delete(f"customers/{ana}")
    after = await sandbox.openpay.post(f"customers/{ana}/charges", json=charge)
    assert (after.status_code, after.json()["error_code"]) == (404, 1005)


async def test_the_books_balance(sandbox: SandboxServer) -> None:
    verified = (await sandbox.control.get("ledger/verify")).json()

    assert (verified["balanced"], verified["problems"]) == (True, [])


def _objects(golden: Golden) -> list[dict[str, Json]]:
    assert isinstance(golden.answer, list)
    return [item for item in golden.answer if isinstance(item, dict)]
