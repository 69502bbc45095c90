"""`/sandbox/v1/requests`: the API calls answered, and one of them explained."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.control.charging import CARD, attempt, charge
from tests.fixtures_server import MERCHANT, PRIVATE_KEY, SandboxServer


async def explained(sandbox: SandboxServer, request_id: str) -> dict[str, Any]:
    answer = await sandbox.control.get(f"/requests/{request_id}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def listed(sandbox: SandboxServer, **query: Any) -> list[dict[str, Any]]:
    answer = await sandbox.control.get("/requests", params=query)
    assert answer.status_code == 200, answer.text
    calls: list[dict[str, Any]] = answer.json()["requests"]
    return calls


async def test_explains_a_refused_call(sandbox: SandboxServer) -> None:
    answer = await attempt(sandbox, amount=-5)

    told = await explained(sandbox, answer.json()["request_id"])

    assert (told["api"], told["tenant"], told["method"]) == ("openpay", MERCHANT, "POST")
    assert told["path"] == f"/openpay/v1/{MERCHANT}/charges"
    assert (told["status"], told["error_code"]) == (answer.status_code, str(answer.json()["error_code"]))
    assert told["field"] == "amount"
    assert told["rule"] == "amount.positive"
    assert told["section"].startswith("Cargos")
    assert told["fix"]
    assert told["transfers"] == []


async def test_explains_a_charge_with_the_transfers_that_it_made(sandbox: SandboxServer) -> None:
    answer = await attempt(sandbox, amount=250.5)

    told = await explained(sandbox, answer.headers["X-Request-Id"])

    assert told["rule"] is None
    assert told["subject"] == answer.json()["id"]
    [transfer] = told["transfers"]
    assert transfer["id"].startswith(f"{answer.json()['id']}/")
    assert sum(Decimal(leg["amount"]) for leg in transfer["legs"]) == 0
    assert {"250.50", "-250.50"} & {leg["amount"] for leg in transfer["legs"]}


async def test_shows_a_refund_only_its_own_transfers(sandbox: SandboxServer) -> None:
    made = await charge(sandbox)

    answer = await sandbox.openpay.post(f"/charges/{made['id']}/refund", json={"amount": 40})

    told = await explained(sandbox, answer.headers["X-Request-Id"])
    assert told["transfers"]
    assert all(transfer["kind"] != "charge" for transfer in told["transfers"])


async def test_masks_bodies(sandbox: SandboxServer) -> None:
    answer = await attempt(sandbox)

    told = await explained(sandbox, answer.headers["X-Request-Id"])

    assert told["request_body"]["card"]["card_number"] == "411111XXXXXX1111"
    assert CARD["card_number"] not in str(told)
    assert told["request_body"]["card"]["cvv2"] != "110"
    assert told["answer_body"]["id"] == answer.json()["id"]
    assert PRIVATE_KEY not in str(told)


async def test_lists_the_newest_first(sandbox: SandboxServer) -> None:
    first = await attempt(sandbox)
    second = await attempt(sandbox)

    calls = await listed(sandbox, limit=2)

    assert [call["request_id"] for call in calls] == [
        second.headers["X-Request-Id"],
        first.headers["X-Request-Id"],
    ]


async def test_lists_by_status_api_and_tenant(sandbox: SandboxServer) -> None:
    refused = await attempt(sandbox, amount=-5)
    await charge(sandbox)

    by_status = await listed(sandbox, status=refused.status_code)
    by_class = await listed(sandbox, status="4xx")
    of_tenant = await listed(sandbox, tenant=MERCHANT, limit=1)

    assert by_status[0]["request_id"] == refused.json()["request_id"]
    assert {call["status"] // 100 for call in by_class} == {4}
    assert of_tenant[0]["tenant"] == MERCHANT
    assert await listed(sandbox, api="bbva") == []


async def test_lists_further_back(sandbox: SandboxServer) -> None:
    await attempt(sandbox)
    await attempt(sandbox)
    newest, older = await listed(sandbox, limit=2)

    assert (await listed(sandbox, limit=1, before=newest["at"]))[0]["request_id"] == older["request_id"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "bad"}, "status"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"before": "noon"}, "before"),
        ({"tenant": "nobody"}, "tenant"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_refuses_bad_filters(sandbox: SandboxServer, query: dict[str, str], field: str) -> None:
    answer = await sandbox.control.get("/requests", params=query)

    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field


@pytest.mark.parametrize("request_id", ["1981cdb8-19cb-4bad-8256-e95d58bc035c", "nonsense"])
async def test_knows_no_other_requests(sandbox: SandboxServer, request_id: str) -> None:
    answer = await sandbox.control.get(f"/requests/{request_id}")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_a_card_number_in_an_address_is_logged_nowhere(sandbox: SandboxServer) -> None:
    answer = await sandbox.openpay.get("/cards/4111111111111111")

    told = await explained(sandbox, answer.json()["request_id"])

    assert "4111111111111111" not in str(told)
