"""Charges that wait for their payer, as the dialect reads and prints them."""

from __future__ import annotations

from typing import Any

import pytest

from pasarela.facades.openpay.references import AGREEMENT_CLABE, paybin_reference, store_reference, transfer_reference
from pasarela.kernel import base10, clabe
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import luhn_valid
from tests.facades.openpay.conftest import Ask

STORE = {"method": "store", "amount": 100, "description": "Cargo con tienda"}


@pytest.mark.parametrize(
    ("charge_id", "minor", "printed"),
    [
        ("trnirkiyobo5qfex55ef", 10_000, "000020TRNIRKIYOBO5QFEX55EF0100009"),
        ("trt3pgjawhqhpertjoqj", 500, "000020TRT3PGJAWHQHPERTJOQJ0005006"),
        ("trtjgwx6wve2nf3r7fow", 26_000, "000020TRTJGWX6WVE2NF3R7FOW0260006"),
    ],
)
def test_store_references_are_the_providers(charge_id: str, minor: int, printed: str) -> None:
    assert store_reference(charge_id, Money(minor, Currency.MXN)) == printed
    assert base10.valid(printed)


def test_references_of_one_charge_stay_the_same() -> None:
    assert paybin_reference("tr1") == paybin_reference("tr1") != paybin_reference("tr2")
    assert transfer_reference("tr1") == transfer_reference("tr1") != transfer_reference("tr2")
    assert (len(paybin_reference("tr1")), luhn_valid(paybin_reference("tr1"))) == (16, True)
    assert len(transfer_reference("tr1")) == 20
    assert clabe.valid(AGREEMENT_CLABE)


async def test_a_store_charge_prints_how_to_pay(api: Ask) -> None:
    answer = await api("POST", "/charges", STORE)
    assert answer.status == 200
    charge: dict[str, Any] = answer.json
    method = charge["payment_method"]
    assert (charge["status"], charge["method"], "card" in charge) == ("in_progress", "store", False)
    assert method.keys() == {"type", "reference", "paybin_reference", "barcode_url", "barcode_paybin_url"}
    assert base10.valid(method["reference"])
    assert method["barcode_url"].endswith(f"/barcode/{method['reference']}?width=1&height=45&text=false")


async def test_a_bank_charge_prints_where_to_transfer(api: Ask) -> None:
    charge = (await api("POST", "/charges", {**STORE, "method": "bank_account"})).json
    assert charge["payment_method"].keys() == {"type", "agreement", "bank", "clabe", "name"}
    assert (charge["status"], charge["payment_method"]["type"]) == ("in_progress", "bank_transfer")


async def test_a_wallet_charge_prints_where_to_go(api: Ask) -> None:
    body = {**STORE, "method": "alipay", "amount": "2000.00", "redirect_url": "http://www.example.com/back"}
    charge = (await api("POST", "/charges", body)).json
    assert (charge["status"], charge["payment_method"]["type"]) == ("charge_pending", "redirect")
    assert charge["payment_method"]["url"].endswith(f"/charges/{charge['id']}/redirect/")


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"due_date": "tomorrow"}, 422, 1003, "due_date"),
        ({"due_date": 7}, 400, 1001, "due_date"),
        ({"amount": "10000.00"}, 422, 1003, "amount"),
        ({"method": "alipay"}, 400, 1001, "redirect_url"),
        ({"description": None}, 400, 1001, "description"),
    ],
)
async def test_a_waiting_charge_refuses(api: Ask, change: dict[str, Any], status: int, code: int, field: str) -> None:
    answer = await api("POST", "/charges", {**STORE, **change})
    assert (answer.status, answer.error_code) == (status, code)
    assert field in answer.json["description"]
