from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.private_data import pack, unpack

TAGS = st.sampled_from(["CV", "HN", "EC", "CA", "IN", "OW", "OR", "ZZ"])
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=99)


@given(st.dictionaries(TAGS, TEXTS))
def test_unpack_takes_back_what_pack_made(elements: dict[str, str]) -> None:
    assert unpack(pack(elements)) == elements


def test_pack_transliterates_cuts_and_leaves_out() -> None:
    assert pack({"HN": "Íñigo Peña 李", "EC": None}) == "HN12Inigo Pena ?"
    assert unpack(pack({"HN": "x" * 150})) == {"HN": "x" * 99}


@given(st.text(max_size=40))
def test_pack_makes_ascii_of_anything(name: str) -> None:
    assert pack({"HN": name}).isascii()


@pytest.mark.parametrize("text", ["C", "CV", "CV0", "CV3x123", "CV+3123", "CV04123", "CV03123CV03123", "CV03123X"])
def test_unpack_refuses_what_does_not_add_up(text: str) -> None:
    with pytest.raises(Malformed):
        unpack(text)


@given(st.text(max_size=60))
def test_unpack_of_anything_is_elements_or_malformed(text: str) -> None:
    try:
        elements = unpack(text)
    except Malformed:
        return
    assert sum(4 + len(value) for value in elements.values()) == len(text)
