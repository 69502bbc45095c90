"""The document's requests about payouts, bank accounts, transfers, fees and reports, against a sandbox with demo data.

Reads come before what changes them; the whole module shares one sandbox.
"""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from tests.contract.openpay.golden_files import Golden, load, missing_keys
from tests.fixtures_server import SandboxServer

IN_ORDER = [
    "014-payouts-get",
    "016-payouts-list",
    "017-reports-payout-get",
    "018-reports-payout-detail",
    "025-transfers-get",
    "026-transfers-list",
    "035-bankaccounts-get",
    "037-bankaccounts-list",
    "050-fees-list",
    "012-payouts-create-destination",
    "013-payouts-create-bank-account",
    "015-payouts-cancel",
    "024-transfers-create",
    "034-bankaccounts-create",
    "036-bankaccounts-delete",
    "048-fees-create",
    "049-fees-refund",
]


async def ask(sandbox: SandboxServer, golden: Golden, body: bytes | None = None) -> httpx.Response:
    """Sends the request as it is printed, with only the host changed."""
    return await sandbox.anybody.request(
        golden.method,
        f"/openpay{golden.path}",
        params=golden.query or None,
        content=golden.body_bytes if body is None else body,
        headers=golden.headers,
        auth=(golden.auth, ""),
    )


@pytest.mark.parametrize("name", IN_ORDER)
async def test_printed_request(sandbox: SandboxServer, name: str) -> None:
    golden = load(name)
    body = golden.body_bytes
    if name == "048-fees-create":
        # 024 prints the same order id, and an order id is used once.
        assert body is not None
        body = body.replace(b"oid-1245", b"oid-1245-fee")

    answer = await ask(sandbox, golden, body)

    assert answer.status_code == golden.status, answer.text
    if golden.has_answer:
        assert missing_keys(golden.answer, answer.json(), except_for=golden.doubtful_answer_keys) == []
    else:
        assert answer.content == b""


async def test_the_demo_payouts_are_in_their_printed_states(sandbox: SandboxServer) -> None:
    path = "customers/asynwirguzkgq2bizogo/payouts"
    swept = (await sandbox.openpay.get(f"{path}/trwpxhrgfeub9eqdyvqz")).json()
    report = (await sandbox.openpay.get("reports/payout/trwpxhrgfeub9eqdyvqz")).json()
    listed = (await sandbox.openpay.get(path, params={"payout_type": "AUTOMATIC"})).json()

    assert (swept["amount"], swept["status"], swept["authorization"]) == (300.0, "completed", "TRWPXHRGFEUB9EQDYVQZ")
    assert swept["bank_account"]["clabe"] == "012XXXXXXXXXX24616"
    assert report == {"in": 2700.0, "out": 2400.0, "charged_adjustments": 0.0, "refunded_adjustments": 0.0}
    assert [payout["id"] for payout in listed] == ["tr4f2atubqchinw71vfs", "trwpxhrgfeub9eqdyvqz"]


async def test_a_payout_waits_for_the_bank_day_and_settles_by_the_clock(sandbox: SandboxServer) -> None:
    before = await balance(sandbox, "ag4nktpdzebjiye1tlze")
    body = {
        "method": "bank_account",
        "bank_account": {"clabe": "012298026516924616", "holder_name": "Mi empresa"},
        "amount": "20.00",
        "description": "Retiro",
    }
    made = (await sandbox.openpay.post("customers/ag4nktpdzebjiye1tlze/payouts", json=body)).json()
    assert (made["status"], made["authorization"]) == ("in_progress", None)
    assert await balance(sandbox, "ag4nktpdzebjiye1tlze") == before - 20

    moved = await sandbox.control.post("clock", json={"advance": "P7D"})
    assert moved.status_code == 200, moved.text
    assert {"payouts.send", "spei_simulator.settle"} <= {each["kind"] for each in moved.json()["ran"]}
    read = (await sandbox.openpay.get(f"customers/ag4nktpdzebjiye1tlze/payouts/{made['id']}")).json()
    assert (read["status"], read["authorization"]) == ("completed", made["id"].upper())
    assert (await sandbox.control.get("ledger/verify")).json()["balanced"] is True


