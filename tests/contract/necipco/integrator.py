"""A client of this API as an integrator writes one: signs in, keeps the token, encrypts with `openssl`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.necipco.openssl import KeyPair, encrypted, for_a_body, for_a_query

BASE = "/necipco/v1"
HERE = {"latitude": 12.12345, "longitude": -15.12345}
CARDHOLDER = "ec123456-1qq2-1234-tt5g-8873fe52bf54"
VIRTUAL, PHYSICAL = "4158d533-e95a-4c05-a341-ef7d369d3a09", "365d568a-4567-123e-81dc-987654bf1234"
CARD, OTHER_CARD = "11111111-daa7-1234-aaaa-123123123ecd", "33333333-daa7-1234-aaaa-123123123ecd"
PIN = "7391"


class Integrator:
    """Signed in; `keys` are its own, `system_key` is the platform's public one."""

    def __init__(self, http: httpx.AsyncClient, keys: KeyPair) -> None:
        self.http = http
        self.keys = keys
        self.system_key = ""

    async def sign_in(self, api_key: str = "api_key", password: str = "password") -> httpx.Response:
        answer = await self.http.post(
            f"{BASE}/auth/login", json={"api_client": {"api_key": api_key, "password": password}}
        )
        if answer.status_code == 200:
            self.http.headers["Authorization"] = answer.headers["Authorization"]
        return answer

    async def exchange_keys(self) -> None:
        """Registers the public key, and learns the system's."""
        added = await self.http.post(f"{BASE}/clients/api_key/public_key", json={"public_key": self.keys.public})
        assert added.status_code == 200, added.text
        self.system_key = (await self.data("GET", "/clients/api_key/public_key"))["system"]["public_key"]

    async def call(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.http.request(method, BASE + path, json=body, params=query)

    async def data(self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> Any:
        """What a call answers, which must succeed."""
        answer = await self.call(method, path, body, query)
        assert answer.status_code in (200, 201), answer.text
        envelope = answer.json()
        assert (envelope["success"], envelope["code"]) == (True, 0)
        return envelope["data"]

    def hidden(self, text: str) -> str:
        """Encrypted for a body."""
        return for_a_body(encrypted(text, self.system_key, self.keys.folder))

    def hidden_in_query(self, text: str) -> str:
        """Encrypted for a query string."""
        return for_a_query(encrypted(text, self.system_key, self.keys.folder))

    async def new_card(self) -> str:
        """A new virtual card's id; it is not active yet."""
        body = {
            "product": VIRTUAL,
            "cardholder_id": CARDHOLDER,
            "observations": "",
            "document_type": "INE",
            "document_number": "123456123456",
            **HERE,
        }
        card: str = (await self.data("POST", "/cards/virtual", body))["card"]["id"]
        return card

    async def virtual_card(self, *, pin: str = PIN, amount: float = 0) -> str:
        """A new active card's id."""
        card = await self.new_card()
        await self.data("POST", "/cards/activate", {"card_number": card, **HERE})
        await self.data("POST", "/cards/pin", {"card_number": card, "pin": self.hidden(pin), **HERE})
        if amount:
            await self.data("POST", "/cards/disbursement", {"card_number": card, "amount": amount, **HERE})
        return card


@asynccontextmanager
async def integrator(base_url: str, folder: Path) -> AsyncIterator[Integrator]:
    """Signed in as the demo client, keys exchanged; `folder` is for its files."""
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        made = Integrator(http, KeyPair.made(folder))
        assert (await made.sign_in()).status_code == 200
        await made.exchange_keys()
        yield made
