"""Charges as BBVA's merchants ask for them, to be made wrong one key at a time."""

from __future__ import annotations

import itertools
from typing import Any

from tests.facades.openpay.bodies import CARD

BACK = "https://micomercio.com/gracias"
CREDIT = {**CARD, "card_number": "4242424242424242"}

_numbers = itertools.count(1)


def vpos(**changes: Any) -> dict[str, Any]:
    """One whose payer gives his card on our page; a change to `None` leaves the key out."""
    body = {
        "affiliation_bbva": "781500",
        "amount": 100,
        "description": "Cargo inicial a mi cuenta",
        "currency": "MXN",
        "order_id": f"bbva-{next(_numbers)}",
        "customer": {
            "name": "Juan",
            "last_name": "Vazquez Juarez",
            "email": "juan.vazquez@empresa.com.mx",
            "phone_number": "555-444-3322",
        },
        "redirect_url": BACK,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def direct(**changes: Any) -> dict[str, Any]:
    """One that brings its card and does without 3-D Secure."""
    return vpos(**{"card": CREDIT, "use_3d_secure": "FALSE", **changes})
