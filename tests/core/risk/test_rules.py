"""The rules themselves, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.risk.errors import BadEntry
from pasarela.core.risk.model import Counter, Effect, ListKind, Profile, Reading, RiskFacts, Verdict
from pasarela.core.risk.rules import (
    RULES,
    MaxAmount,
    bucket_of,
    judge,
    listed_pan,
    listed_text,
    needs_of,
    subject_of,
)
from pasarela.kernel.money import Currency, Money
from tests.fakes.stopped_clock import NOON

SALE = RiskFacts(tenant_id=7, api="openpay", amount=Money(100_00, Currency.MXN), at=NOON)


def test_without_lists_and_limits_everything_is_allowed() -> None:
    assert judge(RULES, SALE, {}) == Verdict(allowed=True, matched=(), review=False)
    assert needs_of(RULES, Profile({}, frozenset())) == frozenset()


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("kind", list(ListKind))
def test_a_listed_sale_is_refused(kind: ListKind) -> None:
    verdict = judge(RULES, replace(SALE, listed={kind: "fraud"}), {})

    assert verdict == Verdict(allowed=False, matched=(f"blocked_{kind.value}",))


@pytest.mark.parametrize(("limit", "allowed"), [(9_999, False), (10_000, True), (10_001, True), (0, False)])
def test_max_amount(limit: int, allowed: bool) -> None:
    assert judge(RULES, SALE, {"max_amount": limit}).allowed is allowed


@pytest.mark.parametrize(
    ("rule", "counter", "limit", "matched"),
    [
        ("card_velocity_count", Counter.CARD, 2, True),
        ("card_velocity_count", Counter.CARD, 3, False),
        ("card_velocity_amount", Counter.CARD, 299_99, True),
        ("card_velocity_amount", Counter.CARD, 300_00, False),
        ("tenant_volume", Counter.TENANT, 299_99, True),
        ("tenant_volume", Counter.TENANT, 300_00, False),
    ],
)
def test_velocity(rule: str, counter: Counter, limit: int, matched: bool) -> None:
    facts = replace(SALE, readings={counter: Reading(3, 300_00)})

    assert judge(RULES, facts, {rule: limit}).matched == ((rule,) if matched else ())


def test_all_matched_rules_are_named_in_order() -> None:
    facts = replace(
        SALE, listed={ListKind.EMAIL: "fraud", ListKind.CARD: "fraud"}, readings={Counter.CARD: Reading(3, 1)}
    )
    limits = {"card_velocity_count": 1, "max_amount": 1, "tenant_volume": 1}

    assert judge(RULES, facts, limits).matched == (
        "blocked_card",
        "blocked_email",
        "max_amount",
        "card_velocity_count",
    )


def test_a_rule_may_hold_a_sale_for_review() -> None:
    rules = (MaxAmount("large", Effect.REVIEW), MaxAmount("huge"))

    assert judge(rules, SALE, {"large": 1}) == Verdict(allowed=True, matched=("large",), review=True)
    assert judge(rules, SALE, {"large": 1, "huge": 1}) == Verdict(allowed=False, matched=("large", "huge"))


def test_needs_are_of_what_is_set_up_only() -> None:
    assert needs_of(RULES, Profile({"max_amount": 5}, frozenset())) == frozenset()
    assert needs_of(RULES, Profile({}, frozenset({ListKind.EMAIL}))) == {ListKind.EMAIL}
    assert needs_of(RULES, Profile({"tenant_volume": 5}, frozenset())) == {Counter.TENANT}


@given(
    st.dictionaries(st.sampled_from([rule.name for rule in RULES]), st.integers(0, 10**6)),
    st.dictionaries(st.sampled_from(Counter), st.builds(Reading, st.integers(0, 10**6), st.integers(0, 10**6))),
    st.dictionaries(st.sampled_from(ListKind), st.just("fraud")),
    st.integers(1, 10**6),
)
def test_a_verdict_refuses_exactly_when_a_rule_is_met(
    limits: dict[str, int],
    readings: dict[Counter, Reading],
    listed: dict[ListKind, str],
    amount: int,
) -> None:
    facts = replace(SALE, amount=Money(amount, Currency.MXN), readings=readings, listed=listed)

    verdict = judge(RULES, facts, limits)

    assert verdict.allowed is (not verdict.matched)
    assert {f"blocked_{kind.value}" for kind in listed} <= set(verdict.matched)
    looser = judge(RULES, facts, {rule: limit + 10**7 for rule, limit in limits.items()})
    assert set(looser.matched) <= set(verdict.matched)


def test_subjects() -> None:
    facts = replace(SALE, fingerprint=b"\xab" * 32, bin="411111", email=" Ana@X.MX ", buyer="u1")

    assert subject_of(ListKind.CARD, facts) == subject_of(Counter.CARD, facts) == "ab" * 32
    assert subject_of(ListKind.BIN, facts) == "411111"
    assert subject_of(ListKind.EMAIL, facts) == "ana@x.mx"
    assert subject_of(ListKind.BUYER, facts) == "u1"
    assert subject_of(Counter.TENANT, facts) == ""
    assert [subject_of(need, SALE) for need in (*ListKind, Counter.CARD)] == [None] * 5


def test_listed_text() -> None:
    assert listed_text(ListKind.EMAIL, " Ana@X.MX ") == "ana@x.mx"
    assert listed_text(ListKind.BIN, "411111 ") == "411111"
    assert listed_text(ListKind.BUYER, "U1") == "U1"


@pytest.mark.parametrize(
    ("kind", "entry"),
    [(ListKind.BIN, "41111"), (ListKind.BIN, "41111x"), (ListKind.EMAIL, " "), (ListKind.BUYER, "")],
)
def test_entries_that_fit_no_list(kind: ListKind, entry: str) -> None:
    with pytest.raises(BadEntry):
        listed_text(kind, entry)


def test_listed_pan() -> None:
    assert listed_pan("4111 1111-1111 1111") == "4111111111111111"
    for entry in ("4111111111111112", "411111", "", "x"):
        with pytest.raises(BadEntry):
            listed_pan(entry)


def test_bucket_of_is_the_hour() -> None:
    instant = datetime(2026, 11, 23, 12, 59, 59, 999_999, tzinfo=UTC)

    assert bucket_of(instant) == NOON
