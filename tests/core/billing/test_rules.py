"""The days on which subscriptions are charged: the document's examples, month ends, and what holds for all of them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.billing.errors import SubscriptionEnded, TrialEndsTooEarly
from pasarela.core.billing.model import (
    AfterRetries,
    Charge,
    Plan,
    RepeatUnit,
    Subscription,
    SubscriptionStatus,
)
from pasarela.core.billing.rules import (
    begins_at,
    charge_day,
    day_of,
    ends_trial,
    last_trial_day,
    next_charge_day,
    paid,
    with_trial_until,
)
from pasarela.core.payments.card_views import view_of_card
from pasarela.kernel.money import Currency, Money
from tests.factories.cards import MASTERCARD, card
from tests.fakes.stopped_clock import NOON
from tests.properties.effort import effort

WEEK, MONTH, YEAR = RepeatUnit.WEEK, RepeatUnit.MONTH, RepeatUnit.YEAR
S = SubscriptionStatus
DAY = timedelta(days=1)
PLAN = Plan(7, "p1", "Curso de ingles", Money(15_000, Currency.MXN), MONTH, 1, 2, AfterRetries.CANCELLED, 30, NOON)


def a_subscription(status: SubscriptionStatus, trial_end: date, charge_date: date, number: int = 0) -> Subscription:
    return Subscription(
        7,
        "s1",
        "a1",
        "p1",
        status,
        None,
        view_of_card(card()),
        b"1",
        cancel_at_period_end=False,
        trial_end_date=trial_end,
        charge_date=charge_date,
        period_number=number,
        next_charge_at=begins_at(charge_date),
        created_at=NOON,
    )


def a_charge(charged_on: date) -> Charge:
    return Charge(
        7, "s1", "tr1", charged_on, "tok1", view_of_card(card(MASTERCARD)), b"2", cancel_at_period_end=True,
        created_at=NOON,
    )  # fmt: skip  # one row, read as one


@pytest.mark.parametrize(
    ("created", "trial_end"),
    [
        (datetime(2014, 5, 22, 20, 56, 18, tzinfo=UTC), date(2014, 6, 20)),
        (datetime(2013, 12, 13, 18, 39, 46, tzinfo=UTC), date(2014, 1, 11)),
    ],
)
def test_the_printed_trials(created: datetime, trial_end: date) -> None:
    assert last_trial_day(day_of(created), None, None, PLAN) == trial_end


@pytest.mark.parametrize(
    ("asked", "asked_days", "trial_end"),
    [
        (None, None, date(2026, 1, 30)),
        (None, 0, date(2025, 12, 31)),
        (None, 1, date(2026, 1, 1)),
        (date(2026, 1, 1), 9, date(2026, 1, 1)),
        (date(2026, 3, 5), None, date(2026, 3, 5)),
        (date(2025, 12, 31), None, date(2025, 12, 31)),
        (date(2016, 1, 11), None, date(2025, 12, 31)),
    ],
)
def test_a_trial_ends_as_asked(asked: date | None, asked_days: int | None, trial_end: date) -> None:
    assert last_trial_day(date(2026, 1, 1), asked, asked_days, PLAN) == trial_end


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 1, 5, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2026, 1, 1, 6, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2022, 7, 1, 4, 59, tzinfo=UTC), date(2022, 6, 30)),  # summer time, which Mexico has had until 2022
        (datetime(2022, 7, 1, 5, tzinfo=UTC), date(2022, 7, 1)),
    ],
)
def test_days_are_mexico_citys(instant: datetime, day: date) -> None:
    assert day_of(instant) == day
    assert begins_at(day) <= instant < begins_at(day + DAY)


@pytest.mark.parametrize(
    ("anchor", "unit", "every", "days"),
    [
        (date(2026, 1, 31), MONTH, 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        (date(2027, 11, 30), MONTH, 1, ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]),
        (date(2026, 8, 31), MONTH, 2, ["2026-08-31", "2026-10-31", "2026-12-31", "2027-02-28", "2027-04-30"]),
        (date(2028, 2, 29), YEAR, 1, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        (date(2026, 12, 24), WEEK, 2, ["2026-12-24", "2027-01-07", "2027-01-21", "2027-02-04", "2027-02-18"]),
    ],
)
def test_month_ends_clamp_from_the_anchor(anchor: date, unit: RepeatUnit, every: int, days: list[str]) -> None:
    assert [str(charge_day(anchor, unit, every, number)) for number in range(5)] == days


dates = st.dates(date(2013, 1, 1), date(2100, 12, 31))


@effort(500)
@given(dates, st.sampled_from(RepeatUnit), st.integers(1, 40), st.integers(0, 4_000))
def test_the_next_day_of_charge(anchor: date, unit: RepeatUnit, every: int, later: int) -> None:
    after = anchor + later * DAY

    day = next_charge_day(anchor, unit, every, after)

    assert day > after
    number = next(n for n in range(5_000) if charge_day(anchor, unit, every, n) == day)
    assert number >= 1
    assert charge_day(anchor, unit, every, number - 1) <= after
    match unit:
        case RepeatUnit.WEEK:
            assert (day - anchor).days == number * every * 7
        case RepeatUnit.MONTH:
            assert (day.year - anchor.year) * 12 + day.month - anchor.month == number * every
        case RepeatUnit.YEAR:
            assert (day.year - anchor.year, day.month) == (number * every, anchor.month)
    if unit is not RepeatUnit.WEEK:
        assert day.day == min(anchor.day, monthrange(day.year, day.month)[1])


@effort(200)
@given(dates, st.sampled_from(RepeatUnit), st.integers(1, 12), st.integers(1, 30))
def test_periods_follow_each_other_without_a_gap(day: date, unit: RepeatUnit, every: int, periods: int) -> None:
    plan = replace(PLAN, repeat_unit=unit, repeat_every=every)
    subscription = a_subscription(S.STARTING, day - DAY, day)

    for number in range(1, periods + 1):
        before = subscription
        subscription = paid(before, plan, a_charge(before.charge_date))
        assert subscription.period_number == number
        assert subscription.trial_end_date == day - DAY
        assert subscription.charge_date == charge_day(day, unit, every, number)
        assert subscription.period_end_date + DAY == subscription.charge_date > before.charge_date
        assert subscription.next_charge_at == begins_at(subscription.charge_date)


def test_a_paid_charge_brings_its_card() -> None:
    trial = a_subscription(S.TRIAL, date(2026, 2, 20), date(2026, 2, 21))

    begun = paid(trial, PLAN, a_charge(date(2026, 1, 31)))

    assert (begun.status, begun.period_number, begun.cancel_at_period_end) == (S.ACTIVE, 1, True)
    assert (begun.trial_end_date, begun.charge_date) == (date(2026, 1, 30), date(2026, 2, 28))
    assert (begun.card.masked, begun.fingerprint, begun.source_id) == ("555555XXXXXX4444", b"2", "tok1")


TODAY = date(2026, 1, 10)
TRIAL = a_subscription(S.TRIAL, date(2026, 1, 20), date(2026, 1, 21))
ACTIVE = a_subscription(S.ACTIVE, date(2026, 1, 1), date(2026, 2, 2), 1)


@pytest.mark.parametrize("asked", [None, date(2026, 1, 9), date(2020, 1, 1), TRIAL.trial_end_date])
def test_nothing_to_come_is_no_change(asked: date | None) -> None:
    assert with_trial_until(TRIAL, asked, TODAY) == TRIAL


@pytest.mark.parametrize("asked", [TODAY, date(2026, 1, 19), date(2027, 1, 1)])
def test_a_trial_ends_on_another_day(asked: date) -> None:
    changed = with_trial_until(TRIAL, asked, TODAY)

    assert changed == a_subscription(S.TRIAL, asked, asked + DAY)


def test_what_is_paid_is_not_taken_back() -> None:
    with pytest.raises(TrialEndsTooEarly):
        with_trial_until(ACTIVE, date(2026, 1, 31), TODAY)
    assert with_trial_until(ACTIVE, date(2026, 2, 1), TODAY) == a_subscription(
        S.TRIAL, date(2026, 2, 1), date(2026, 2, 2), 1
    )


@pytest.mark.parametrize("status", [S.CANCELLED, S.PAST_DUE, S.UNPAID])
def test_only_trial_and_active_ones_get_a_trial(status: SubscriptionStatus) -> None:
    with pytest.raises(SubscriptionEnded):
        with_trial_until(replace(ACTIVE, status=status), date(2026, 2, 20), TODAY)


@pytest.mark.parametrize(
    ("subscription", "asked", "ends"),
    [
        (TRIAL, None, False),
        (TRIAL, TODAY, False),
        (TRIAL, TODAY - DAY, True),
        (replace(TRIAL, trial_end_date=TODAY - DAY), TODAY - DAY, False),
        (ACTIVE, TODAY - DAY, False),
    ],
)
def test_a_day_that_is_over_ends_a_trial(subscription: Subscription, asked: date | None, ends: bool) -> None:
    assert ends_trial(subscription, asked, TODAY) is ends
