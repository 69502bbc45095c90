"""STP's JSON, both ways: an order as it is registered, and what answers and notifications say.

Field names are STP's. Amounts travel as decimals with two places and are never floats here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from pasarela.kernel.banks import bank_of_institution
from pasarela.kernel.money import Currency, Money
from pasarela.rails.contract import (
    SpeiAccepted,
    SpeiAnswer,
    SpeiDeposit,
    SpeiOrder,
    SpeiRefused,
    SpeiReturned,
    SpeiSettled,
    SpeiStanding,
    Unknown,
)
from pasarela.rails.spei.signing import Values

INSTITUTION = "90646"
"""STP itself, where the senders' CLABEs are."""

TEXT_MAX = 39
TRACKING_KEY_TAKEN = -1
_NOT_AVAILABLE = "ND"
_TO_THIRD_PARTY, _RETURN_TO_THIRD_PARTY = 1, 0
_CLABE = 40

# STP, "Cambio de estado": liquidada, and the ways in which an order ends without the beneficiary's having the money.
_SETTLED = frozenset({"LQ", "TLQ", "CCO", "L", "EXITO"})
_GIVEN_BACK = frozenset({"D", "TD", "DEVOLUCION", "CN", "TC", "C", "CANCELADA", "R"})

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class NotUnderstood(Exception):
    """STP said something that its document does not have."""


def spei_text(text: str) -> str:
    """What SPEI carries of a name or concept: no accents, letters, digits, spaces and a little punctuation, cut."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = "".join(char if char.isalnum() or char in " .,-/" else " " for char in plain)
    return " ".join(kept.split())[:TEXT_MAX] or _NOT_AVAILABLE


def order_values(order: SpeiOrder, company: str) -> Values:
    """The values of `ordenPago/registra`, without the signature."""
    return {
        "institucionContraparte": order.institution,
        "empresa": company,
        "fechaOperacion": None,  # STP itself gives an order of today its operation date
        "claveRastreo": order.tracking_key,
        "institucionOperante": INSTITUTION,
        "monto": order.amount.text(),
        "tipoPago": _TO_THIRD_PARTY if order.returns is None else _RETURN_TO_THIRD_PARTY,
        "tipoCuentaOrdenante": _CLABE,
        "nombreOrdenante": spei_text(order.sender_name),
        "cuentaOrdenante": order.sender_clabe,
        "tipoCuentaBeneficiario": order.account_type.value,
        "nombreBeneficiario": spei_text(order.beneficiary_name),
        "cuentaBeneficiario": order.beneficiary_account.reveal(),
        "rfcCurpBeneficiario": _NOT_AVAILABLE,
        "conceptoPago": spei_text(order.concept),
        "referenciaNumerica": int(order.reference),
        "topologia": "T",
        "medioEntrega": 3,
        "prioridad": 1,
    }


def body(values: Values, signature: str) -> bytes:
    """A signed call's body: what is not sent is left out."""
    sent = {name: value for name, value in values.items() if value is not None}
    return msgspec.json.encode({**sent, "firma": signature})


def operation_day(day: date) -> str:
    """`20261123`."""
    return f"{day:%Y%m%d}"


def registration(answer: bytes) -> SpeiAnswer | None:
    """What `registra` answered; `None`: an order with this tracking key is there already. `id` is STP's number of
    the order, or with a `descripcionError` the code of an error. Raises `NotUnderstood`."""
    result = _object(answer).get("resultado")
    if not isinstance(result, dict) or not isinstance(result.get("id"), int):
        raise NotUnderstood("registra answers a resultado with an id")
    error = result.get("descripcionError")
    if not error:
        return SpeiAccepted(str(result["id"]))
    if result["id"] == TRACKING_KEY_TAKEN:
        return None
    if result["id"] == 0 and "respuesta" in str(error).lower():
        return Unknown()  # "No se recibió respuesta del servicio": STP does not know either
    return SpeiRefused(str(result["id"]), str(error))


def standing(answer: bytes, order: SpeiOrder) -> SpeiStanding | None:
    """What a query about `order` answered; `None`: there is no such order. Raises `NotUnderstood`."""
    result = _object(answer).get("resultado")
    if not isinstance(result, dict):
        raise NotUnderstood("a query answers a resultado")
    found = result.get("ordenPago")
    if not isinstance(found, dict):
        return None
    state = str(found.get("estado", "")).upper()
    if state in _SETTLED:
        return SpeiSettled(order.tracking_key)
    if state in _GIVEN_BACK:
        return SpeiReturned(order.tracking_key, _reason(found))
    return SpeiAccepted(str(found.get("idEF", order.tracking_key)))


def state_change(message: bytes) -> SpeiSettled | SpeiReturned | None:
    """A `cambioEstado`; `None`: nothing that ends an order. Raises `NotUnderstood`."""
    told = _object(message)
    key, state = told.get("claveRastreo") or told.get("folioOrigen"), str(told.get("estado", "")).upper()
    if not isinstance(key, str) or not state:
        raise NotUnderstood("a cambioEstado has claveRastreo and estado")
    if state in _SETTLED:
        return SpeiSettled(key)
    return SpeiReturned(key, _reason(told)) if state in _GIVEN_BACK else None


def deposit(message: bytes) -> SpeiDeposit:
    """A `sendAbono`. Raises `NotUnderstood`."""
    told = _object(message)
    try:
        amount = Money.parse(str(told["monto"]), Currency.MXN)
        key, clabe = str(told["claveRastreo"]), str(told["cuentaBeneficiario"])
    except (KeyError, ValueError) as error:
        raise NotUnderstood(f"an abono has claveRastreo, cuentaBeneficiario and monto: {error}") from error
    if not 0 < len(key) <= 30 or amount.minor <= 0:
        raise NotUnderstood("an abono has a tracking key and moves money")
    institution = _text(told, "institucionOrdenante")
    return SpeiDeposit(
        tracking_key=key,
        amount=amount,
        clabe=clabe,
        concept=_text(told, "conceptoPago") or "",
        reference=_text(told, "referenciaCobranza") or _text(told, "referenciaNumerica"),
        sender_name=_text(told, "nombreOrdenante"),
        sender_account=_text(told, "cuentaOrdenante"),
        sender_institution=institution if institution and bank_of_institution(institution) else None,
        sender_tax_id=_text(told, "rfcCurpOrdenante"),
    )


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        return _decode(text)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(str(error)) from error


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    return None if value in (None, "") else str(value)


def _reason(told: Mapping[str, Any]) -> str:
    return _text(told, "causaDevolucion") or _text(told, "detalle") or str(told.get("estado"))
