"""The check digit of references, against references that the provider prints."""

from __future__ import annotations

import pytest

from pasarela.kernel import base10

PRINTED = [
    "000020TRNIRKIYOBO5QFEX55EF0100009",
    "000020TRT3PGJAWHQHPERTJOQJ0005006",
    "000020TRTJGWX6WVE2NF3R7FOW0260006",
    "OPENPAY02DQ35YOY7",
    "OPENPAY02DQWERWJ3",
]


@pytest.mark.parametrize("reference", PRINTED)
def test_printed_references_are_right(reference: str) -> None:
    assert base10.check_digit(reference[:-1]) == reference[-1]
    assert base10.valid(reference)


@pytest.mark.parametrize("reference", PRINTED)
def test_any_other_digit_is_wrong(reference: str) -> None:
    others = [digit for digit in "0123456789" if digit != reference[-1]]

    assert not any(base10.valid(reference[:-1] + digit) for digit in others)


@pytest.mark.parametrize(
    "text", ["", "7", "openpay02dq35yoy7", "OPENPAY-02DQ35YOY7", "OPENPAY02DQ35YOY\N{ARABIC-INDIC DIGIT SEVEN}"]
)
def test_what_is_no_reference(text: str) -> None:
    assert not base10.valid(text)


def test_letters_and_weights() -> None:
    assert [base10.check_digit(letter) for letter in "AIJRSZ"] == ["8", "1", "8", "1", "6", "1"]
    assert base10.check_digit("A0") == "9"
