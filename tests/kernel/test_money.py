"""`Money.parse`: exact or refused, whatever the number of digits."""

from __future__ import annotations

from decimal import getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pasarela.kernel.money import MAX_MINOR, BadAmount, Currency, Money

BEYOND_THE_CONTEXT = "0" * getcontext().prec


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("100.5", 10_050),
        ("0.01", 1),
        ("-0.01", -1),
        ("1e3", 100_000),
        ("1.5E+1", 1_500),
        ("12345e-2", 12_345),
        ("0", 0),
        ("-0.00", 0),
        ("0e999999", 0),
        ("0e-999999", 0),
        (f"1.5{BEYOND_THE_CONTEXT}", 150),
        (f"{BEYOND_THE_CONTEXT}1.50", 150),
        ("10000000000000.00", MAX_MINOR),
        ("-1e13", -MAX_MINOR),
    ],
)
def test_an_amount(text: str, minor: int) -> None:
    assert Money.parse(text, Currency.MXN) == Money(minor, Currency.MXN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ten",
        "1,5",
        "NaN",
        "sNaN",
        "-Infinity",
        "0.001",
        "0.005",
        "1e-3",
        "1e-999999",
        f"1.{BEYOND_THE_CONTEXT}1",
        f"0.{BEYOND_THE_CONTEXT}1",
        f"9999999999999.99{BEYOND_THE_CONTEXT}9",
        "10000000000000.01",
        f"10000000000000.00{BEYOND_THE_CONTEXT}1",
        "-10000000000000.01",
        "1e14",
        "1e999999",
    ],
)
def test_no_amount(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.parse(text, Currency.MXN)


@given(
    sign=st.sampled_from(["", "-", "+"]),
    whole=st.text("0123456789", min_size=1, max_size=40),
    decimals=st.text("0123456789", max_size=60) | st.integers(0, 60).map(lambda zeros: "0" * zeros + "1"),
    exponent=st.integers(-45, 45),
    precision=st.integers(1, 40),
)
@example(sign="", whole="1", decimals="0" * 27 + "1", exponent=0, precision=28)
def test_an_amount_is_its_fraction_or_none(sign: str, whole: str, decimals: str, exponent: int, precision: int) -> None:
    text = f"{sign}{whole}.{decimals}e{exponent}"
    scaled = Fraction(text) * 100
    parsed: Money | None
    with localcontext() as context:
        context.prec = precision
        try:
            parsed = Money.parse(text, Currency.MXN)
        except BadAmount:
            parsed = None
    exact = scaled.denominator == 1 and abs(scaled) <= MAX_MINOR
    assert parsed == (Money(int(scaled), Currency.MXN) if exact else None)


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(Currency))
def test_parse_reads_what_text_writes(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.text(), currency) == money
