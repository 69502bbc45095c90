"""What each kind of field accepts, what it makes of it, and which rule refuses the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.facades.toolkit import fields as f
from pasarela.facades.toolkit.refusals import Missing, WrongType, WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, parse_filters, required
from pasarela.kernel.money import MAX_MINOR
from pasarela.kernel.secret import Secret


class Inner(WireModel):
    line = required(f.Text(5))


class Everything(WireModel):
    text = f.Text(5)
    loose = f.Text(10, numbers=True)
    digits = f.Digits(3, 4)
    secret = f.SecretDigits(12, 19)
    whole = f.Whole(1, 12)
    amount = f.Amount()
    bound = f.Amount(zero=True, name="amount[gte]")
    flag = default(f.Flag(), True)
    choice = f.Choice({"MXN": 1, "USD": 2})
    day = f.Day()
    inner = f.Nested(Inner)
    ignored = f.Ignored()
    word = f.Word()
    either = f.Text(5, also=("other",))


class Strict(WireModel):
    name = required(f.Text(5))
    amount = required(f.Amount())


def parsed(**values: Any) -> Everything:
    return Everything.parse(values)


def rule_of(values: Mapping[str, Any]) -> str:
    with pytest.raises(WrongValue) as refused:
        Everything.parse(values)
    return refused.value.rule


def test_absent_null_and_empty_are_the_same() -> None:
    for values in ({}, dict.fromkeys(("text", "amount", "flag", "inner")), {"text": " ", "amount": "", "flag": ""}):
        model = Everything.parse(values)

        assert (model.text, model.amount, model.flag, model.inner) == (None, None, True, None)


def test_unknown_keys_are_ignored() -> None:
    assert parsed(text="abc", status="completed", id=7).text == "abc"


@pytest.mark.parametrize("values", [{}, {"name": None}, {"name": ""}, {"name": "  "}])
def test_required_is_named(values: dict[str, Any]) -> None:
    with pytest.raises(Missing, match="name is required") as refused:
        Strict.parse(values)

    assert (refused.value.field, refused.value.rule) == ("name", "wire.required")


def test_a_nested_field_is_named_with_its_path() -> None:
    with pytest.raises(Missing) as refused:
        parsed(inner={})

    assert refused.value.field == "inner.line"


def test_an_alias_serves_when_the_name_is_absent() -> None:
    assert parsed(other="b").either == "b"
    assert parsed(either="a", other="b").either == "a"


@pytest.mark.parametrize(
    ("sent", "minor"),
    [
        (100, 10_000),
        (Decimal("100.00"), 10_000),
        (Decimal("100.5"), 10_050),
        ("100.50", 10_050),
        (" 7 ", 700),
        (Decimal("0.01"), 1),
        (Decimal("1E+2"), 10_000),
        (Decimal("1.500000"), 150),
        (Decimal(MAX_MINOR).scaleb(-2), MAX_MINOR),
    ],
)
def test_amount_is_exact(sent: object, minor: int) -> None:
    assert parsed(amount=sent).amount == minor


@pytest.mark.parametrize("sent", [True, [], {}, "abc", "1e2", "0x10", "1,000", "١٢", "NaN", "1_0", "+1", "--1"])
def test_amount_of_a_wrong_type(sent: object) -> None:
    with pytest.raises(WrongType) as refused:
        parsed(amount=sent)

    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (0, "amount.positive"),
        (-1, "amount.positive"),
        ("-0.5", "amount.positive"),
        (Decimal("0.001"), "amount.decimals"),
        ("10.555", "amount.decimals"),
        (Decimal("1.00000000000000000000000000000000001"), "amount.decimals"),
        (Decimal("1E-999999999"), "amount.decimals"),
        (Decimal("1E+999999999"), "amount.max"),
        (10**400, "amount.max"),
        (Decimal("NaN"), "amount.max"),
        (Decimal(MAX_MINOR + 1).scaleb(-2), "amount.max"),
    ],
)
def test_amount_of_a_wrong_value(sent: object, rule: str) -> None:
    assert rule_of({"amount": sent}) == rule


def test_a_bound_may_be_zero() -> None:
    assert Everything.parse({"amount[gte]": "0"}).bound == 0


@given(st.integers(min_value=1, max_value=MAX_MINOR), st.integers(min_value=0, max_value=3))
def test_every_amount_survives(minor: int, more_zeros: int) -> None:
    text = f"{minor // 100}.{minor % 100:02d}" + "0" * more_zeros

    assert parsed(amount=Decimal(text)).amount == minor
    assert parsed(amount=text).amount == minor


@pytest.mark.parametrize("sent", [True, "true", "TRUE", " True "])
def test_flag_true(sent: object) -> None:
    assert parsed(flag=sent).flag is True


@pytest.mark.parametrize("sent", [False, "false", "FALSE"])
def test_flag_false(sent: object) -> None:
    assert parsed(flag=sent).flag is False


@pytest.mark.parametrize("sent", [1, 0, "yes", [], Decimal(1)])
def test_flag_refuses(sent: object) -> None:
    with pytest.raises(WrongType):
        parsed(flag=sent)


def test_texts() -> None:
    assert parsed(text="ñandú").text == "ñandú"
    assert parsed(loose=4423456723).loose == "4423456723"
    assert rule_of({"text": "123456"}) == "wire.max_length"
    assert rule_of({"text": "a\0b"}) == "wire.characters"
    wrong: object
    for wrong in (7, True, [], {}):
        with pytest.raises(WrongType):
            parsed(text=wrong)
    with pytest.raises(WrongType):
        parsed(loose=True)


def test_digits() -> None:
    assert parsed(digits="012").digits == "012"
    assert parsed(digits=1234).digits == "1234"
    assert rule_of({"digits": "12"}) == "wire.max_length"
    assert rule_of({"digits": 12345}) == "wire.max_length"
    wrong: object
    for wrong in ("12a", "1 2", "\N{FULLWIDTH DIGIT ONE}23", -12, Decimal("1.5"), True, []):
        with pytest.raises(WrongType):
            parsed(digits=wrong)


def test_secret_digits_are_secret_at_once() -> None:
    model = parsed(secret=4111111111111111)

    assert model.secret == Secret("4111111111111111")
    assert "4111" not in repr(vars(model))


def test_whole_numbers() -> None:
    assert parsed(whole="04").whole == 4
    assert parsed(whole=12).whole == 12
    assert rule_of({"whole": 13}) == rule_of({"whole": "0"}) == rule_of({"whole": 10**30}) == "wire.range"
    wrong: object
    for wrong in ("1.0", Decimal("1.0"), True, "x", "9" * 19, []):
        with pytest.raises(WrongType):
            parsed(whole=wrong)


def test_choices_ignore_case() -> None:
    assert parsed(choice="mxn").choice == 1
    assert rule_of({"choice": "EUR"}) == "wire.choice"
    with pytest.raises(WrongType):
        parsed(choice=1)


def test_days() -> None:
    assert parsed(day="2026-02-28").day == date(2026, 2, 28)
    for wrong in ("2026-02-30", "2026-2-1", "20260201", "today", "2026-02-01T00:00:00"):
        assert rule_of({"day": wrong}) == "wire.date"


def test_words_may_be_booleans() -> None:
    assert [parsed(word=sent).word for sent in (True, "IVR", False)] == ["true", "ivr", "false"]


def test_objects() -> None:
    assert parsed(ignored=[{"a": 1}]).ignored is None
    for field in ("inner", "ignored"):
        with pytest.raises(WrongType):
            Everything.parse({field: "text"})


def test_whatever_is_wrong_in_a_query_is_a_wrong_value() -> None:
    with pytest.raises(WrongValue) as refused:
        parse_filters(Everything, {"whole": "ten"})

    assert (refused.value.rule, refused.value.field) == ("wire.filter", "whole")


def test_schema_names_what_is_required() -> None:
    schema = Strict.schema()

    assert schema["required"] == ["name", "amount"]
    assert schema["properties"]["name"] == {"type": "string", "maxLength": 5}
    assert Everything.schema()["properties"]["flag"]["default"] is True
    assert Everything.models() == {Everything, Inner}


def test_amount_has_the_bound_that_its_field_has() -> None:
    field = f.Amount(most=10**12 - 1)

    assert field.read(Decimal("9999999999.99"), "amount") == 10**12 - 1
    with pytest.raises(WrongValue) as refused:
        field.read(10**10, "amount")
    assert refused.value.rule == "amount.max"
