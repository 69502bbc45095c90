"""Receipts say what a payer needs, and their bar codes scan."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

from pypdf import PdfReader

from pasarela.kernel.money import Currency, Money
from pasarela.web.receipts.receipts import store_receipt, transfer_receipt

MEXICO = timezone(timedelta(hours=-6))
MADE = datetime(2026, 11, 21, 9, 5, tzinfo=MEXICO)
DUE = datetime(2026, 12, 1, 23, 59, tzinfo=MEXICO)
REFERENCE = "000020TRNIRKIYOBO5QFEX55EF0100009"


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text()


def a_store_receipt(**changed: object) -> bytes:
    values = {
        "merchant": "Demo Openpay",
        "reference": REFERENCE,
        "amount": Money(100_000, Currency.MXN),
        "description": "Cargo con tienda",
        "payer": "Juan Vázquez Juárez",
        "made_at": MADE,
        "due_at": DUE,
    }
    return store_receipt(**{**values, **changed})  # type: ignore[arg-type]  # one dictionary for all keywords


def test_store_receipt() -> None:
    pdf = a_store_receipt(paybin_reference="0101990000001065")

    text = text_of(pdf)
    assert pdf.startswith(b"%PDF-")
    for part in (
        "Demo Openpay",
        "$1,000.00 MXN",
        REFERENCE,
        "Cargo con tienda",
        "Juan Vázquez Juárez",
        "21 de noviembre de 2026, 09:05",
        "1 de diciembre de 2026, 23:59",
        "0101990000001065",
    ):
        assert part in text
    assert len(pdf) < 20_000


def test_the_same_receipt_is_the_same_bytes() -> None:
    assert a_store_receipt() == a_store_receipt()


def test_a_reference_that_takes_any_amount() -> None:
    text = text_of(a_store_receipt(amount=None, due_at=None, payer=None))

    assert "el monto que desees" in text
    assert "Vence" not in text
    assert "Cliente" not in text


def test_letters_that_the_fonts_lack_are_written_plainly() -> None:
    assert "Zizek ??" in text_of(a_store_receipt(payer="Žižek 李😀"))


def test_transfer_receipt() -> None:
    text = text_of(
        transfer_receipt(
            merchant="Demo Openpay",
            agreement="1411217",
            clabe="012914002014112176",
            reference="11030021342311520255",
            bank="BBVA Bancomer",
            amount=Money(10_000, Currency.MXN),
            description=None,
            payer=None,
            made_at=MADE,
            due_at=None,
        )
    )

    for part in ("$100.00 MXN", "1411217", "012914002014112176", "11030021342311520255", "BBVA Bancomer"):
        assert part in text
    assert "Concepto" not in text.replace("Concepto de pago", "").replace("concepto", "")
