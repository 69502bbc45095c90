"""Several processes on one database: while one resets it, the others rest, and then know nothing of before."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from pasarela.entry.standstill import OthersAtWork, Standstill
from tests.control.charging import attempt, charge
from tests.fixtures_server import running_sandbox


async def test_a_reset_in_one_process_reaches_the_other(fresh_demo_database: str) -> None:
    async with running_sandbox(fresh_demo_database) as one, running_sandbox(fresh_demo_database) as two:
        made = await charge(two, order_id="everywhere")
        before = two.platform

        answer = await one.control.post("/reset")

        assert answer.status_code == 200, answer.text
        assert (await two.openpay.get(f"/charges/{made['id']}")).status_code == 404
        assert two.platform is not before
        await charge(two, order_id="everywhere")
        assert (await attempt(one, order_id="everywhere")).status_code == 409


async def test_processes_that_reset_at_once_take_turns(fresh_demo_database: str) -> None:
    async with running_sandbox(fresh_demo_database) as one, running_sandbox(fresh_demo_database) as two:
        answers = await asyncio.gather(*(each.control.post("/reset") for each in (one, two, one, two)))

        assert [answer.status_code for answer in answers] == [200] * 4
        for each in (one, two):
            await charge(each)
        assert (await one.control.get("/ledger/verify")).json()["balanced"]


async def test_a_process_moves_the_clock_of_the_other(fresh_demo_database: str) -> None:
    async with running_sandbox(fresh_demo_database) as one, running_sandbox(fresh_demo_database) as two:
        held = await charge(two, capture=False)

        moved = await one.control.post("/clock", json={"advance": "P8D"})

        assert held["id"] in {each["subject"] for each in moved.json()["ran"]}
        assert (await two.openpay.get(f"/charges/{held['id']}")).json()["status"] == "cancelled"


class Desk:
    """A process that notes what it is asked to do."""

    def __init__(self, url: str, *, stubborn: bool = False) -> None:
        self.standstill = Standstill(url, self.rest, self.resume)
        self.notes: list[str] = []
        self.resumed = asyncio.Event()
        self._stubborn = stubborn

    async def rest(self) -> None:
        self.notes.append("rest")
        if self._stubborn:
            raise OthersAtWork

    async def resume(self) -> None:
        self.notes.append("resume")
        self.resumed.set()


async def test_others_rest_while_one_is_alone(fresh_database: str) -> None:
    alone, other = Desk(fresh_database), Desk(fresh_database)
    await alone.standstill.start()
    await other.standstill.start()

    async with alone.standstill.alone():
        assert other.notes == ["rest"]
        assert alone.notes == []

    await other.resumed.wait()
    assert other.notes == ["rest", "resume"]
    for desk in (alone, other):
        await desk.standstill.stop()


async def test_a_dead_process_does_not_hold_up_the_others(fresh_database: str) -> None:
    alone, dead = Desk(fresh_database), Desk(fresh_database)
    await alone.standstill.start()
    await dead.standstill.start()
    await dead.standstill.stop()

    async with asyncio.timeout(10), alone.standstill.alone():
        assert dead.notes == []

    await alone.standstill.stop()


async def test_joins_again_when_its_connection_is_cut(fresh_database: str) -> None:
    alone, other = Desk(fresh_database), Desk(fresh_database)
    await alone.standstill.start()
    await other.standstill.start()
    connection = await asyncpg.connect(fresh_database)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pasarela standstill'"
    await connection.execute(f"{cut} AND datname = current_database()")
    await connection.close()

    async with asyncio.timeout(10):
        async with alone.standstill.alone():
            pass
        # A process that was not there may rest twice; what counts is that it hears again.
        while not other.notes:
            async with alone.standstill.alone():
                await asyncio.sleep(0.1)

    for desk in (alone, other):
        await desk.standstill.stop()


async def test_whoever_does_not_rest_is_waited_for_in_vain(fresh_database: str) -> None:
    alone, other = Desk(fresh_database), Desk(fresh_database, stubborn=True)
    await alone.standstill.start()
    await other.standstill.start()

    with pytest.raises(OthersAtWork):
        async with alone.standstill.alone(seconds=1):
            pytest.fail("the other is still at work")

    assert "rest" in other.notes
    for desk in (alone, other):
        await desk.standstill.stop()
