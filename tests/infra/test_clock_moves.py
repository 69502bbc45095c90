"""Moving the clock: exactly the due work runs, once, in order, each piece at its own instant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasarela.infra.clock_store import ClockMover, ClockRunsForward, ClockStore
from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueItem, DueKey, DueWork
from pasarela.infra.listener import CLOCK_CHANNEL, Listener
from pasarela.kernel.clock import OffsetClock
from pasarela.kernel.durations import Duration
from tests.infra.waiting import running, until

HOUR = timedelta(hours=1)
DAY = Duration.parse("P1D")

FollowUp = tuple[str, int, Sequence[Any]]
"""What a handler schedules: subject, hours after its own due instant, and what that one schedules in turn."""

due_work = DueWork()


@dataclass
class Platform:
    """One process with a clock, and a handler that notes what it was called for and when it thought it
    was."""

    database: Database
    calls: list[tuple[int, str, datetime, datetime]] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    settled: int = 0
    on_settle: Callable[[], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.clock = OffsetClock()
        self.store = ClockStore(self.database, self.clock)
        self.runner = DueRunner(self.database, due_work, self.clock, {"expire": self.handle})
        self.mover = ClockMover(self.store, self.runner, self.settle)

    async def handle(self, item: DueItem) -> None:
        now = self.clock.now(item.tenant_id)
        if self.failures.get(item.subject, 0):
            self.failures[item.subject] -= 1
            raise ValueError("not yet")
        self.calls.append((item.tenant_id, item.subject, item.due_at, now))
        for subject, hours, then in item.data["then"]:
            await self.schedule(subject, item.due_at + hours * HOUR, item.tenant_id, then)

    async def settle(self) -> None:
        self.settled += 1
        if self.on_settle is not None:
            await self.on_settle()

    async def schedule(self, subject: str, due_at: datetime, tenant_id: int = 1, then: Sequence[FollowUp] = ()) -> None:
        async with self.database.batch() as tx:
            await due_work.schedule(tx, [DueKey(tenant_id, "expire", subject).at(due_at, {"then": then})])

    @property
    def subjects(self) -> list[str]:
        return [subject for _, subject, _, _ in self.calls]


@pytest.fixture
def platform(database: Database) -> Platform:
    return Platform(database)


async def test_advance_runs_what_becomes_due_in_order_at_its_own_instant(platform: Platform) -> None:
    start = platform.clock.now()
    await platform.schedule("third", start + 5 * HOUR)
    await platform.schedule("first", start - HOUR)
    await platform.schedule("second", start + 3 * HOUR)
    await platform.schedule("beyond", start + 25 * HOUR)
    moved = await platform.mover.advance(DAY)
    assert [(ran.subject, ran.error) for ran in moved.ran] == [("first", None), ("second", None), ("third", None)]
    for _, _, due_at, seen in platform.calls:
        assert timedelta() <= seen - max(due_at, start) < timedelta(minutes=1)
    assert timedelta() <= moved.now - (start + 24 * HOUR) < timedelta(minutes=1)


async def test_advance_runs_what_handlers_schedule_on_the_way(platform: Platform) -> None:
    start = platform.clock.now()
    then: list[FollowUp] = [("c", 2, [("c2", 0, [])]), ("b", 1, []), ("beyond", 40, [])]
    await platform.schedule("a", start + HOUR, then=then)
    await platform.schedule("d", start + 9 * HOUR)
    await platform.mover.advance(DAY)
    assert platform.subjects == ["a", "b", "c", "c2", "d"]


async def test_advance_lets_events_be_answered_before_the_next_instant(platform: Platform) -> None:
    start = platform.clock.now()
    await platform.schedule("a", start + HOUR)
    await platform.schedule("c", start + 3 * HOUR)

    async def react() -> None:
        if platform.subjects == ["a"]:
            await platform.schedule("b", start + 2 * HOUR)

    platform.on_settle = react
    await platform.mover.advance(DAY)
    assert platform.subjects == ["a", "b", "c"]


async def test_a_handler_that_fails_is_called_again_on_the_way(platform: Platform) -> None:
    start = platform.clock.now()
    await platform.schedule("a", start + HOUR)
    platform.failures["a"] = 2
    moved = await platform.mover.advance(DAY)
    assert [ran.attempt for ran in moved.ran] == [0, 1, 2]
    assert [ran.error for ran in moved.ran] == ["ValueError: not yet", "ValueError: not yet", None]
    assert platform.subjects == ["a"]


async def test_a_handler_that_always_fails_has_its_work_parked(platform: Platform) -> None:
    await platform.schedule("a", platform.clock.now())
    platform.failures["a"] = 1000
    moved = await platform.mover.advance(Duration.parse("P30D"))
    assert len(moved.ran) == 12
    async with platform.database.operator() as tx:
        (parked,) = await due_work.parked(tx)
    assert (parked.key.subject, parked.error) == ("a", "ValueError: not yet")


async def test_advance_of_one_tenant_leaves_the_others_alone(platform: Platform) -> None:
    start = platform.clock.now()
    await platform.schedule("mine", start + HOUR, tenant_id=5)
    await platform.schedule("theirs", start + HOUR, tenant_id=6)
    moved = await platform.mover.advance(DAY, tenant_id=5)
    assert platform.subjects == ["mine"]
    assert platform.clock.now(5) >= start + 24 * HOUR
    assert platform.clock.now(6) < start + HOUR
    assert moved.now >= start + 24 * HOUR
    # From then on that tenant is a day ahead, whoever moves the clock.
    await platform.schedule("mine later", start + 30 * HOUR, tenant_id=5)
    await platform.mover.advance(Duration.parse("PT8H"))
    assert platform.subjects == ["mine", "theirs", "mine later"]


async def test_advance_to_never_goes_back(platform: Platform) -> None:
    before = platform.clock.now()
    with pytest.raises(ClockRunsForward):
        await platform.mover.advance_to(before - HOUR)
    await platform.mover.advance_to(before + HOUR)
    assert platform.clock.now() >= before + HOUR


async def test_the_clock_is_kept_and_told_to_other_processes(database: Database) -> None:
    one, other = Platform(database), Platform(database)
    listener = Listener(database, {CLOCK_CHANNEL: other.store.load})
    async with running(listener.run()):
        await until(lambda: listener.connected)
        await one.mover.advance(DAY)
        await one.mover.advance(DAY, tenant_id=3)
        await until(lambda: other.clock.tenant_offsets == one.clock.tenant_offsets)
    assert other.clock.offset == one.clock.offset
    later = Platform(database)
    await later.store.load()
    assert later.clock.offset == one.clock.offset
    assert later.clock.tenant_offsets == one.clock.tenant_offsets


async def test_two_moves_at_once_follow_each_other(database: Database) -> None:
    one, other = Platform(database), Platform(database)
    start = one.clock.now()
    for number in range(20):
        await one.schedule(f"s{number:02}", start + number * HOUR)
    await asyncio.gather(one.mover.advance(DAY), other.mover.advance(DAY))
    assert sorted(one.subjects + other.subjects) == [f"s{number:02}" for number in range(20)]
    assert max(one.clock.now(), other.clock.now()) >= start + 48 * HOUR


async def test_work_that_another_worker_runs_is_waited_for(platform: Platform) -> None:
    start = platform.clock.now()
    await platform.schedule("slow", start)
    await platform.schedule("next", start + HOUR)
    (slow,) = await platform.runner.claim(1)
    moving = asyncio.create_task(platform.mover.advance(DAY))
    await asyncio.sleep(0.1)
    assert platform.subjects == []
    await platform.runner.run(slow)
    await moving
    assert platform.subjects == ["slow", "next"]


async def test_no_worker_claims_while_the_clock_is_moved(platform: Platform) -> None:
    await platform.schedule("a", platform.clock.now())
    async with platform.store.moving():
        assert await platform.runner.claim(1) == []
    assert len(await platform.runner.claim(1)) == 1


@dataclass
class Model:
    """What the platform should do, in whole hours. Work of one tenant and instant runs side by side."""

    hours: int = 0
    ahead: dict[int, int] = field(default_factory=dict)
    waiting: dict[tuple[int, str], tuple[int, Sequence[FollowUp]]] = field(default_factory=dict)

    def tenant_hours(self, tenant: int) -> int:
        return self.hours + self.ahead.get(tenant, 0)

    def advance(self, hours: int, tenant: int) -> list[tuple[int, int, str]]:
        """Moves time and answers what runs: instant (in the time that is moved), tenant, subject."""
        if tenant:
            self.ahead[tenant] = self.ahead.get(tenant, 0) + hours
            ran = self._run(tenant, self.tenant_hours(tenant), 0)
        else:
            self.hours += hours
            ran = []
            for each in TENANTS:
                ran += self._run(each, self.tenant_hours(each), self.ahead.get(each, 0))
        return sorted(ran)

    def _run(self, tenant: int, until: int, ahead: int) -> list[tuple[int, int, str]]:
        ran = []
        while due := [(at, key) for key, (at, _) in self.waiting.items() if key[0] == tenant and at <= until]:
            instant = min(due)[0]
            together = [(key, self.waiting.pop(key)) for at, key in due if at == instant]
            for (_, subject), (_, follow_ups) in together:
                ran.append((instant - ahead, tenant, subject))
                for name, after, then in follow_ups:
                    self.waiting[tenant, name] = (instant + after, then)
        return ran


Action = tuple[str, int, str, int, list[int]]
TENANTS = (1, 2, 3)
_hours = st.integers(0, 60)
_tenants = st.sampled_from(TENANTS)
_subjects = st.sampled_from(["a", "b", "c", "a+", "a++"])
_actions: st.SearchStrategy[Action] = st.one_of(
    st.tuples(st.just("schedule"), _tenants, _subjects, _hours, st.lists(_hours, max_size=2)),
    st.tuples(st.just("cancel"), _tenants, _subjects, st.just(0), st.just([])),
    st.tuples(st.just("advance"), st.sampled_from([0, *TENANTS]), st.just(""), _hours, st.just([])),
)


@given(actions=st.lists(_actions, min_size=8, max_size=40))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_schedules_and_moves_run_exactly_the_due_work_once_in_order(
    database: Database, actions: list[Action]
) -> None:
    async with database.operator() as tx:
        await tx.execute("DELETE FROM due_work")
        await tx.execute("DELETE FROM platform_clock")
    platform, model = Platform(database), Model()
    # All instants are whole hours from here and now is half past, so that the test's own seconds change
    # nothing.
    origin = platform.clock.now() - HOUR / 2
    for action, tenant, subject, hours, pauses in actions:
        if action == "schedule":
            at = model.tenant_hours(tenant) + hours
            then = follow_ups_of(subject, pauses)
            model.waiting[tenant, subject] = (at, then)
            await platform.schedule(subject, origin + at * HOUR, tenant, then)
        elif action == "cancel":
            model.waiting.pop((tenant, subject), None)
            async with database.batch() as tx:
                await due_work.cancel(tx, [DueKey(tenant, "expire", subject)])
        else:
            expected = model.advance(hours, tenant)
            del platform.calls[:]
            await platform.mover.advance(Duration(elapsed=hours * HOUR), tenant or None)
            instants = [
                (round((due_at - origin) / HOUR) - (0 if tenant else model.ahead.get(owner, 0)), owner, name)
                for owner, name, due_at, _ in platform.calls
            ]
            assert sorted(instants) == expected
            assert [instant for instant, _, _ in instants] == [instant for instant, _, _ in expected]
            assert all(seen >= due_at for _, _, due_at, seen in platform.calls)


def follow_ups_of(subject: str, pauses: Sequence[int]) -> list[FollowUp]:
    if not pauses:
        return []
    return [(f"{subject}+", pauses[0], follow_ups_of(f"{subject}+", pauses[1:]))]
