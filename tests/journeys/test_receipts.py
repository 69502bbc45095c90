"""A payer fetches the receipt of what he is asked to pay."""

from __future__ import annotations

import io

import httpx
import pytest
from pypdf import PdfReader

from tests.fixtures_server import MERCHANT, SandboxServer

CUSTOMER = {"name": "Juan", "last_name": "Vázquez", "email": "juan@empresa.mx"}


def text_of(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    return page.extract_text()


async def charged(sandbox: SandboxServer, method: str) -> dict[str, str]:
    body = {"method": method, "amount": 1234.5, "description": "Zapatos rojos", "customer": CUSTOMER}
    answer = await sandbox.openpay.post("/charges", json={**body, "due_date": "2030-01-02T13:45:00"})
    assert answer.status_code == 200, answer.text
    charge = answer.json()
    return {"id": charge["id"], **charge["payment_method"]}


async def test_at_a_store(sandbox: SandboxServer) -> None:
    charge = await charged(sandbox, "store")

    by_reference = await sandbox.anybody.get(f"/openpay/paynet-pdf/{MERCHANT}/{charge['reference']}")
    by_paybin = await sandbox.anybody.get(f"/openpay/paynet-pdf/{MERCHANT}/{charge['paybin_reference']}")

    text = text_of(by_reference)
    for part in (
        charge["reference"],
        charge["paybin_reference"],
        "$1,234.50 MXN",
        "Zapatos rojos",
        "Juan Vázquez",
        "Demo Openpay",
        "2 de enero de 2030, 13:45",
    ):
        assert part in text
    assert text_of(by_paybin) == text


async def test_by_transfer(sandbox: SandboxServer) -> None:
    charge = await charged(sandbox, "bank_account")

    text = text_of(await sandbox.anybody.get(f"/openpay/spei-pdf/{MERCHANT}/{charge['id']}"))

    for part in (charge["agreement"], charge["clabe"], charge["name"], "$1,234.50 MXN", "Juan Vázquez"):
        assert part in text


async def test_a_customers_own_reference(sandbox: SandboxServer) -> None:
    customer = (await sandbox.openpay.post("/customers", json={**CUSTOMER, "requires_account": True})).json()

    answer = await sandbox.anybody.get(f"/openpay/paynet-pdf/{MERCHANT}/{customer['store']['reference']}")

    text = text_of(answer)
    for part in (customer["store"]["reference"], "el monto que desees", "Juan Vázquez"):
        assert part in text


@pytest.mark.parametrize(
    "path",
    [
        "paynet-pdf/{m}/000020TRNOBODY00000000000000100009",
        "paynet-pdf/{m}/x",
        "paynet-pdf/mnobody/{reference}",
        "paynet-pdf/{m}/{transfer}",
        "spei-pdf/{m}/{store}",
        "spei-pdf/{m}/trnobody000000000000",
        "spei-pdf/mnobody/{transaction}",
    ],
)
async def test_receipts_that_nobody_made(sandbox: SandboxServer, path: str) -> None:
    store, transfer = await charged(sandbox, "store"), await charged(sandbox, "bank_account")
    names = {
        "m": MERCHANT,
        "reference": store["reference"],
        "store": store["id"],
        "transfer": transfer["name"],
        "transaction": transfer["id"],
    }

    answer = await sandbox.anybody.get(f"/openpay/{path.format(**names)}")

    assert (answer.status_code, answer.json()["error_code"]) == (404, 1005)


async def test_pictures_and_papers_do_not_harm_the_request_log(sandbox: SandboxServer) -> None:
    charge = await charged(sandbox, "store")
    paths = (f"paynet-pdf/{MERCHANT}/{charge['reference']}", f"barcode/{charge['reference']}?width=3")
    for path in paths:
        answer = await sandbox.anybody.get(f"/openpay/{path}")
        request_id = answer.headers["x-request-id"]

        logged = await sandbox.control.get(f"/requests/{request_id}")

        assert logged.status_code == 200
        assert f"({len(answer.content)} bytes of {answer.headers['content-type']})" in logged.text
