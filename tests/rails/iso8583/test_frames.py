from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.frames import LONGEST, SHORTEST, FrameReader, framed

BODIES = st.lists(st.binary(min_size=SHORTEST, max_size=300), max_size=6)


@given(BODIES, st.lists(st.integers(1, 40)))
def test_feed_finds_the_messages_whatever_the_chunks(bodies: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(framed(body) for body in bodies)
    reader = FrameReader()
    found: list[bytes] = []

    for size in [*sizes, len(stream)]:
        found.extend(reader.feed(stream[:size]))
        stream = stream[size:]

    assert found == bodies


@pytest.mark.parametrize("size", [0, SHORTEST - 1, LONGEST + 1, 0xFFFF])
def test_feed_refuses_impossible_lengths(size: int) -> None:
    with pytest.raises(Malformed):
        list(FrameReader().feed(size.to_bytes(2, "big")))


def test_feed_gives_the_messages_before_the_nonsense() -> None:
    bodies = FrameReader().feed(framed(b"0110" + bytes(8)) + b"\x00\x00")

    assert next(bodies) == b"0110" + bytes(8)
    with pytest.raises(Malformed):
        next(bodies)
