"""The receipts that payers take along: to a store with cash, or to their bank for a transfer. In Spanish.

They say how much, to whom, until when and under which reference; they promise nothing about the payment itself.
Instants come in the time zone in which they are to be printed.
"""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.money import Money
from pasarela.web.receipts.sheet import Sheet

_STORE_STEPS = (
    "Acude a cualquier tienda que acepte pagos de esta red.",
    "Entrega este recibo en la caja, o dicta la referencia.",
    "Paga en efectivo el monto exacto; la tienda puede cobrar una comisión.",
    "Conserva el comprobante que te da la caja: el pago se refleja al momento.",
)
_CIE_STEPS = (
    "Entra a la banca en línea de BBVA y elige Pagar servicios.",
    "Escribe el número de convenio CIE y la referencia de este recibo.",
    "Paga el monto exacto y conserva el comprobante.",
)
_SPEI_STEPS = (
    "Entra a la banca en línea de tu banco y elige Transferencia SPEI.",
    "Registra la CLABE de este recibo con el banco destino BBVA.",
    "Escribe la referencia de este recibo en el concepto de pago y transfiere el monto exacto.",
)
_MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def store_receipt(
    *,
    merchant: str,
    reference: str,
    amount: Money | None,
    description: str | None,
    payer: str | None,
    made_at: datetime,
    due_at: datetime | None,
    paybin_reference: str | None = None,
) -> bytes:
    """A PDF for the till of a store. `amount` is `None` for a reference that takes any amount."""
    sheet = Sheet("Pago en tienda", merchant, made_at)
    sheet.big("Total a pagar", _amount(amount))
    sheet.barcode(reference)
    sheet.lines(
        (
            ("Referencia", reference),
            ("Concepto", description),
            ("Cliente", payer),
            ("Fecha", _instant(made_at)),
            ("Vence", _instant(due_at)),
        )
    )
    sheet.steps("Cómo pagar", _STORE_STEPS)
    if paybin_reference is not None:
        sheet.lines((("Paybin", paybin_reference),))
        sheet.barcode(paybin_reference)
    return sheet.bytes()


def transfer_receipt(
    *,
    merchant: str,
    agreement: str,
    clabe: str,
    reference: str,
    bank: str,
    amount: Money | None,
    description: str | None,
    payer: str | None,
    made_at: datetime,
    due_at: datetime | None,
) -> bytes:
    """A PDF for a payment of the CIE agreement `agreement`, or by SPEI to `clabe`, both under `reference`."""
    sheet = Sheet("Pago por transferencia", merchant, made_at)
    sheet.big("Total a pagar", _amount(amount))
    sheet.lines(
        (
            ("Banco", bank),
            ("Convenio CIE", agreement),
            ("CLABE", clabe),
            ("Referencia", reference),
            ("Concepto", description),
            ("Cliente", payer),
            ("Fecha", _instant(made_at)),
            ("Vence", _instant(due_at)),
        )
    )
    sheet.steps("Desde BBVA", _CIE_STEPS)
    sheet.steps("Desde otro banco", _SPEI_STEPS)
    return sheet.bytes()


def _amount(amount: Money | None) -> str:
    if amount is None:
        return "el monto que desees"
    return f"${amount.decimal():,} {amount.currency.code}"


def _instant(instant: datetime | None) -> str | None:
    """`21 de noviembre de 2026, 09:05`."""
    if instant is None:
        return None
    return f"{instant.day} de {_MONTHS[instant.month - 1]} de {instant.year}, {instant:%H:%M}"
