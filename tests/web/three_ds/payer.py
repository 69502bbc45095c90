"""A payer with a browser that runs no scripts, on the pages of 3-D Secure: follows forms by their buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx

SHOP = "https://shop.example/back"

CHALLENGE = "4000000000002503"
CHALLENGE_FAILS = "4000000000002370"
CHALLENGE_UNAVAILABLE = "4000000000002420"
FRICTIONLESS = "4000000000002701"
ATTEMPTED = "4000000000002719"
REFUSED = "4000000000002925"
UNAVAILABLE = "4000000000002313"
REJECTED = "4000000000002537"
SILENT = "4000000000002354"
ERRONEOUS = "4000000000002446"

CODE = "1234"

_FORM = re.compile(r'<form[^>]*\bmethod="post"[^>]*\baction="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def charge(card_number: str, **changes: Any) -> dict[str, Any]:
    """The body of a charge with 3-D Secure."""
    return {
        "method": "card",
        "amount": 100.00,
        "description": "Compra con 3-D Secure",
        "device_session_id": "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f",
        "use_3d_secure": "true",
        "redirect_url": SHOP,
        "card": {
            "card_number": card_number,
            "holder_name": "Juan Pérez",
            "expiration_year": "29",
            "expiration_month": "12",
            "cvv2": "110",
        },
        **changes,
    }


@dataclass(frozen=True, slots=True)
class Form:
    """A page's form: where it goes and what it carries unseen."""

    action: str
    hidden: Mapping[str, str]


def form_of(page: httpx.Response) -> Form:
    """The only form of a page."""
    [(action, inside)] = _FORM.findall(page.text)
    hidden = {unescape(name): unescape(value) for name, value in _HIDDEN.findall(inside)}
    return Form(urljoin(str(page.url), unescape(action)), hidden)


class Payer:
    """One browser; it keeps its cookies and goes to no other host."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, timeout=30, headers={"User-Agent": "Tests/1", "Accept-Language": "es-MX,es;q=0.9"}
        )

    async def open(self, address: str) -> httpx.Response:
        return await self._client.get(address)

    async def press(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Posts the page's form with what the payer adds."""
        form = form_of(page)
        return await self._client.post(form.action, data={**form.hidden, **fields})

    async def to_bank(self, address: str) -> httpx.Response:
        """From the charge's address to the bank's page."""
        challenge = await self.press(await self.open(address))
        assert challenge.status_code == 200, challenge.text
        return await self.press(challenge)

    async def close(self) -> None:
        await self._client.aclose()