async def test_the_other_bank_answers_by_hand(sandbox: SandboxServer) -> None:
    body = {
        "method": "bank_account",
        "bank_account": {"clabe": "012298026516924616", "holder_name": "Mi empresa"},
        "amount": 5,
        "description": "Retiro",
    }
    path = "customers/ag4nktpdzebjiye1tlze/payouts"
    before = await balance(sandbox, "ag4nktpdzebjiye1tlze")
    made = (await sandbox.openpay.post(path, json=body)).json()

    returned = await sandbox.control.post(f"spei/orders/{made['id']}/return", json={"reason": "Cuenta cancelada"})
    again = await sandbox.control.post(f"spei/orders/{made['id']}/settle")
    unknown = await sandbox.control.post("spei/orders/trnobody/settle")
    read = (await sandbox.openpay.get(f"{path}/{made['id']}")).json()

    assert (returned.status_code, returned.json()["status"]) == (200, "failed")
    assert (again.status_code, unknown.status_code) == (409, 404)
    assert (read["status"], read["error_message"]) == ("failed", "Cuenta cancelada")
    assert await balance(sandbox, "ag4nktpdzebjiye1tlze") == before


CUSTOMER = "customers/ag4nktpdzebjiye1tlze"
PAYOUT = {"method": "bank_account", "amount": 1, "description": "x"}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (f"{CUSTOMER}/payouts", {**PAYOUT, "destination_id": "bnobody"}, 404, 1005),
        (f"{CUSTOMER}/payouts", PAYOUT, 400, 1001),
        (f"{CUSTOMER}/payouts", {**PAYOUT, "bank_account": {"clabe": "1", "holder_name": "x"}}, 422, 1003),
        (
            f"{CUSTOMER}/payouts",
            {**PAYOUT, "bank_account": {"clabe": "032180000118359719", "holder_name": "x"}},
            402,
            1007,
        ),
        (f"{CUSTOMER}/payouts", {**PAYOUT, "amount": 999999, "destination_id": "b3d54sd3mdjf75udjfvoc"}, 412, 4001),
        (
            f"{CUSTOMER}/payouts",
            {**PAYOUT, "destination_id": "b3d54sd3mdjf75udjfvoc", "order_id": "000001"},
            409,
            1006,
        ),
        (
            "customers/anbnldwgni1way3yp2dw/payouts",
            {**PAYOUT, "bank_account": {"clabe": "012298026516924616", "holder_name": "x"}},
            412,
            3006,
        ),
        ("customers/anobody/payouts", {**PAYOUT, "destination_id": "b1"}, 404, 1005),
        (f"{CUSTOMER}/bankaccounts", {"clabe": "012680012426485980", "holder_name": "x"}, 409, 2001),
        (f"{CUSTOMER}/bankaccounts", {"clabe": "012680012426485981", "holder_name": "x"}, 422, 1003),
        (
            f"{CUSTOMER}/transfers",
            {"customer_id": "dvocf97jd20es3tw5laz", "amount": 1, "description": "x"},
            422,
            1003,
        ),
        (f"{CUSTOMER}/transfers", {"customer_id": "anobody", "amount": 2, "description": "x"}, 404, 1005),
        (
            f"{CUSTOMER}/transfers",
            {"customer_id": "dvocf97jd20es3tw5laz", "amount": 99999, "description": "x"},
            412,
            4001,
        ),
        ("fees", {"customer_id": "ag4nktpdzebjiye1tlze", "amount": 99999, "description": "x"}, 412, 4001),
        ("fees", {"customer_id": "anobody", "amount": 1, "description": "x"}, 404, 1005),
        ("fees/trzjaozcik8msyqshka4/refund", {}, 422, 1003),
    ],
)
async def test_refusals_move_nothing(
    sandbox: SandboxServer, path: str, body: dict[str, object], status: int, code: int
) -> None:
    before = await balance(sandbox, "ag4nktpdzebjiye1tlze")

    answer = await sandbox.openpay.post(path, json=body)

    assert (answer.status_code, answer.json()["error_code"]) == (status, code), answer.text
    assert await balance(sandbox, "ag4nktpdzebjiye1tlze") == before


async def test_fees_of_a_month_are_reported(sandbox: SandboxServer) -> None:
    now = (await sandbox.control.get("clock")).json()["now"]
    query = {"year": now[:4], "month": now[5:7]}

    report = await sandbox.openpay.get("reports/fees", params=query)
    detail = await sandbox.openpay.get("reports/fees/detail", params={**query, "fee_type": "charged"})
    wrong = await sandbox.openpay.get("reports/fees", params={"year": "2026"})

    assert report.status_code == 200, report.text
    assert set(report.json()) >= {"charged", "charged_tax", "refunded", "total"}
    assert (detail.status_code, wrong.status_code) == (200, 400)


async def balance(sandbox: SandboxServer, customer_id: str) -> Decimal:
    answer = await sandbox.openpay.get(f"customers/{customer_id}")
    return Decimal(str(answer.json()["balance"]))
