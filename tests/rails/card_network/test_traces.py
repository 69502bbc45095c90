from __future__ import annotations

from datetime import UTC, datetime

from pasarela.rails.card_network.traces import TraceSource
from tests.rails.card_world import FixedClock


def test_fresh_counts_from_the_first_to_the_last_and_round_past_those_in_use() -> None:
    source = TraceSource(FixedClock(), {"000001", "000003"}.__contains__, first_stan=999_998)

    assert [source.fresh().stan for _ in range(4)] == ["999998", "999999", "000002", "000004"]


def test_fresh_stamps_whole_seconds_of_platform_time() -> None:
    assert TraceSource(FixedClock(), lambda _: False).fresh().sent_at == datetime(2026, 11, 21, 2, 52, 0, tzinfo=UTC)


def test_references_of_two_processes_never_meet() -> None:
    sources = [TraceSource(FixedClock(), lambda _: False, first_stan=1) for _ in range(8)]

    references = [source.fresh().rrn for source in sources for _ in range(1_000)]

    assert len(set(references)) == 8_000
    assert all(len(rrn) == 12 and rrn.isalnum() and rrn == rrn.upper() for rrn in references)
