"""Check digits of card numbers, and texts shown without the numbers in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.secret import Secret, luhn_valid, mask_pans

DIGITS = st.text("0123456789", max_size=40)


def plainly_valid(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: from the right, every second digit is doubled, and all digits are added up."""
    counted = "".join(str(int(digit) * (1 + index % 2)) for index, digit in enumerate(reversed(digits)))
    return sum(map(int, counted)) % 10 == 0


@given(DIGITS)
def test_luhn_valid_is_the_plain_definition(digits: str) -> None:
    assert luhn_valid(digits) == plainly_valid(digits)


@given(DIGITS)
def test_one_check_digit_is_right(body: str) -> None:
    assert [luhn_valid(f"{body}{digit}") for digit in range(10)].count(True) == 1


@pytest.mark.parametrize(
    ("digits", "right"),
    [("4111111111111111", True), ("4111111111111112", False), ("343434343434343", True), ("0", True), ("", True)],
)
def test_luhn_valid(digits: str, right: bool) -> None:
    assert luhn_valid(digits) is right


def test_mask_pans() -> None:
    shown = mask_pans("4111 1111 1111 1111, 343434343434343 and 4111111111111112")
    assert shown == "411111XXXXXX1111, 343434XXXXX4343 and 4111111111111112"


def test_mask_pans_beside_digits_of_other_scripts() -> None:
    arabic = "\N{ARABIC-INDIC DIGIT FOUR}" * 16
    assert mask_pans(f"{arabic} {arabic[0]}4111111111111111") == f"{arabic} {arabic[0]}411111XXXXXX1111"


def test_a_secret_is_not_shown() -> None:
    secret = Secret("4111111111111111")
    assert (repr(secret), str(secret), f"{secret:>20}", f"{[secret]}") == ("***", "***", "***", "[***]")
