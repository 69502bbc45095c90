"""CLABE control digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel import clabe


@pytest.mark.parametrize(
    "printed", ["646180109400423323", "646180109400000542", "646180109400135624", "032180000118359719"]
)
def test_printed_clabes_are_valid(printed: str) -> None:
    assert clabe.valid(printed)


@pytest.mark.parametrize(
    "text",
    ["646180109400423324", "64618010940042332", "6461801094004233233", "64618010940042332x", "", "٦" * 18],
)
def test_other_texts_are_not(text: str) -> None:
    assert not clabe.valid(text)


@given(st.integers(0, clabe.OWN_SERIALS - 1))
def test_own_clabes_are_valid_and_tell_their_serial(serial: int) -> None:
    made = clabe.own(serial)

    assert clabe.valid(made)
    assert made[:-1] == f"6461801094{serial:07d}"


@given(st.integers(0, clabe.OWN_SERIALS - 1), st.integers(0, 17), st.integers(1, 9))
def test_no_single_wrong_digit_passes(serial: int, place: int, change: int) -> None:
    right = clabe.own(serial)
    wrong = right[:place] + str((int(right[place]) + change) % 10) + right[place + 1 :]

    assert not clabe.valid(wrong)
