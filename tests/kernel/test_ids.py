"""Ids sort by time, never repeat, and are drawn evenly, by a fork's child too."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.ids import IdSource, SystemBits, seeded


class FixedClock:
    """Stands still unless it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self, tenant_id: int | None = None) -> datetime:
        return self.at


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_ids_and_uuids_sort_by_the_time_they_were_made_at() -> None:
    clock = FixedClock(NOON)
    ids = IdSource(clock)
    made, named = [], []
    for _ in range(50):
        made.append(ids.fresh("tr"))
        named.append(ids.uuid())
        clock.at += timedelta(milliseconds=1)

    assert made == sorted(made)
    assert named == sorted(named)
    assert len({*made, *named}) == 100


def test_a_uuid_is_of_version_7_and_tells_its_millisecond() -> None:
    uuid = UUID(IdSource(FixedClock(NOON)).uuid())

    assert (uuid.version, uuid.variant) == (7, "specified in RFC 4122")
    assert uuid.int >> 80 == int(NOON.timestamp() * 1000)


def test_a_seed_repeats_its_ids() -> None:
    one, other = (IdSource(FixedClock(NOON), seeded("same")) for _ in range(2))

    assert [one.fresh("k"), one.uuid(), one.digits(6)] == [other.fresh("k"), other.uuid(), other.digits(6)]


@given(st.integers(1, 5000))
def test_random_bits_fill_what_was_asked_for_and_no_more(k: int) -> None:
    bits = SystemBits()

    drawn = [bits.getrandbits(k) for _ in range(40)]

    assert all(0 <= number < 1 << k for number in drawn)
    assert any(number >> (k - 1) for number in drawn)  # the top bit, missing 40 times, once in 2**40


def test_a_range_is_drawn_evenly() -> None:
    bits = SystemBits()

    drawn = Counter(bits.randrange(10) for _ in range(20_000))

    assert sorted(drawn) == list(range(10))
    assert all(1_700 < count < 2_300 for count in drawn.values())  # seven standard deviations


def test_a_forked_process_draws_other_numbers() -> None:
    bits = SystemBits()
    bits.getrandbits(8)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, bits.getrandbits(128).to_bytes(16, "big"))
        os._exit(0)
    os.waitpid(child, 0)

    theirs = os.read(reading, 16)
    os.close(reading)
    os.close(writing)

    assert theirs != bits.getrandbits(128).to_bytes(16, "big")
