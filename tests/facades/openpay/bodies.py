"""Request bodies that are right, to be made wrong one key at a time."""

from __future__ import annotations

from typing import Any

CARD: dict[str, Any] = {
    "card_number": "4111111111111111",
    "holder_name": "Juan Perez Ramirez",
    "expiration_year": "29",
    "expiration_month": "12",
    "cvv2": "110",
}
ADDRESS = {
    "line1": "Av 5 de Febrero",
    "line2": "Roble 207",
    "line3": "col carrillo",
    "state": "Queretaro",
    "city": "Querétaro",
    "postal_code": "76900",
    "country_code": "MX",
}
CHARGE: dict[str, Any] = {
    "source_id": "kqgykn96i7bcs1wwhvgw",
    "method": "card",
    "amount": 100,
    "currency": "MXN",
    "description": "Cargo inicial a mi cuenta",
    "order_id": "oid-00051",
    "device_session_id": "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f",
    "customer": {
        "name": "Juan",
        "last_name": "Vazquez Juarez",
        "phone_number": "4423456723",
        "email": "juan.vazquez@empresa.com.mx",
    },
}
CUSTOMER: dict[str, Any] = {
    "name": "Rodrigo",
    "last_name": "Velazco Perez",
    "email": "rodrigo.velazco@payments.com",
    "phone_number": "4425667045",
    "address": ADDRESS,
}


def changed(body: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {**body, **changes}


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}
