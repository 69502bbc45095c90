"""Which cards are taken."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.context import Mode
from pasarela.core.vault import errors
from pasarela.core.vault.errors import (
    ExpiredCard,
    MissingSecurityCode,
    UnsupportedBrand,
    WrongCheckDigit,
    WrongSecurityCode,
)
from pasarela.core.vault.known_cards import PRINTED, TEST_PANS
from pasarela.core.vault.rules import check, check_new_expiry
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.errors import Refusal
from pasarela.kernel.secret import Secret

TODAY = date(2026, 11, 23)
REAL = "4915801234567896"


def checked(
    pan: str = REAL,
    *,
    expiry: tuple[int, int] = (2030, 12),
    cvv: str | None = "123",
    mode: Mode = Mode.TEST,
    needs_cvv: bool = True,
) -> CardData:
    return check(
        Secret(pan),
        holder_name="Ana",
        expiry=Expiry(*expiry),
        cvv=None if cvv is None else Secret(cvv),
        today=TODAY,
        mode=mode,
        needs_cvv=needs_cvv,
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_a_good_card_is_answered_as_it_came(mode: Mode) -> None:
    assert checked(mode=mode) == CardData(Secret(REAL), "Ana", Expiry(2030, 12), Secret("123"))


@pytest.mark.parametrize("pan", ["4915801234567892", "", "49158012345678 96", "4915801234567x96", "٤" * 16])
def test_a_wrong_check_digit_is_refused(pan: str) -> None:
    with pytest.raises(WrongCheckDigit):
        checked(pan)


@pytest.mark.parametrize("pan", ["0000000000000000", "6011111111111117", "42424242424242424242"])
def test_a_number_of_no_scheme_is_refused(pan: str) -> None:
    with pytest.raises(UnsupportedBrand):
        checked(pan)


@pytest.mark.parametrize("pan", sorted(TEST_PANS))
def test_test_cards_work_in_test_mode_only(pan: str) -> None:
    assert checked(pan).pan.reveal() == pan

    with pytest.raises(errors.TestCardInProduction):
        checked(pan, mode=Mode.PRODUCTION)


@pytest.mark.parametrize(
    ("expiry", "expired"), [((2026, 10), True), ((2026, 11), False), ((2025, 12), True), ((2027, 1), False)]
)
def test_a_card_works_until_its_month_ends(expiry: tuple[int, int], expired: bool) -> None:
    if expired:
        with pytest.raises(ExpiredCard):
            checked(expiry=expiry)
    else:
        assert checked(expiry=expiry).expiry == Expiry(*expiry)


@pytest.mark.parametrize(
    ("pan", "expiry"),
    [
        ("4111111111111111", (2020, 12)),
        ("343434343434343", (2020, 12)),
        ("4242424242424242", (2015, 12)),
        ("4242424242424242", (2021, 12)),
        ("4005580000040541", (2018, 12)),
        ("5453750000000001", (2016, 10)),
    ],
)
def test_a_printed_pair_counts_as_unexpired_in_test_mode(pan: str, expiry: tuple[int, int]) -> None:
    assert checked(pan, expiry=expiry).expiry == Expiry(*expiry)


@pytest.mark.parametrize(
    ("pan", "expiry"),
    [
        ("4111111111111111", (2020, 11)),
        ("4111111111111111", (2021, 12)),
        ("343434343434343", (2015, 12)),
        ("5555555555554444", (2020, 12)),
        (REAL, (2020, 12)),
    ],
)
def test_no_other_expired_pair_does(pan: str, expiry: tuple[int, int]) -> None:
    with pytest.raises(ExpiredCard):
        checked(pan, expiry=expiry)


def test_printed_pairs_are_test_cards() -> None:
    assert {pan for pan, _ in PRINTED} <= TEST_PANS


def test_a_missing_security_code() -> None:
    with pytest.raises(MissingSecurityCode):
        checked(cvv=None)

    assert checked(cvv=None, needs_cvv=False).cvv is None


@pytest.mark.parametrize("cvv", ["123", "1234"])
def test_three_or_four_digits_are_a_security_code(cvv: str) -> None:
    assert checked(cvv=cvv).cvv == Secret(cvv)


@pytest.mark.parametrize("cvv", ["", "12", "12345", "12a", "١٢٣"])
@pytest.mark.parametrize("needs_cvv", [True, False])
def test_anything_else_is_not(cvv: str, needs_cvv: bool) -> None:
    with pytest.raises(WrongSecurityCode):
        checked(cvv=cvv, needs_cvv=needs_cvv)


@given(st.text(max_size=24), st.one_of(st.none(), st.text(max_size=5)), st.sampled_from(Mode))
def test_whatever_is_typed_is_taken_or_refused(pan: str, cvv: str | None, mode: Mode) -> None:
    with contextlib.suppress(Refusal):
        assert checked(pan, cvv=cvv, mode=mode).pan == Secret(pan)


def test_a_saved_card_keeps_its_expiry_but_gets_no_passed_one() -> None:
    check_new_expiry(Expiry(2020, 12), Expiry(2020, 12), TODAY)
    check_new_expiry(Expiry(2026, 11), Expiry(2020, 12), TODAY)
    with pytest.raises(ExpiredCard):
        check_new_expiry(Expiry(2026, 10), Expiry(2030, 12), TODAY)
