"""The simulated banks: they take orders, settle them on bank days, answer by hand, and obey faults."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pasarela.infra.database import Database
from pasarela.infra.due_runner import LEASE
from pasarela.infra.due_work import DueItem, DueWork, Moment
from pasarela.kernel.money import Currency, Money
from pasarela.rails.contract import (
    SpeiAccepted,
    SpeiDeposit,
    SpeiNotSeen,
    SpeiRefused,
    SpeiReturned,
    SpeiSettled,
    Unknown,
)
from pasarela.rails.simulators.spei import SETTLE, SpeiSimulator
from tests.fakes.stopped_clock import StoppedClock
from tests.rails.spei_world import Heard, order

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MONDAY_TEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
KEY = "TR0000000000000000A1"


class Faults:
    """Modes to apply, one after the other."""

    def __init__(self) -> None:
        self.modes: list[str | None] = []

    def next_fault(self, target: str) -> str | None:
        assert target == "spei"
        return self.modes.pop(0) if self.modes else None


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def banks(database: Database, faults: Faults, heard: Heard) -> SpeiSimulator:
    simulator = SpeiSimulator(database, DueWork(), StoppedClock(SATURDAY), faults)
    simulator.on_notification(heard)
    return simulator


async def due(database: Database, at: datetime) -> list[DueItem]:
    async with database.batch() as tx:
        return await DueWork().claim(tx, Moment(at, datetime.now(UTC)), [SETTLE], 10, LEASE)


async def test_left_alone_an_order_settles_on_the_next_bank_day_at_ten(
    banks: SpeiSimulator, heard: Heard, database: Database
) -> None:
    assert await banks.send(order()) == SpeiAccepted(KEY)
    assert await banks.find(order()) == SpeiAccepted(KEY)

    (item,) = await due(database, MONDAY_TEN)
    assert (item.due_at, heard) == (MONDAY_TEN, [])
    await banks.handlers()[SETTLE](item)

    assert heard == [SpeiSettled(KEY)]
    assert await banks.find(order()) == SpeiSettled(KEY)


async def test_an_order_sent_twice_is_one_order(banks: SpeiSimulator, database: Database) -> None:
    await banks.send(order())

    assert await banks.send(order()) == SpeiAccepted(KEY)
    assert len(await due(database, MONDAY_TEN)) == 1


async def test_by_hand_it_settles_at_once_and_can_still_come_back(
    banks: SpeiSimulator, heard: Heard, database: Database
) -> None:
    await banks.send(order())
    await banks.settle(1, KEY)
    await banks.give_back(1, KEY, "cuenta cancelada")

    assert heard == [SpeiSettled(KEY), SpeiReturned(KEY, "cuenta cancelada")]
    assert await due(database, MONDAY_TEN) == []
    assert await banks.find(order()) == SpeiReturned(KEY, "cuenta cancelada")


async def test_a_bank_answers_only_what_it_has_and_only_once(banks: SpeiSimulator, heard: Heard) -> None:
    assert not await banks.settle(1, KEY)
    await banks.send(order())
    assert await banks.give_back(1, KEY, "cuenta inexistente")
    assert not await banks.settle(1, KEY)
    assert not await banks.give_back(2, KEY, "otro comercio")

    assert heard == [SpeiReturned(KEY, "cuenta inexistente")]


@pytest.mark.parametrize(
    ("mode", "answer", "taken"),
    [
        ("timeout", Unknown(), False),
        ("drop", Unknown(reached=False), False),
        ("late_approval", Unknown(), True),
        ("decline:51", SpeiRefused("51", "refused on request"), False),
        ("delay:1", SpeiAccepted(KEY), True),
    ],
)
async def test_faults(banks: SpeiSimulator, faults: Faults, mode: str, answer: object, taken: bool) -> None:
    faults.modes = [mode]

    assert await banks.send(order()) == answer
    assert await banks.find(order()) == (SpeiAccepted(KEY) if taken else SpeiNotSeen())


async def test_a_duplicate_is_told_twice(banks: SpeiSimulator, faults: Faults, heard: Heard) -> None:
    await banks.send(order())
    faults.modes = ["duplicate"]
    await banks.settle(1, KEY)

    assert heard == [SpeiSettled(KEY), SpeiSettled(KEY)]


async def test_a_deposit_is_told(banks: SpeiSimulator, heard: Heard) -> None:
    deposit = SpeiDeposit("DEP1", Money(100, Currency.MXN), "646180109400135624", "hola")

    await banks.deposit(deposit)

    assert heard == [deposit]
