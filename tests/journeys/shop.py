"""A shop under load whose provider dies again and again: it notes what was acknowledged, and asks again for the rest.

It behaves as a careful merchant: one order id for each order whatever happens, and 1006 on a repetition means that the
order's charge is there already, so it is looked up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from tests.facades.openpay.bodies import CARD, changed
from tests.fixtures_server import MERCHANT, PRIVATE_KEY

TILLS = 16
ANSWER_SECONDS_MAX = 30
HELD_EVERY = 4
PAGE = 100

CHARGE = {"method": "card", "card": CARD, "description": "Cargo"}

Charge = dict[str, Any]


@dataclass(slots=True)
class Order:
    """`acknowledged` is the last good answer; a held order is captured for less than was held."""

    order_id: str
    amount: int
    held: bool
    acknowledged: Charge | None = None
    captured: Charge | None = None
    ended: bool = False

    @property
    def body(self) -> dict[str, Any]:
        return changed(CHARGE, amount=self.amount, order_id=self.order_id, capture=not self.held)

    @property
    def to_capture(self) -> int:
        return self.amount - 1


@dataclass(slots=True)
class Shop:
    """`orders` are all that were ever made; `acknowledgements` counts good answers."""

    orders: list[Order] = field(default_factory=list)
    acknowledgements: int = 0

    async def trade(self, base_url: str, *, until_acknowledged: int, then: Callable[[], None]) -> None:
        """First repeats what has not been acknowledged, then makes new orders, at all tills at once; after so many
        acknowledgements does `then`, which ends the provider, and returns when every till has noticed."""
        self.acknowledgements = 0
        waiting = [order for order in self.orders if not order.ended]

        async def at_the_till(shop: Client) -> None:
            with contextlib.suppress(httpx.TransportError):
                while True:
                    order = waiting.pop() if waiting else self._new_order()
                    await shop.place(order)
                    if order.acknowledged is not None:
                        self.acknowledgements += 1
                        if self.acknowledgements == until_acknowledged:
                            then()

        async with Client(base_url) as client:
            await asyncio.gather(*(at_the_till(client) for _ in range(TILLS)))

    def _new_order(self) -> Order:
        number = len(self.orders)
        order = Order(f"load-{number}", 50 + number, held=number % HELD_EVERY == 0)
        self.orders.append(order)
        return order


class Client:
    """Calls about orders on one run of the provider. Raises `httpx.TransportError` when it has died."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{base_url}/openpay/v1/{MERCHANT}", auth=(PRIVATE_KEY, ""), timeout=ANSWER_SECONDS_MAX
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def place(self, order: Order) -> None:
        """Charges, captures what is held; leaves the order as far as the provider answered."""
        if order.acknowledged is None:
            answer = await self._http.post("/charges", json=order.body)
            if answer.status_code == 200:
                order.acknowledged = answer.json()
            else:
                assert answer.json()["error_code"] in {1004, 1006}, answer.text
        if order.acknowledged is not None:
            await self._go_on(order, order.acknowledged)

    async def settle(self, order: Order) -> bool:
        """Looks the order up and goes on with it; whether it has come to its end."""
        charge = await self.find(order)
        if charge is None:
            await self.place(order)
        elif charge["status"] == "in_progress":
            await self._go_on(order, charge)
        else:
            order.ended = True
        return order.ended

    async def find(self, order: Order) -> Charge | None:
        answer = await self._http.get("/charges", params={"order_id": order.order_id})
        assert answer.status_code == 200, answer.text
        found: list[Charge] = answer.json()
        assert len(found) <= 1, found
        return found[0] if found else None

    async def all_charges(self) -> list[Charge]:
        found: list[Charge] = []
        while True:
            answer = await self._http.get("/charges", params={"limit": PAGE, "offset": len(found)})
            assert answer.status_code == 200, answer.text
            found += answer.json()
            if len(answer.json()) < PAGE:
                return found

    async def balance(self) -> Decimal:
        answer = await self._http.get("")
        return Decimal(str(answer.json()["balance"]))

    async def _go_on(self, order: Order, charge: Charge) -> None:
        """An order that was held is captured, once; one that was not needs nothing more."""
        if not order.held:
            order.ended = order.acknowledged is not None
            return
        answer = await self._http.post(f"/charges/{charge['id']}/capture", json={"amount": order.to_capture})
        if answer.status_code == 200:
            order.captured, order.ended = answer.json(), True
        else:
            # 1003: an earlier capture stands or is under way; or nobody knows yet whether the hold does.
            assert answer.json()["error_code"] in {1003, 1004}, answer.text
