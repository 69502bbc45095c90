from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.secret import luhn_valid
from pasarela.rails.simulators.outcomes import (
    Delivery,
    TestCards,
    Wish,
    code_of_amount,
    code_of_holder,
    wish_of,
)


@pytest.mark.parametrize(
    ("mode", "wish"),
    [
        (None, None),
        ("approve", Wish("00")),
        ("decline:51", Wish("51")),
        ("decline:n7", Wish("N7")),
        ("decline:", Wish("05")),
        ("decline:5100", Wish("05")),
        ("error:91", Wish("91")),
        ("error:500", Wish("96")),
        ("timeout", Wish(delivery=Delivery.NEVER)),
        ("late_approval", Wish("00", Delivery.LATE)),
        ("drop", Wish(delivery=Delivery.DROP)),
        ("duplicate", Wish(delivery=Delivery.TWICE)),
        ("delay:250", Wish(delivery=Delivery.DELAYED, delay_ms=250)),
        ("delay:99999999999999", Wish(delivery=Delivery.DELAYED, delay_ms=60_000)),
        ("delay:soon", None),
        ("review", None),
        ("reorder", None),
        ("", None),
    ],
)
def test_wish_of(mode: str | None, wish: Wish | None) -> None:
    assert wish_of(mode) == wish


@given(st.text())
def test_wish_of_anything(mode: str) -> None:
    wish = wish_of(mode)
    assert wish is None or wish.code is None or len(wish.code) == 2


@pytest.mark.parametrize(
    ("name", "code"),
    [("OUTCOME 51", "51"), ("outcome n7 ", "N7"), ("Ana Outcome 51", None), ("OUTCOME 510", None), ("", None)],
)
def test_code_of_holder(name: str, code: str | None) -> None:
    assert code_of_holder(name) == code


def test_code_of_amount() -> None:
    assert [code_of_amount(minor) for minor in (899_999, 900_000, 900_005, 900_099, 900_100)] == [
        None,
        "00",
        "05",
        "99",
        None,
    ]


def test_every_card_of_the_table_is_a_card_with_a_code() -> None:
    table = json.loads(resources.files("pasarela.rails.simulators").joinpath("outcomes.json").read_text("utf-8"))
    numbers = [row["number"] for row in table["cards"]]

    assert len(numbers) == len(set(numbers)) == 42
    for row in table["cards"]:
        assert luhn_valid(row["number"])
        assert TestCards().code_of(row["number"]) == row["code"]
        assert {"meaning", "source"} <= row.keys()
    assert TestCards().code_of("4012888888881881") is None
