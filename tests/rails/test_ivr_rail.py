"""What every telephone does, simulated or real; and the door at which a real one knocks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pasarela.rails.ivr.rail import PhoneDoor
from pasarela.rails.payers import PhoneCall
from tests.rails.payers_world import DOOR, KNOCK, PhoneWorld, a_card, phone_at_the_door, simulated_phone, typed

CALL = PhoneCall("call1", "tr1", "676105", a_card())


@pytest.fixture(params=[simulated_phone, phone_at_the_door])
def world(request: pytest.FixtureRequest) -> PhoneWorld:
    made: PhoneWorld = request.param()
    return made


async def test_it_tells_what_a_payer_types(world: PhoneWorld) -> None:
    heard: list[PhoneCall] = []

    async def hear(call: PhoneCall) -> None:
        heard.append(call)

    world.rail.on_call(hear)
    await world.call(CALL)
    await world.call(CALL)
    assert heard == [CALL, CALL]


def said(**change: Any) -> bytes:
    call = typed(CALL)
    card = call["card"] | change.pop("card", {})
    return json.dumps({**call, "card": card, **change}).encode()


@pytest.mark.parametrize(
    ("kind", "knock", "message", "status"),
    [
        ("calls", None, said(), 401),
        ("answers", KNOCK, said(), 404),
        ("calls", KNOCK, b"nothing", 400),
        ("calls", KNOCK, said(key="abc"), 400),
        ("calls", KNOCK, said(card={"card_number": "4111111111111112"}), 400),
        ("calls", KNOCK, said(card={"card_number": "9999999999999995"}), 400),
        ("calls", KNOCK, said(card={"expiration_month": "13"}), 400),
        ("calls", KNOCK, said(card={"cvv2": ""}), 400),
    ],
)
async def test_the_door_takes_nothing_else(kind: str, knock: str | None, message: bytes, status: int) -> None:
    door = PhoneDoor(DOOR)

    async def hear(_call: PhoneCall) -> None:
        raise AssertionError("nobody hears of it")

    door.on_call(hear)
    answered, told = await door.received(kind, knock, message)
    assert answered == status
    assert b"4111" not in told
