"""Charges through the API, for tests of what the control plane tells about them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.fixtures_server import SandboxServer

CARD = {
    "card_number": "4111111111111111",
    "holder_name": "Juan Perez Ramirez",
    "expiration_year": "30",
    "expiration_month": "12",
    "cvv2": "110",
}


async def attempt(sandbox: SandboxServer, **changes: Any) -> httpx.Response:
    """The answer to a card charge of 100 pesos, with `changes`; `headers` are headers."""
    headers = changes.pop("headers", None)
    body = {"method": "card", "card": CARD, "amount": 100, "description": "Cargo"} | changes
    return await sandbox.openpay.post("/charges", json=body, headers=headers)


async def charge(sandbox: SandboxServer, **changes: Any) -> dict[str, Any]:
    """The charge, which must go through."""
    answer = await attempt(sandbox, **changes)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made
