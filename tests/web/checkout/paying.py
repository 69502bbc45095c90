"""A payer with a browser at a hosted page: opens it, reads its form, posts it. And the payments that wait for him."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx

from pasarela.core.context import Caller
from pasarela.core.payments.model import ConfirmBy, Payer, Payment, RequestPayment
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from tests.fixtures_server import MERCHANT, SandboxServer

GOOD = "4242424242424242"
DEBIT = "4111111111111111"
NO_FUNDS = "4444444444444448"
SHOP = "https://tienda.example/gracias?pedido=7"

_orders = itertools.count(1)


async def merchant(sandbox: SandboxServer) -> Caller:
    tenant = await sandbox.platform.core.tenants.queries.by_account("openpay", MERCHANT)
    return Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, "request")


async def asked(
    sandbox: SandboxServer,
    instrument: Instrument = Instrument.CARD,
    *,
    amount: int = 123_450,
    life: timedelta = timedelta(hours=24),
    payer: Payer | None = None,
    **details: Any,
) -> Payment:
    """A payment that waits for its payer."""
    platform = sandbox.platform
    payment_id = platform.ids.fresh("tr")
    caller = await merchant(sandbox)
    return await platform.core.payments.request(
        caller,
        RequestPayment(
            payment_id,
            instrument,
            Money(amount, Currency.MXN),
            platform.clock.now(caller.tenant_id) + life,
            reference=payment_id if instrument is Instrument.WALLET else None,
            order_id=f"page-{next(_orders)}",
            description="Dos boletos <b>& un programa</b>",
            payer=payer,
            details={"redirect_url": SHOP, **details},
            confirm=ConfirmBy.PAGE if instrument is Instrument.CARD else None,
        ),
    )


async def now(sandbox: SandboxServer, payment: Payment) -> Payment:
    """The payment as it stands."""
    return await sandbox.platform.core.payments.get(await merchant(sandbox), payment.payment_id)


def back(payment: Payment) -> str:
    """Where the payer is to be sent."""
    return f"{SHOP}&id={payment.payment_id}"


def card(number: str = GOOD, **changed: str) -> dict[str, str]:
    """What he types."""
    typed = {
        "cc-number": number,
        "cc-name": "Ana Payán",
        "cc-exp-month": "12",
        "cc-exp-year": "39",
        "cc-csc": "987",
    }
    return typed | {name.replace("_", "-"): value for name, value in changed.items()}


@dataclass
class Page(HTMLParser):
    """A page as a test reads it: hidden fields, inputs by name, text by element id."""

    response: httpx.Response
    hidden: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, str | None]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lang: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []
        self.feed(self.response.text)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang")
        name = given.get("name")
        if tag in ("input", "select", "button") and name:
            if given.get("type") == "hidden":
                self.hidden[name] = given.get("value") or ""
            else:
                self.inputs[name] = given
        if (id_ := given.get("id")) is not None:
            self._inside.append(id_)
            self.texts.setdefault(id_, "")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside[-1]] += data


class Browser:
    """One browser of a payer; its cookies are its own."""

    def __init__(self, client: httpx.AsyncClient, language: str = "es-MX,es;q=0.9,en;q=0.8") -> None:
        self.client = client
        self.language = language

    async def open(self, address: str) -> Page:
        return Page(await self.client.get(address, headers={"Accept-Language": self.language}))

    async def post(self, address: str, fields: Mapping[str, str], **headers: str) -> Page:
        sent = {"Accept-Language": self.language, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return Page(await self.client.post(address, data=dict(fields), headers=sent))

    async def pay(self, address: str, fields: Mapping[str, str]) -> Page:
        """Opens the page and posts its form."""
        page = await self.open(address)
        return await self.post(address, {**page.hidden, **fields})


def card_page(payment: Payment) -> str:
    return f"/openpay/v1/{MERCHANT}/charges/{payment.payment_id}/card_capture"


def wallet_page(payment: Payment) -> str:
    return f"/openpay/v1/{MERCHANT}/charges/{payment.payment_id}/redirect/"


async def books_balance(sandbox: SandboxServer) -> bool:
    told: dict[str, Any] = (await sandbox.control.get("/ledger/verify")).json()
    return bool(told["balanced"])


async def transfers_of(sandbox: SandboxServer, payment: Payment) -> list[str]:
    """The kinds of the ledger's transfers about it."""
    found = await sandbox.platform.core.ledger.queries.transfers_of(payment.tenant_id, payment.payment_id)
    return [transfer.kind for transfer in found]
