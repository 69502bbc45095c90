"""Merchants of a test's own on a running sandbox: they make one of everything that a path or a body can name.

Whatever `Shop` makes is made by calls of the API. It is the one place that knows how to fill a route's parameters:
`MAKERS` by the name of a path's parameter. Asserts that what it makes is accepted, and nothing else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from stdnum import luhn

from pasarela.core.context import Mode
from pasarela.core.tenants.model import NewTenant
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.routing import Route
from pasarela.kernel.clabe import control_digit
from tests.facades.openpay.bodies import CARD, changed
from tests.fixtures_server import ANSWER_SECONDS_MAX, SandboxServer

M = "/v1/{merchant}"
C = f"{M}/customers/{{customer_id}}"

_numbers = itertools.count(1)


def outside_groups(route: Route[Profile]) -> str:
    """The address of the same call where the merchant's own calls stand."""
    below = route.address.replace("/groups/{merchant}/merchants/{member}", "/{merchant}")
    return below.replace("/groups/{merchant}", "/{merchant}")


def names_in(route: Route[Profile]) -> list[str]:
    """The path's parameters beside the merchant."""
    return [name for name in re.findall(r"\{(\w+)\}", route.address) if name != "merchant"]


def fresh_pan() -> str:
    """A debit card's number that nobody has used yet and that is approved."""
    digits = f"411111{next(_numbers):09d}"
    return digits + luhn.calc_check_digit(digits)


def fresh_clabe(bank: str = "012") -> str:
    """An account at another bank that nobody has registered yet."""
    digits = f"{bank}180{next(_numbers):011d}"
    return digits + control_digit(digits)


def fresh_card() -> dict[str, Any]:
    return changed(CARD, card_number=fresh_pan())


class Shop:
    """A merchant: `call` takes paths below the mount; `at` in what follows is the merchant's or a customer's path."""

    def __init__(self, account: str, tenant_id: int, private_key: str, client: httpx.AsyncClient) -> None:
        self.account = account
        self.tenant_id = tenant_id
        self.private_key = private_key
        self._client = client

    @property
    def root(self) -> str:
        return f"/v1/{self.account}"

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Whatever it answers."""
        return await self._client.request(method, path, json=body)

    async def done(self, method: str, path: str, body: object = None) -> Any:
        """The answer's body, of a call that must be accepted."""
        answer = await self.call(method, path, body)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def ids(self, route: Route[Profile]) -> dict[str, str]:
        """One new object for each parameter of the route's path, each below the one before it."""
        found = {"merchant": self.account}
        at = self.root
        for name in names_in(route):
            maker = MAKERS.get(f"{route.address.rpartition('/')[2]}:{name}") or MAKERS.get(name)
            assert maker is not None, (
                f"{route.method} {route.address}: nobody knows how to make a {{{name}}}. Say it in MAKERS of "
                "tests/factories/shops.py, by the parameter's name"
            )
            found[name] = await maker(self, at)
            if name == "customer_id":
                at = f"{self.root}/customers/{found[name]}"
        return found

    async def customer(self, _at: str = "") -> str:
        """One with an account and nothing on it."""
        body = {"name": "Ana", "email": "ana@shop.mx", "requires_account": True}
        return await self._made(f"{self.root}/customers", body)

    async def charge(self, at: str) -> str:
        """One that can still be captured or cancelled."""
        body = {"method": "card", "card": CARD, "amount": 40, "description": "Cargo", "capture": False}
        return await self._made(f"{at}/charges", body)

    async def sale(self, at: str, amount: float = 500) -> str:
        """A completed one; its money is the customer's or the merchant's."""
        body = {"method": "card", "card": CARD, "amount": amount, "description": "Cargo"}
        return await self._made(f"{at}/charges", body)

    async def waiting_charge(self, at: str) -> str:
        """One that its payer is to confirm on a page."""
        body = {"method": "card", "amount": 40, "description": "Cargo", "confirm": False}
        return await self._made(f"{at}/charges", {**body, "redirect_url": "http://shop.example/back"})

    async def store_charge(self, at: str) -> Any:
        """The whole answer."""
        return await self.done("POST", f"{at}/charges", {"method": "store", "amount": 50, "description": "Tienda"})

    async def bank_charge(self, at: str) -> Any:
        """The whole answer."""
        body = {"method": "bank_account", "amount": 50, "description": "Banco"}
        return await self.done("POST", f"{at}/charges", body)

    async def card(self, at: str) -> str:
        return await self._made(f"{at}/cards", fresh_card())

    async def bank_account(self, at: str) -> str:
        return await self._made(f"{at}/bankaccounts", {"clabe": fresh_clabe(), "holder_name": "Ana"})

    async def payout(self, at: str) -> str:
        """One whose batch has not left."""
        await self.sale(at)
        account = {"clabe": fresh_clabe(), "holder_name": "Ana"}
        body = {"method": "bank_account", "bank_account": account, "amount": 10, "description": "Retiro"}
        return await self._made(f"{at}/payouts", body)

    async def transfer(self, at: str) -> str:
        await self.sale(at)
        body = {"customer_id": await self.customer(), "amount": 5, "description": "Transferencia"}
        return await self._made(f"{at}/transfers", body)

    async def fee(self, at: str) -> str:
        """At the merchant's level, as they all are."""
        payer = await self.customer()
        await self.sale(f"{self.root}/customers/{payer}")
        return await self._made(f"{at}/fees", {"customer_id": payer, "amount": 5, "description": "Comisión"})

    async def plan(self, _at: str = "") -> str:
        return await self._made(f"{self.root}/plans", PLAN)

    async def subscription(self, at: str) -> str:
        return await self._made(f"{at}/subscriptions", {"plan_id": await self.plan(), "card": fresh_card()})

    async def token(self, _at: str = "") -> str:
        return await self._made(f"{self.root}/tokens", CARD)

    async def webhook(self, at: str) -> str:
        """At an address that the sandbox takes for verified without asking."""
        body = {"url": f"http://requestb.in/{next(_numbers)}", "event_types": ["charge.succeeded"]}
        return await self._made(f"{at}/webhooks", body)

    async def checkout(self, at: str) -> str:
        return await self._made(f"{at}/checkouts", CHECKOUT)

    async def _made(self, path: str, body: object) -> str:
        made: str = (await self.done("POST", path, body))["id"]
        return made


