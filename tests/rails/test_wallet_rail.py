"""What every rail of wallets does, simulated or real; and the door at which a real wallet knocks."""

from __future__ import annotations

import json

import pytest

from pasarela.rails.payers import WalletAnswer, WalletAway
from pasarela.rails.wallets.absent import NoWallets
from tests.rails.payers_world import (
    KNOCK,
    RETURNS,
    Returns,
    WalletWorld,
    mxn,
    simulated_wallet,
    wallet_at_the_door,
    wallet_door,
)

APPROVED = WalletAnswer("w1", "tr1", mxn(10_000))
REFUSED = WalletAnswer("w2", "tr1", None)


@pytest.fixture(params=[simulated_wallet, wallet_at_the_door])
def world(request: pytest.FixtureRequest) -> WalletWorld:
    made: WalletWorld = request.param()
    return made


async def test_it_tells_what_payers_answer(world: WalletWorld) -> None:
    heard: list[WalletAnswer] = []

    async def hear(answer: WalletAnswer) -> None:
        heard.append(answer)

    world.rail.on_answer(hear)
    for answer in (APPROVED, REFUSED, APPROVED):
        await world.answer(answer)
    assert heard == [APPROVED, REFUSED, APPROVED]


async def test_it_takes_back_what_is_not_wanted_once(world: WalletWorld) -> None:
    for _ in range(2):
        await world.rail.give_back(APPROVED)
    assert world.back() == {"w1": mxn(10_000)}


@pytest.mark.parametrize("status", [None, 301, 404, 503])
async def test_a_wallet_that_does_not_take_it_back_is_asked_again(status: int | None) -> None:
    returns = Returns(status)
    with pytest.raises(WalletAway):
        await wallet_door(returns).give_back(APPROVED)
    assert returns.posted == [
        (RETURNS, {"answer_id": "w1", "reference": "tr1", "amount": "100.00"}, "network", "long-password")
    ]
    with pytest.raises(WalletAway):
        await NoWallets().give_back(APPROVED)


def said(**change: object) -> bytes:
    return json.dumps({"answer_id": "w1", "reference": "tr1", "approved": True, "amount": "5.00", **change}).encode()


@pytest.mark.parametrize(
    ("kind", "knock", "message", "status"),
    [
        ("answers", None, said(), 401),
        ("payments", KNOCK, said(), 404),
        ("answers", KNOCK, b"[]", 400),
        ("answers", KNOCK, said(amount=None), 400),
        ("answers", KNOCK, said(amount="-5.00"), 400),
        ("answers", KNOCK, said(approved="yes"), 400),
    ],
)
async def test_the_door_takes_nothing_else(kind: str, knock: str | None, message: bytes, status: int) -> None:
    door = wallet_door(Returns())

    async def hear(_answer: WalletAnswer) -> None:
        raise AssertionError("nobody hears of it")

    door.on_answer(hear)
    assert (await door.received(kind, knock, message))[0] == status
