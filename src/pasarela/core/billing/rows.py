"""Plans, subscriptions and their charges between rows and dataclasses. Used by this slice only."""

from __future__ import annotations

import asyncpg
import msgspec

from pasarela.core.billing.model import (
    AfterRetries,
    Charge,
    NewPlan,
    Plan,
    RepeatUnit,
    Subscription,
    SubscriptionStatus,
)
from pasarela.core.payments.model import CardView
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles(__package__)

_card_view = msgspec.json.Decoder(CardView)


def plan_of(row: asyncpg.Record) -> Plan:
    return Plan(
        tenant_id=row["tenant_id"],
        plan_id=row["plan_id"],
        name=row["name"],
        amount=Money(row["amount"], Currency.of(row["currency"])),
        repeat_unit=RepeatUnit(row["repeat_unit"]),
        repeat_every=row["repeat_every"],
        retry_times=row["retry_times"],
        after_retries=AfterRetries(row["after_retries"]),
        trial_days=row["trial_days"],
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
    )


def plan_arguments(new: NewPlan) -> tuple[object, ...]:
    """The arguments of `insert_plan` from the plan's id to its days of trial."""
    return (
        new.plan_id,
        new.name,
        new.amount.currency.code,
        new.amount.minor,
        new.repeat_unit.value,
        new.repeat_every,
        new.retry_times,
        new.after_retries.value,
        new.trial_days,
    )


def subscription_of(row: asyncpg.Record) -> Subscription:
    return Subscription(
        tenant_id=row["tenant_id"],
        subscription_id=row["subscription_id"],
        customer_id=row["customer_id"],
        plan_id=row["plan_id"],
        status=SubscriptionStatus(row["status"]),
        source_id=row["source_id"],
        card=_card_view.decode(row["card"]),
        fingerprint=row["fingerprint"],
        cancel_at_period_end=row["cancel_at_period_end"],
        trial_end_date=row["trial_end_date"],
        charge_date=row["charge_date"],
        period_number=row["period_number"],
        next_charge_at=row["next_charge_at"],
        created_at=row["created_at"],
        cancelled_at=row["cancelled_at"],
    )


def inserted(one: Subscription) -> tuple[object, ...]:
    """The arguments of `insert_subscription`."""
    return (
        one.tenant_id,
        one.subscription_id,
        one.customer_id,
        one.plan_id,
        one.status.value,
        one.source_id,
        card_json(one.card),
        one.fingerprint,
        one.cancel_at_period_end,
        one.trial_end_date,
        one.charge_date,
        one.period_number,
        one.next_charge_at,
        one.created_at,
    )


def updated(one: Subscription) -> tuple[object, ...]:
    """The arguments of `update_subscription`."""
    return (
        one.tenant_id,
        one.subscription_id,
        one.status.value,
        one.source_id,
        card_json(one.card),
        one.fingerprint,
        one.cancel_at_period_end,
        one.trial_end_date,
        one.charge_date,
        one.period_number,
        one.next_charge_at,
        one.cancelled_at,
    )


def charge_of(row: asyncpg.Record) -> Charge:
    return Charge(
        tenant_id=row["tenant_id"],
        subscription_id=row["subscription_id"],
        payment_id=row["payment_id"],
        charged_on=row["charged_on"],
        source_id=row["source_id"],
        card=_card_view.decode(row["card"]),
        fingerprint=row["fingerprint"],
        cancel_at_period_end=row["cancel_at_period_end"],
        created_at=row["created_at"],
        paid=row["state"] == "paid",
    )


def charge_arguments(charge: Charge) -> tuple[object, ...]:
    """The arguments of `insert_charge`."""
    return (
        charge.tenant_id,
        charge.subscription_id,
        charge.payment_id,
        charge.charged_on,
        charge.source_id,
        card_json(charge.card),
        charge.fingerprint,
        charge.cancel_at_period_end,
        charge.created_at,
    )


def card_json(card: CardView) -> str:
    return msgspec.json.encode(card).decode()