PLAN = {
    "name": "Curso", "amount": 150, "repeat_unit": "month", "repeat_every": 1, "retry_times": 2,
    "status_after_retry": "cancelled", "trial_days": 30,
}  # fmt: skip # three lines of one plan
CHECKOUT = {
    "amount": 250, "currency": "MXN", "description": "Pedido", "redirect_url": "http://shop.example/back",
    "customer": {"name": "Ana", "last_name": "Cruz", "phone_number": "4421112233", "email": "ana@shop.mx"},
}  # fmt: skip # lines of one checkout


async def _member(shop: Shop, _at: str) -> str:
    return shop.account


async def _reference(shop: Shop, at: str) -> str:
    reference: str = (await shop.store_charge(at))["payment_method"]["reference"]
    return reference


async def _transaction(shop: Shop, at: str) -> str:
    transaction: str = (await shop.bank_charge(at))["id"]
    return transaction


async def _code(_shop: Shop, _at: str) -> str:
    return "Ab3dE6gH"


async def _bin(_shop: Shop, _at: str) -> str:
    return "411111"


Maker = Callable[[Shop, str], Awaitable[str]]

MAKERS: Mapping[str, Maker] = {
    "member": _member,
    "customer_id": Shop.customer,
    "charge_id": Shop.charge,
    "confirm:charge_id": Shop.waiting_charge,
    "card_id": Shop.card,
    "bank_account_id": Shop.bank_account,
    "payout_id": Shop.payout,
    "transfer_id": Shop.transfer,
    "fee_id": Shop.fee,
    "plan_id": Shop.plan,
    "subscription_id": Shop.subscription,
    "token_id": Shop.token,
    "webhook_id": Shop.webhook,
    "checkout_id": Shop.checkout,
    "reference": _reference,
    "transaction": _transaction,
    "code": _code,
    "bin": _bin,
}
"""By a parameter's name; by `end:name` where the calls whose paths end so need another object than their neighbours."""


@asynccontextmanager
async def new_shop(sandbox: SandboxServer, name: str, mode: Mode = Mode.TEST) -> AsyncIterator[Shop]:
    """A merchant that has nothing yet."""
    registered = await sandbox.platform.core.tenants.register(NewTenant("openpay", name, mode=mode))
    tenant, key = registered.tenant, registered.private.key.reveal()
    async with httpx.AsyncClient(
        base_url=f"{sandbox.base_url}/openpay", auth=(key, ""), timeout=ANSWER_SECONDS_MAX
    ) as client:
        yield Shop(tenant.account, tenant.tenant_id, key, client)
