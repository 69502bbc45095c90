"""Reports to the centavo, over HTTP: what a month's processing cost, and what made up an automatic payout."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures_server import MERCHANT, SandboxServer

CARD = {
    "card_number": "4111111111111111",
    "holder_name": "Juan Perez",
    "expiration_year": "35",
    "expiration_month": "12",
    "cvv2": "110",
}
CLABE = "012298026516924616"
CUSTOMER = {"name": "Ana", "email": "ana@payments.com", "requires_account": True}


@pytest.fixture(autouse=True)
async def a_month_of_its_own(sandbox: SandboxServer) -> None:
    """Each test begins on the first day of a month that nothing has happened in."""
    now = (await sandbox.control.get("/clock")).json()["now"]
    year, month = divmod(int(now[:4]) * 12 + int(now[5:7]), 12)
    await sandbox.control.post("/clock", json={"to": f"{year}-{month + 1:02d}-01T18:00:00Z"})


async def sale(sandbox: SandboxServer, amount: float, at: str = "") -> dict[str, Any]:
    body = {"method": "card", "card": CARD, "amount": amount, "description": "x"}
    answer = await sandbox.openpay.post(f"{at}/charges", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def fees(sandbox: SandboxServer, path: str = "", **query: str) -> Any:
    now = (await sandbox.control.get("/clock")).json()["now"]
    answer = await sandbox.openpay.get(f"/reports/fees{path}", params={"year": now[:4], "month": now[5:7], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_months_fees_are_those_of_its_sales_less_those_given_back(sandbox: SandboxServer) -> None:
    # 2.9 % and 2.50 of 1,000.00: 31.50, and 16 % of that: 5.04.
    first, second = await sale(sandbox, 1000), await sale(sandbox, 1000)
    before = await fees(sandbox)
    refunded = await sandbox.openpay.post(f"/charges/{first['id']}/refund", json={})
    assert refunded.status_code == 200, refunded.text

    report = await fees(sandbox)

    assert (before["charged"], before["charged_tax"], before["total"]) == (63.0, 10.08, 73.08)
    assert (report["charged"], report["charged_tax"]) == (63.0, 10.08)
    given_back = report["refunded"] + report["refunded_tax"]
    assert round(report["total"] + given_back, 2) == 73.08
    for kind in ("charged_adjustments", "refunded_adjustments"):
        assert (report[kind], report[f"{kind}_tax"]) == (0.0, 0.0)
    assert [each["id"] for each in await fees(sandbox, "/detail", fee_type="charged")] == [second["id"], first["id"]]
    paged = await fees(sandbox, "/detail", fee_type="charged", limit="1", offset="1")
    assert [each["id"] for each in paged] == [first["id"]]
    gone = await fees(sandbox, "/detail", fee_type="refunded")
    assert [each["id"] for each in gone] == ([first["id"]] if given_back else [])


async def test_an_automatic_payout_is_what_came_in_less_what_went_out(sandbox: SandboxServer) -> None:
    owner = (await sandbox.openpay.post("/customers", json=CUSTOMER)).json()["id"]
    at = f"/customers/{owner}"
    first, second = await sale(sandbox, 700, at), await sale(sandbox, 2000, at)
    fee = await sandbox.openpay.post("/fees", json={"customer_id": owner, "amount": 400, "description": "x"})
    account = {"clabe": CLABE, "holder_name": "Mi empresa"}
    body = {"method": "bank_account", "bank_account": account, "amount": 100, "description": "x"}
    manual = (await sandbox.openpay.post(f"{at}/payouts", json=body)).json()
    cancelled = (await sandbox.openpay.post(f"{at}/payouts", json=body)).json()
    assert (await sandbox.openpay.delete(f"{at}/payouts/{cancelled['id']}")).json()["status"] == "cancelled"
    plan = {"tenant": MERCHANT, "customer": owner, "schedule": "daily", "clabe": CLABE, "holder_name": "Ana"}
    due = (await sandbox.control.post("/settlements", json=plan)).json()["next_at"]
    await sandbox.control.post("/clock", json={"to": due})
    assert (await sandbox.control.delete("/settlements", params={"tenant": MERCHANT, "customer": owner})).is_success

    [payout] = (await sandbox.openpay.get(f"{at}/payouts", params={"payout_type": "AUTOMATIC"})).json()
    report = (await sandbox.openpay.get(f"/reports/payout/{payout['id']}")).json()

    async def detail(**query: str) -> list[str]:
        found = await sandbox.openpay.get(f"/reports/payout/{payout['id']}/detail", params=query)
        return [each["id"] for each in found.json()]

    assert payout["amount"] == 2200.0
    # What was reserved and released between two payouts counts for nothing.
    assert report == {"in": 2700.0, "out": 500.0, "charged_adjustments": 0.0, "refunded_adjustments": 0.0}
    assert await detail(detail_type="IN") == [second["id"], first["id"]]
    assert await detail(detail_type="OUT") == [manual["id"], fee.json()["id"]]
    assert await detail(detail_type="CHARGED_ADJUSTMENTS") == await detail(detail_type="REFUNDED_ADJUSTMENTS") == []
    assert await detail(limit="2", offset="1") == [fee.json()["id"], second["id"]]
