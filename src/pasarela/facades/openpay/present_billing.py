"""Plans and subscriptions as Openpay prints them."""

from __future__ import annotations

from pasarela.core.billing.model import Plan, Subscription
from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.billing import PlanAnswer, SubscriptionAnswer
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.mexico_time import iso_seconds


def plan(shown: Plan) -> PlanAnswer:
    """Objeto Plan."""
    return PlanAnswer(
        id=shown.plan_id,
        name=shown.name,
        status="active" if shown.deleted_at is None else "deleted",
        amount=json_number(shown.amount),
        currency=shown.amount.currency.code,
        creation_date=iso_seconds(shown.created_at),
        repeat_every=shown.repeat_every,
        repeat_unit=shown.repeat_unit.value,
        retry_times=shown.retry_times,
        status_after_retry=shown.after_retries.value,
        trial_days=shown.trial_days,
    )


def subscription(shown: Subscription, profile: Profile) -> SubscriptionAnswer:
    """Objeto Suscripción."""
    return SubscriptionAnswer(
        id=shown.subscription_id,
        status=shown.status.value,
        card=present.card_that_pays(shown.card, profile),
        cancel_at_period_end=shown.cancel_at_period_end,
        charge_date=shown.charge_date.isoformat(),
        creation_date=iso_seconds(shown.created_at),
        current_period_number=shown.period_number,
        period_end_date=shown.period_end_date.isoformat(),
        trial_end_date=shown.trial_end_date.isoformat(),
        plan_id=shown.plan_id,
        customer_id=shown.customer_id,
    )
