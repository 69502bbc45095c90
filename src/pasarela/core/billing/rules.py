"""The days on which subscriptions are charged. Pure.

All days of a subscription count from its anchor, the day after its trial: whoever begins on the 31st is charged on the
last day of shorter months and on the 31st again in longer ones.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from pasarela.core.billing.errors import SubscriptionEnded, TrialEndsTooEarly
from pasarela.core.billing.model import Charge, Plan, RepeatUnit, Subscription, SubscriptionStatus
from pasarela.kernel.durations import MEXICO_CITY

_DAY = timedelta(days=1)
_WEEK_DAYS = 7
_YEAR_MONTHS = 12


def day_of(instant: datetime) -> date:
    """The day that it is in Mexico City."""
    return instant.astimezone(MEXICO_CITY).date()


def begins_at(day: date) -> datetime:
    """The instant, in UTC, at which `day` begins in Mexico City."""
    return datetime.combine(day, time(), MEXICO_CITY).astimezone(UTC)


def charge_day(anchor: date, unit: RepeatUnit, every: int, number: int) -> date:
    """The day of charge `number`, counted from 0: the anchor itself."""
    if unit is RepeatUnit.WEEK:
        return anchor + number * every * _WEEK_DAYS * _DAY
    months = number * every * (_YEAR_MONTHS if unit is RepeatUnit.YEAR else 1)
    year, month = divmod(anchor.year * _YEAR_MONTHS + anchor.month - 1 + months, _YEAR_MONTHS)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def next_charge_day(anchor: date, unit: RepeatUnit, every: int, after: date) -> date:
    """The first day of charge later than `after`."""
    if unit is RepeatUnit.WEEK:
        number = (after - anchor).days // (every * _WEEK_DAYS)
    else:
        months = (after.year - anchor.year) * _YEAR_MONTHS + after.month - anchor.month
        number = months // (every * (_YEAR_MONTHS if unit is RepeatUnit.YEAR else 1))
    number = max(number, 0)
    while (day := charge_day(anchor, unit, every, number)) <= after:
        number += 1
    return day


def last_trial_day(today: date, asked: date | None, asked_days: int | None, plan: Plan) -> date:
    """The last day without a charge of a subscription that begins `today`: yesterday when it has no trial."""
    yesterday = today - _DAY
    if asked is not None:
        return max(asked, yesterday)
    return yesterday + (plan.trial_days if asked_days is None else asked_days) * _DAY


def ends_trial(subscription: Subscription, asked: date | None, today: date) -> bool:
    """Whether the day that is asked for as the trial's last is over, so that the first charge is to be made now."""
    return (
        asked is not None
        and asked < today
        and asked != subscription.trial_end_date
        and subscription.status is SubscriptionStatus.TRIAL
    )


def with_trial_until(subscription: Subscription, asked: date | None, today: date) -> Subscription:
    """The subscription with another trial; the same one where nothing is asked that is still to come.

    Raises `SubscriptionEnded`, and `TrialEndsTooEarly` for a day that was paid for already.
    """
    if asked is None or asked < today or asked == subscription.trial_end_date:
        return subscription
    match subscription.status:
        case SubscriptionStatus.TRIAL:
            pass
        case SubscriptionStatus.ACTIVE:
            if asked < subscription.period_end_date:
                raise TrialEndsTooEarly
        case _:
            raise SubscriptionEnded(subscription.status.value)
    return _charged_next(replace(subscription, status=SubscriptionStatus.TRIAL, trial_end_date=asked), asked + _DAY)


def paid(subscription: Subscription, plan: Plan, charge: Charge) -> Subscription:
    """The subscription once `charge` is paid, with the card that paid it."""
    begins = subscription.status in (SubscriptionStatus.STARTING, SubscriptionStatus.TRIAL)
    trial_end = charge.charged_on - _DAY if begins else subscription.trial_end_date
    after = next_charge_day(trial_end + _DAY, plan.repeat_unit, plan.repeat_every, charge.charged_on)
    moved = replace(
        subscription,
        status=SubscriptionStatus.ACTIVE,
        source_id=charge.source_id,
        card=charge.card,
        fingerprint=charge.fingerprint,
        cancel_at_period_end=charge.cancel_at_period_end,
        trial_end_date=trial_end,
        period_number=subscription.period_number + 1,
    )
    return _charged_next(moved, after)


def first_payment_id(subscription_id: str) -> str:
    """The payment that a new subscription makes at once: the same whenever the call is repeated."""
    return f"tr{subscription_id[1:]}"


def _charged_next(subscription: Subscription, day: date) -> Subscription:
    return replace(subscription, charge_date=day, next_charge_at=begins_at(day))
