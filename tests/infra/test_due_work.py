"""The table of due work: what is handed out, when, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pasarela.infra.database import Database
from pasarela.infra.due_work import DueItem, DueKey, DueWork, Moment, Scheduled

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
REAL = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

due_work = DueWork()


def work(subject: str, hours: float = 0, *, tenant_id: int = 1, kind: str = "expire") -> Scheduled:
    return DueKey(tenant_id, kind, subject).at(T0 + hours * HOUR, {"subject": subject})


async def schedule(database: Database, *items: Scheduled) -> None:
    async with database.batch() as tx:
        await due_work.schedule(tx, items)


async def claim(
    database: Database, moment: Moment, kinds: Sequence[str] = ("expire",), limit: int = 10
) -> list[DueItem]:
    async with database.batch() as tx:
        return await due_work.claim(tx, moment, kinds, limit, LEASE)


def subjects(items: Sequence[DueItem]) -> list[str]:
    return [item.subject for item in items]


async def test_claim_hands_out_what_is_due_in_order(database: Database) -> None:
    await schedule(database, work("late", 3), work("second", 2), work("first", 1), work("zeroth", 2))
    assert await claim(database, Moment(T0, REAL)) == []
    items = await claim(database, Moment(T0 + 2 * HOUR, REAL))
    assert subjects(items) == ["first", "second", "zeroth"]
    assert items[0].data == {"subject": "first"}
    assert (items[0].attempt, items[0].due_at, items[0].instant) == (0, T0 + HOUR, T0 + HOUR)


async def test_claim_takes_the_earliest_when_there_are_many(database: Database) -> None:
    await schedule(database, *(work(f"s{hours}", hours) for hours in range(5)))
    assert subjects(await claim(database, Moment(T0 + 9 * HOUR, REAL), limit=2)) == ["s0", "s1"]
    assert subjects(await claim(database, Moment(T0 + 9 * HOUR, REAL), limit=2)) == ["s2", "s3"]


async def test_claim_asks_for_kinds(database: Database) -> None:
    await schedule(database, work("a"), work("a", kind="retry"))
    assert [item.kind for item in await claim(database, Moment(T0, REAL), ["retry"])] == ["retry"]


async def test_a_lease_ends_in_real_time(database: Database) -> None:
    await schedule(database, work("a"))
    assert subjects(await claim(database, Moment(T0, REAL))) == ["a"]
    far = T0 + timedelta(days=900)
    assert await claim(database, Moment(far, REAL + LEASE - timedelta(seconds=1))) == []
    assert subjects(await claim(database, Moment(T0, REAL + LEASE))) == ["a"]


async def test_two_workers_never_get_the_same(database: Database) -> None:
    await schedule(database, *(work(f"s{number:03}") for number in range(100)))
    claims = await asyncio.gather(*(claim(database, Moment(T0, REAL), limit=20) for _ in range(8)))
    got = [subject for items in claims for subject in subjects(items)]
    assert len(got) == len(set(got))


async def test_schedule_replaces_what_stands_under_the_key(database: Database) -> None:
    await schedule(database, work("a", 1))
    await schedule(database, work("a", 5), work("a", 3))
    assert await claim(database, Moment(T0 + 2 * HOUR, REAL)) == []
    items = await claim(database, Moment(T0 + 3 * HOUR, REAL))
    assert [item.due_at for item in items] == [T0 + 3 * HOUR]


async def test_bring_forward_never_puts_off(database: Database) -> None:
    await schedule(database, work("a", 3), work("b", 3))
    async with database.batch() as tx:
        await due_work.bring_forward(tx, [work("a", 2), work("b", 4), work("c", 1)])
    items = await claim(database, Moment(T0 + 9 * HOUR, REAL))
    assert [(item.subject, item.due_at - T0) for item in items] == [("c", HOUR), ("a", 2 * HOUR), ("b", 3 * HOUR)]


async def test_cancel_takes_back(database: Database) -> None:
    await schedule(database, work("a"), work("b"), work("a", tenant_id=2))
    async with database.batch() as tx:
        await due_work.cancel(tx, [DueKey(1, "expire", "a"), DueKey(1, "expire", "unknown")])
    items = await claim(database, Moment(T0, REAL))
    assert [(item.tenant_id, item.subject) for item in items] == [(1, "b"), (2, "a")]


async def test_finish_keeps_what_was_scheduled_anew_meanwhile(database: Database) -> None:
    await schedule(database, work("a"), work("b"))
    renewed, done = await claim(database, Moment(T0, REAL))
    await schedule(database, work("a", 1))
    async with database.batch() as tx:
        await due_work.finish(tx, [renewed, done])
    assert subjects(await claim(database, Moment(T0 + HOUR, REAL))) == ["a"]


async def test_reschedule_counts_attempts_and_frees_the_lease(database: Database) -> None:
    await schedule(database, work("a"))
    (item,) = await claim(database, Moment(T0, REAL))
    async with database.batch() as tx:
        await due_work.reschedule(tx, item, T0 + HOUR, "ValueError: no")
        await due_work.reschedule(tx, item, T0 + 9 * HOUR, "a worker that is too late")
    assert await claim(database, Moment(T0, REAL)) == []
    (again,) = await claim(database, Moment(T0 + HOUR, REAL))
    assert (again.attempt, again.due_at) == (1, T0 + HOUR)


async def test_release_gives_back_at_once(database: Database) -> None:
    await schedule(database, work("a"))
    (item,) = await claim(database, Moment(T0, REAL))
    async with database.batch() as tx:
        await due_work.release(tx, item)
    assert subjects(await claim(database, Moment(T0, REAL))) == ["a"]


async def test_parked_work_is_shown_and_can_be_tried_again(database: Database) -> None:
    await schedule(database, work("a"))
    (item,) = await claim(database, Moment(T0, REAL))
    async with database.batch() as tx:
        await due_work.park(tx, item, T0 + HOUR, "ValueError: no")
    assert await claim(database, Moment(T0 + 9 * HOUR, REAL)) == []
    async with database.operator() as tx:
        (parked,) = await due_work.parked(tx)
        assert (parked.key, parked.attempt, parked.error) == (item.key, 1, "ValueError: no")
        assert parked.parked_at == T0 + HOUR
        assert await due_work.unpark(tx, item.key, T0 + 2 * HOUR)
        assert not await due_work.unpark(tx, item.key, T0 + 2 * HOUR)
    (again,) = await claim(database, Moment(T0 + 2 * HOUR, REAL))
    assert (again.attempt, again.data) == (0, {"subject": "a"})


async def test_claim_key_takes_one_item(database: Database) -> None:
    await schedule(database, work("a", 5), work("b"))
    key = DueKey(1, "expire", "a")
    async with database.batch() as tx:
        item = await due_work.claim_key(tx, key, REAL, LEASE)
        assert item is not None
        assert item.key == key
        assert await due_work.claim_key(tx, key, REAL, LEASE) is None
        assert await due_work.claim_key(tx, DueKey(1, "expire", "unknown"), REAL, LEASE) is None


async def test_a_tenant_ahead_has_its_work_due_by_its_own_time(database: Database) -> None:
    await schedule(database, work("ahead", 30, tenant_id=2), work("not", 30), work("first", 1))
    moment = Moment(T0 + 7 * HOUR, REAL, tenants_ahead={2: 24 * HOUR})
    items = await claim(database, moment)
    assert [(item.subject, item.instant - T0) for item in items] == [("first", HOUR), ("ahead", 6 * HOUR)]


async def test_only_the_mover_claims_while_the_clock_is_moved(database: Database) -> None:
    await schedule(database, work("a"), work("b", tenant_id=2))
    async with database.operator() as tx:
        await tx.execute(
            "INSERT INTO platform_clock (tenant_id, offset_seconds, moving_until) VALUES (0, 0, $1)",
            REAL + LEASE / 2,
        )
    assert await claim(database, Moment(T0, REAL)) == []
    assert await claim(database, Moment(T0, REAL, tenants_ahead={3: HOUR})) == []
    assert subjects(await claim(database, Moment(T0, REAL, only_tenant=2, moving=True))) == ["b"]
    assert subjects(await claim(database, Moment(T0, REAL + LEASE / 2))) == ["a"]


async def test_next_instant_sees_what_others_run(database: Database) -> None:
    await schedule(database, work("a", 1), work("b", 2))
    await claim(database, Moment(T0 + HOUR, REAL))

    async def next_instant(hours: float, *, leased_too: bool) -> tuple[timedelta, bool] | None:
        async with database.batch() as tx:
            moment = Moment(T0 + hours * HOUR, REAL, moving=True)
            found = await due_work.next_instant(tx, moment, ["expire"], leased_too=leased_too)
        return None if found is None else (found.instant - T0, found.leased)

    assert await next_instant(0.5, leased_too=True) is None
    assert await next_instant(3, leased_too=True) == (HOUR, True)
    assert await next_instant(3, leased_too=False) == (2 * HOUR, False)


async def test_a_tenant_cannot_touch_anothers_work(database: Database) -> None:
    await schedule(database, work("a", tenant_id=2))
    async with database.tenant(1) as tx:
        await due_work.cancel(tx, [DueKey(2, "expire", "a")])
    with pytest.raises(Exception, match="row-level security"):
        async with database.tenant(1) as tx:
            await due_work.schedule(tx, [work("b", tenant_id=2)])
    assert subjects(await claim(database, Moment(T0, REAL))) == ["a"]
