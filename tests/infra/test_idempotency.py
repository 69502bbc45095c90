"""One key, one piece of work, one answer: repeated, concurrent, crashed and in another process."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pasarela.infra.database import Database
from pasarela.infra.idempotency import LEASE, Answer, Idempotency, IdempotencyKeyReused, Key, StillAtWork
from tests.fakes.stopped_clock import StoppedClock

SECRET = b"s" * 32
ANSWER = Answer(201, b'{"id":"tr1","bytes":"\xc3\xb1"}')


class Work:
    """What a call does under a key; counts and keeps the ids that it is done under."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.ids: list[str] = []
        self._answers = list(answers) or [ANSWER]
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.begun = asyncio.Event()

    async def __call__(self, operation_id: str) -> Answer:
        self.ids.append(operation_id)
        self.begun.set()
        await self.may_end.wait()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def once(database: Database) -> Idempotency:
    return Idempotency(database, SECRET)


@pytest.fixture
def key(once: Idempotency) -> Key:
    return Key(7, "header:openpay", "a-key", once.fingerprint(b"/charges", b'{"amount":1}'))


async def test_the_second_call_gets_the_first_answer(once: Idempotency, key: Key) -> None:
    work = Work()

    first = await once.once(key, "tr1", work)
    second = await once.once(key, "tr2", work)

    assert first == second == ANSWER
    assert work.ids == ["tr1"]


async def test_keys_scopes_and_tenants_are_apart(once: Idempotency, key: Key) -> None:
    work = Work()
    for number, other in enumerate((key, replace(key, key="b"), replace(key, scope="x"), replace(key, tenant_id=8))):
        await once.once(other, f"tr{number}", work)

    assert work.ids == ["tr0", "tr1", "tr2", "tr3"]


async def test_another_request_under_the_key_is_refused(once: Idempotency, key: Key) -> None:
    work = Work()
    await once.once(key, "tr1", work)
    other = replace(key, fingerprint=once.fingerprint(b"/charges", b'{"amount":2}'))

    with pytest.raises(IdempotencyKeyReused):
        await once.once(other, "tr2", work)

    assert work.ids == ["tr1"]


def test_fingerprints_need_the_secret_and_know_the_parts(once: Idempotency, database: Database) -> None:
    assert once.fingerprint(b"ab", b"c") != once.fingerprint(b"a", b"bc")
    assert once.fingerprint(b"a") != Idempotency(database, b"t" * 32).fingerprint(b"a")
    assert len(once.fingerprint(b"a")) == 32


@pytest.mark.parametrize("same_process", [True, False])
async def test_of_many_at_once_one_works_and_all_get_its_answer(
    database: Database, once: Idempotency, key: Key, *, same_process: bool
) -> None:
    work = Work()
    work.may_end.clear()
    others = [once if same_process else Idempotency(database, SECRET) for _ in range(5)]
    calls = [asyncio.create_task(each.once(key, f"tr{n}", work)) for n, each in enumerate(others)]
    await work.begun.wait()
    await asyncio.sleep(0.2)
    assert not any(call.done() for call in calls)

    work.may_end.set()

    assert set(await asyncio.gather(*calls)) == {ANSWER}
    assert len(work.ids) == 1


async def test_a_server_error_is_tried_again_under_the_same_id(once: Idempotency, key: Key) -> None:
    work = Work(Answer(503, b"{}"), ANSWER)

    assert (await once.once(key, "tr1", work)).status == 503
    assert await once.once(key, "tr2", work) == ANSWER
    assert work.ids == ["tr1", "tr1"]


async def test_a_failure_is_tried_again_under_the_same_id(once: Idempotency, key: Key) -> None:
    work = Work(TimeoutError(), ANSWER)

    with pytest.raises(TimeoutError):
        await once.once(key, "tr1", work)

    assert await once.once(key, "tr2", work) == ANSWER
    assert work.ids == ["tr1", "tr1"]


async def test_a_caller_who_goes_away_frees_the_key(once: Idempotency, key: Key) -> None:
    work = Work()
    work.may_end.clear()
    call = asyncio.create_task(once.once(key, "tr1", work))
    await work.begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    work.may_end.set()

    assert await once.once(key, "tr2", work) == ANSWER
    assert work.ids == ["tr1", "tr1"]


async def test_after_a_crash_the_work_is_done_again_under_the_same_id(database: Database, key: Key) -> None:
    clock, work = StoppedClock(), Work()
    crashed, restarted = (Idempotency(database, SECRET, clock=clock) for _ in range(2))
    work.may_end.clear()
    dying = asyncio.create_task(crashed.once(key, "tr1", work))
    await work.begun.wait()
    waiting = asyncio.create_task(restarted.once(key, "tr2", work))
    await asyncio.sleep(0.2)
    assert work.ids == ["tr1"]  # its owner still seems to live

    clock.advance(seconds=LEASE.total_seconds() + 1)
    work.may_end.set()

    assert await waiting == ANSWER
    assert work.ids[1:] in ([], ["tr1"])
    await dying


async def test_a_living_owner_keeps_its_claim(database: Database, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pasarela.infra.idempotency.RENEWAL_SECONDS", 0.02)
    clock, work = StoppedClock(), Work()
    owner, other = (Idempotency(database, SECRET, clock=clock) for _ in range(2))
    work.may_end.clear()
    owning = asyncio.create_task(owner.once(key, "tr1", work))
    await work.begun.wait()
    for _ in range(4):
        clock.advance(seconds=LEASE.total_seconds() / 2)
        await asyncio.sleep(0.1)
    waiting = asyncio.create_task(other.once(key, "tr2", work))
    await asyncio.sleep(0.1)

    work.may_end.set()

    assert await owning == await waiting == ANSWER
    assert work.ids == ["tr1"]


async def test_patience_ends(database: Database, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pasarela.infra.idempotency.WAIT_SECONDS_MAX", 0.2)
    work = Work()
    work.may_end.clear()
    owning = asyncio.create_task(Idempotency(database, SECRET).once(key, "tr1", work))
    await work.begun.wait()

    with pytest.raises(StillAtWork):
        await Idempotency(database, SECRET).once(key, "tr2", work)

    work.may_end.set()
    await owning


async def test_what_is_stored_tells_nothing_of_the_request(database: Database, once: Idempotency, key: Key) -> None:
    await once.once(key, "tr1", Work())

    async with database.operator() as tx:
        (row,) = await tx.fetch("SELECT * FROM claims")
    assert row["fingerprint"] == key.fingerprint
    assert (row["answer_status"], row["answer"], row["subject"]) == (201, ANSWER.body, "tr1")
