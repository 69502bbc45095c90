"""What movements are called: type and subtype, a description, the direction. Only the purchase at a merchant's is
printed in the document; the rest is ours (`docs/providers/necipco.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pasarela.core.issuing.model import MovementKind
from pasarela.kernel.money import Currency

OUT, IN = "CARGO", "ABONO"


@dataclass(frozen=True, slots=True)
class Words:
    """`type` is 1 for what left the account and 2 for what came."""

    subtype: str
    description: str
    direction: str

    @property
    def type(self) -> str:
        return "1" if self.direction == OUT else "2"


K = MovementKind

WORDS: Mapping[MovementKind, Words] = {
    K.CARD_PURCHASE: Words("99", "ON Line - Compra", OUT),
    K.CARD_DECLINED: Words("98", "ON Line - Compra", OUT),
    K.CARD_REVERSAL: Words("97", "ON Line - Reverso", IN),
    K.CARD_REFUND: Words("96", "ON Line - Devolución", IN),
    K.DISBURSEMENT: Words("01", "Dispersión", IN),
    K.PAYMENT: Words("02", "Pago a tarjeta", IN),
    K.WITHDRAWAL: Words("03", "Retiro", OUT),
    K.PURCHASE: Words("04", "Cargo a tarjeta", OUT),
    K.TRANSFER_OUT: Words("05", "Transferencia enviada", OUT),
    K.TRANSFER_IN: Words("06", "Transferencia recibida", IN),
    K.SPEI: Words("07", "SPEI enviado", OUT),
    K.SPEI_FEE: Words("08", "Comisión SPEI", OUT),
    K.SPEI_RETURN: Words("09", "SPEI devuelto", IN),
}

RESPONSES: Mapping[str, str] = {"00": "Aprobada"}
"""By response code of ISO 8583; all others were declined."""

DECLINED = "Rechazada"
COUNTRIES: Mapping[str, str] = {"484": "MEXICO  ", "840": "ESTADOS UNIDOS"}
COIN_NAMES: Mapping[Currency, str] = {
    Currency.MXN: "Peso mexicano",
    Currency.USD: "Dólar estadounidense",
    Currency.COP: "Peso colombiano",
    Currency.BRL: "Real brasileño",
}
