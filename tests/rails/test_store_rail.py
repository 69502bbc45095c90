"""What every rail of stores does, simulated or real; and the door at which a real network knocks."""

from __future__ import annotations

import json

import pytest

from pasarela.rails.payers import StorePayment, TillAccepts, TillQuestion, TillRefusal
from pasarela.rails.stores.rail import StoreDoor
from tests.rails.payers_world import DOOR, KNOCK, Cashier, StoreWorld, mxn, simulated_stores, stores_at_the_door

QUESTION = TillQuestion("r1", "000020ABC", mxn(10_000), "OXXO")


@pytest.fixture(params=[simulated_stores, stores_at_the_door])
def world(request: pytest.FixtureRequest) -> StoreWorld:
    made: StoreWorld = request.param()
    return made


@pytest.fixture
def cashier(world: StoreWorld) -> Cashier:
    cashier = Cashier()
    cashier.at(world.rail)
    return cashier


async def test_a_till_asks_then_takes_then_tells(world: StoreWorld, cashier: Cashier) -> None:
    paid = await world.pay(QUESTION)
    assert paid == StorePayment("r1", "000020ABC", mxn(10_000), "OXXO")
    assert (cashier.asked, cashier.taken) == ([QUESTION], [paid])


async def test_without_an_amount_it_takes_what_it_is_told(world: StoreWorld, cashier: Cashier) -> None:
    cashier.answer = TillAccepts(mxn(12_345))
    await world.pay(TillQuestion("r1", "000020ABC"))
    assert [question.amount for question in cashier.asked] == [None]
    assert [payment.amount for payment in cashier.taken] == [mxn(12_345)]


@pytest.mark.parametrize("reason", list(TillRefusal))
async def test_a_till_that_may_not_takes_nothing(world: StoreWorld, cashier: Cashier, reason: TillRefusal) -> None:
    cashier.answer = reason
    assert await world.pay(QUESTION) is reason
    assert cashier.taken == []


async def test_what_is_told_again_is_heard_again(world: StoreWorld, cashier: Cashier) -> None:
    """Whoever stores it recognises it by its receipt."""
    assert [await world.pay(QUESTION) for _ in range(2)] == cashier.taken


def said(**change: object) -> bytes:
    return json.dumps({"receipt_id": "r1", "reference": "0000", "amount": "100.00", **change}).encode()


@pytest.mark.parametrize(
    ("kind", "knock", "message", "status"),
    [
        ("payments", None, said(), 401),
        ("payments", "Basic bm9ib2R5", said(), 401),
        ("payments", "Bearer x", said(), 401),
        ("returns", KNOCK, said(), 404),
        ("payments", KNOCK, b"{", 400),
        ("payments", KNOCK, b"\xff", 400),
        ("payments", KNOCK, said(amount=None), 400),
        ("payments", KNOCK, said(amount="0.00"), 400),
        ("payments", KNOCK, said(amount="1.005"), 400),
        ("payments", KNOCK, said(amount=100), 400),
        ("payments", KNOCK, said(reference=""), 400),
        ("questions", KNOCK, said(reference="a\0b"), 400),
    ],
)
async def test_the_door_takes_nothing_else(kind: str, knock: str | None, message: bytes, status: int) -> None:
    door, cashier = StoreDoor(DOOR), Cashier()
    cashier.at(door)
    assert (await door.received(kind, knock, message))[0] == status
    assert (cashier.asked, cashier.taken) == ([], [])
