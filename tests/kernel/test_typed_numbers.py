"""Card numbers in free text: found in whatever groups they are typed, and told from other numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.cards import holds_pan
from pasarela.kernel.secret import mask_pans, numbers_in

VISA, AMEX = "4111111111111111", "378282246310005"


@pytest.mark.parametrize(
    "text",
    [
        VISA,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 - 1111 - 1111 - 1111",
        "3782 822463 10005",
        "12 4111 1111 1111 1111",
        "4111 1111 1111 1111 12/29",
        "pedido 7 4111111111111111 9",
        "x4111111111111111x",
        "6011111111111117",
        "3530111333300000",
        "4222222222222",
    ],
)
def test_holds_pan(text: str) -> None:
    assert holds_pan(text)
    assert not holds_pan(mask_pans(text))


@pytest.mark.parametrize(
    "text",
    ["", "4111111111111112", "41111111111111110000", "4111.1111.1111.1111", "0101990000001065", "646180109400423323",
     "1732168431128", "525512345678", "4111 1111", "4111    1111    1111    1111"],
)  # fmt: skip  # what is no card number
def test_other_numbers(text: str) -> None:
    assert not holds_pan(text)


def test_numbers_in_tells_where() -> None:
    text = f"uno {VISA} dos 3782 822463 10005"

    assert list(numbers_in(text)) == [(4, 20, VISA), (25, 42, AMEX)]
    assert mask_pans(text) == "uno 411111XXXXXX1111 dos 378282XXXXX0005"


@given(st.text(alphabet="0123456789 -x", max_size=60))
def test_masking_leaves_nothing_to_mask_but_what_overlapped(text: str) -> None:
    masked = mask_pans(text)
    assert len(masked) <= len(text)
    ends = [end for _, end, _ in numbers_in(text)]
    starts = [start for start, _, _ in numbers_in(text)]
    assert all(before <= start for before, start in zip(ends, starts[1:], strict=False))
