"""The power fails three times under load: no acknowledged charge is lost, none is doubled, the books balance."""

from __future__ import annotations

import asyncio
import random
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import httpx

from tests.entry.commands import sandbox
from tests.entry.waiting import until
from tests.journeys.killing import power_failure
from tests.journeys.shop import Charge, Client, Order, Shop

SEED = 20_261_121
LIVES = 3
ACKNOWLEDGED_MIN, ACKNOWLEDGED_MAX = 60, 120

CENT = Decimal("0.01")


async def test_three_power_failures_under_load(tmp_path: Path) -> None:
    shop, data, chance = Shop(), str(tmp_path / "data"), random.Random(SEED)  # noqa: S311 - the same moments every time

    lives = [await _life(shop, data, chance.randint(ACKNOWLEDGED_MIN, ACKNOWLEDGED_MAX)) for _ in range(LIVES)]

    async with sandbox("--data", data) as started, Client(started.base_url) as client:
        await asyncio.gather(*(_ended(client, order) for order in shop.orders))
        charges, after = await client.all_charges(), await client.balance()
        async with httpx.AsyncClient() as control:
            verified = (await control.get(f"{started.base_url}/sandbox/v1/ledger/verify")).json()

    before, demo = lives[0]
    made = [charge for charge in charges if charge["id"] not in demo]
    _nothing_lost_nothing_doubled(shop, made)
    assert verified["balanced"], verified
    assert after == before + sum((_earned(charge) for charge in made if charge["status"] == "completed"), Decimal(0))


async def _life(shop: Shop, data: str, moment: int) -> tuple[Decimal, set[str]]:
    """Trades until so many acknowledgements, then the power fails; the balance and the charges that it began with."""
    async with sandbox("--data", data) as started:
        async with Client(started.base_url) as client:
            before = await client.balance(), {charge["id"] for charge in await client.all_charges()}
        await shop.trade(started.base_url, until_acknowledged=moment, then=lambda: power_failure(started))
        await started.wait()
    return before


async def _ended(client: Client, order: Order) -> None:
    async def settled() -> bool:
        return await client.settle(order)

    order.ended = False
    await until(settled)


def _nothing_lost_nothing_doubled(shop: Shop, made: list[Charge]) -> None:
    by_order = {charge["order_id"]: charge for charge in made}
    assert len(by_order) == len(made)
    assert by_order.keys() <= {order.order_id for order in shop.orders}
    for order in shop.orders:
        charge = by_order[order.order_id]
        if order.acknowledged is not None:
            assert charge["id"] == order.acknowledged["id"]
        assert charge["status"] in ({"completed"} if order.acknowledged else {"completed", "failed"})
        partly = order.held and charge["status"] == "completed"
        assert charge["amount"] == (order.to_capture if partly else order.amount)
        if order.captured is not None:
            assert charge == order.captured


def _earned(charge: Charge) -> Decimal:
    fee, tax = (Decimal(str(charge["fee"][part])).quantize(CENT, ROUND_HALF_UP) for part in ("amount", "tax"))
    return Decimal(str(charge["amount"])) - fee - tax
