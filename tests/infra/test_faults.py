"""What the sandbox is told to break: which messages it meets, and that every process knows."""

from __future__ import annotations

import pytest

from pasarela.infra.database import Database
from pasarela.infra.faults import BadFault, FaultStore
from pasarela.infra.listener import FAULTS_CHANNEL, Listener
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.ids import IdSource, seeded
from pasarela.rails.contract import FaultPlan
from tests.infra.waiting import running, until

NET = "card_network"


def store(database: Database) -> FaultStore:
    return FaultStore(database, SystemClock(), IdSource(SystemClock()), seeded("faults"))


@pytest.fixture
def faults(database: Database) -> FaultStore:
    return store(database)


def met(plan: FaultPlan, messages: int, target: str = NET) -> list[str | None]:
    return [plan.next_fault(target) for _ in range(messages)]


async def test_nothing_is_broken_at_first(faults: FaultStore) -> None:
    await faults.load()
    assert met(faults, 2) == [None, None]
    assert await faults.list() == []


async def test_a_fault_meets_its_target_only(faults: FaultStore) -> None:
    await faults.add(NET, "decline:51")
    assert met(faults, 2) == ["decline:51", "decline:51"]
    assert met(faults, 1, "spei") == [None]


async def test_a_fault_meets_so_many_messages_after_so_many(faults: FaultStore) -> None:
    added = await faults.add(NET, "timeout", count=2, after=1)
    assert met(faults, 2) == [None, "timeout"]
    (listed,) = await faults.list()
    assert (listed.fault_id, listed.remaining, listed.after) == (added.fault_id, 1, 0)
    assert met(faults, 2) == ["timeout", None]
    assert await faults.list() == []


async def test_the_oldest_fault_goes_first(faults: FaultStore) -> None:
    await faults.add(NET, "timeout", count=1)
    await faults.add(NET, "drop", count=1)
    assert met(faults, 3) == ["timeout", "drop", None]


async def test_a_fault_meets_messages_with_its_probability(faults: FaultStore) -> None:
    await faults.add(NET, "delay:200", probability=0.25)
    assert 200 < met(faults, 1000).count("delay:200") < 300
    await faults.clear()
    await faults.add(NET, "drop", probability=0)
    assert met(faults, 100) == [None] * 100


async def test_clear_mends_everything(faults: FaultStore) -> None:
    await faults.add(NET, "timeout")
    await faults.add("api:openpay", "error:503")
    assert await faults.clear() == 2
    assert await faults.clear() == 0
    assert met(faults, 1) == [None]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("target", {"target": "moon"}),
        ("target", {"target": "api:"}),
        ("mode", {"mode": "explode"}),
        ("mode", {"mode": "decline"}),
        ("mode", {"mode": "delay:-1"}),
        ("probability", {"probability": 1.5}),
        ("probability", {"probability": float("nan")}),
        ("count", {"count": 0}),
        ("after", {"after": -1}),
    ],
)
async def test_add_refuses(faults: FaultStore, field: str, wrong: dict[str, object]) -> None:
    fault: dict[str, object] = {"target": NET, "mode": "timeout"} | wrong
    with pytest.raises(BadFault) as caught:
        await faults.add(**fault)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field == field
    assert await faults.list() == []


async def test_other_processes_know_and_counts_are_shared(database: Database) -> None:
    here, there = store(database), store(database)
    listener = Listener(database, {FAULTS_CHANNEL: there.load})
    async with running(listener.run()), running(here.run()):
        await until(lambda: listener.connected)
        await here.add(NET, "timeout", count=3)
        await until(lambda: bool(there._by_target))  # noqa: SLF001 - asking the plan would count
        assert met(here, 2) == ["timeout", "timeout"]
        await until(lambda: there._by_target[NET][0].remaining == 1)  # noqa: SLF001 - as above
        assert met(there, 2) == ["timeout", None]
        await there.clear()
    assert await here.list() == []
