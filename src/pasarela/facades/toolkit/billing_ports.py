"""What dialects ask of `core.billing`. The composition root binds it; tests bind fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pasarela.core.billing.model import (
    ChangeSubscription,
    NewPlan,
    Plan,
    PlanChanges,
    Subscribe,
    Subscription,
    SubscriptionFilter,
)
from pasarela.core.context import Caller
from pasarela.kernel.paging import CreatedBetween, Page


@dataclass(frozen=True, slots=True)
class Billing:
    """The verbs and queries of `core.billing`; the errors are theirs. `only_subscription` is a customer's one that is
    not cancelled."""

    create_plan: Callable[[Caller, NewPlan], Awaitable[Plan]]
    update_plan: Callable[[Caller, str, PlanChanges], Awaitable[Plan]]
    delete_plan: Callable[[Caller, str], Awaitable[None]]
    get_plan: Callable[[int, str], Awaitable[Plan]]
    list_plans: Callable[[int, CreatedBetween, Page], Awaitable[Sequence[Plan]]]
    subscribe: Callable[[Caller, Subscribe], Awaitable[Subscription]]
    change_subscription: Callable[[Caller, ChangeSubscription], Awaitable[Subscription]]
    cancel_subscription: Callable[[Caller, str, str], Awaitable[Subscription]]
    get_subscription: Callable[[int, str, str], Awaitable[Subscription]]
    only_subscription: Callable[[int, str], Awaitable[Subscription]]
    list_subscriptions: Callable[[int, SubscriptionFilter, Page], Awaitable[Sequence[Subscription]]]
