"""Binds what dialects ask about plans and subscriptions to the core."""

from __future__ import annotations

from pasarela.core.billing import slice as core
from pasarela.facades.toolkit.billing_ports import Billing


def billing_of(billing: core.Billing) -> Billing:
    """The slice's verbs and queries by the names of the port."""
    return Billing(
        create_plan=billing.create_plan,
        update_plan=billing.update_plan,
        delete_plan=billing.delete_plan,
        get_plan=billing.plans.get,
        list_plans=billing.plans.list,
        subscribe=billing.subscribe,
        change_subscription=billing.change,
        cancel_subscription=billing.cancel,
        get_subscription=billing.subscriptions.get,
        only_subscription=billing.subscriptions.only,
        list_subscriptions=billing.subscriptions.list,
    )
