"""Plans and subscriptions in memory, behind the dialects' port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from pasarela.core.billing import rules
from pasarela.core.billing.errors import UnknownPlan, UnknownSubscription
from pasarela.core.billing.model import (
    ChangeSubscription,
    NewPlan,
    Plan,
    PlanChanges,
    Subscribe,
    Subscription,
    SubscriptionFilter,
    SubscriptionStatus,
)
from pasarela.core.context import Caller
from pasarela.core.payments.card_views import view_of_card
from pasarela.core.payments.model import InlineCard
from pasarela.facades.toolkit.billing_ports import Billing
from pasarela.kernel.cards import CardData
from pasarela.kernel.paging import CreatedBetween, Page
from tests.fakes.stopped_clock import StoppedClock


class FakeBilling:
    """`heard` is told every call and may raise. Whatever is subscribed is on trial for a month."""

    def __init__(
        self, heard: Callable[[Caller | None, object], None], clock: StoppedClock, saved: Callable[[], CardData]
    ) -> None:
        self.heard = heard
        self.clock = clock
        self.saved = saved
        self.plans: dict[str, Plan] = {}
        self.subscriptions: dict[str, Subscription] = {}

    @property
    def port(self) -> Billing:
        return Billing(
            create_plan=self.create_plan,
            update_plan=self.update_plan,
            delete_plan=self.delete_plan,
            get_plan=self.get_plan,
            list_plans=self.list_plans,
            subscribe=self.subscribe,
            change_subscription=self.change,
            cancel_subscription=self.cancel,
            get_subscription=self.get,
            only_subscription=self.only,
            list_subscriptions=self.list,
        )

    async def create_plan(self, caller: Caller, new: NewPlan) -> Plan:
        self.heard(caller, new)
        plan = Plan(
            caller.tenant_id,
            new.plan_id,
            new.name,
            new.amount,
            new.repeat_unit,
            new.repeat_every,
            new.retry_times,
            new.after_retries,
            new.trial_days,
            self.clock.now(),
        )
        self.plans[plan.plan_id] = plan
        return plan

    async def update_plan(self, caller: Caller, plan_id: str, changes: PlanChanges) -> Plan:
        self.heard(caller, (plan_id, changes))
        plan = await self.get_plan(caller.tenant_id, plan_id)
        days = plan.trial_days if changes.trial_days is None else changes.trial_days
        self.plans[plan_id] = replace(plan, name=changes.name or plan.name, trial_days=days)
        return self.plans[plan_id]

    async def delete_plan(self, caller: Caller, plan_id: str) -> None:
        self.heard(caller, plan_id)
        await self.get_plan(caller.tenant_id, plan_id)
        del self.plans[plan_id]

    async def get_plan(self, tenant_id: int, plan_id: str) -> Plan:
        self.heard(None, plan_id)
        if plan_id not in self.plans:
            raise UnknownPlan
        return self.plans[plan_id]

    async def list_plans(self, tenant_id: int, created: CreatedBetween, page: Page) -> Sequence[Plan]:
        self.heard(None, (created, page))
        return list(self.plans.values())

    async def subscribe(self, caller: Caller, command: Subscribe) -> Subscription:
        self.heard(caller, command)
        inline = isinstance(command.source, InlineCard)
        card = command.source.card if isinstance(command.source, InlineCard) else self.saved()
        view, now = view_of_card(card), self.clock.now()
        trial_end = command.trial_end or rules.day_of(now) + timedelta(days=29)
        charge_date = trial_end + timedelta(days=1)
        subscription = Subscription(
            caller.tenant_id,
            command.subscription_id,
            command.customer_id,
            command.plan_id,
            SubscriptionStatus.TRIAL,
            None if isinstance(command.source, InlineCard) else command.source.source_id,
            view if inline else replace(view, card_id="kqgykn96i7bcs1wwhvgw", created_at=now),
            b"",
            cancel_at_period_end=False,
            trial_end_date=trial_end,
            charge_date=charge_date,
            period_number=0,
            next_charge_at=rules.begins_at(charge_date),
            created_at=now,
        )
        self.subscriptions[subscription.subscription_id] = subscription
        return subscription

    async def change(self, caller: Caller, command: ChangeSubscription) -> Subscription:
        self.heard(caller, command)
        found = await self.get(caller.tenant_id, command.customer_id, command.subscription_id)
        flag = command.cancel_at_period_end
        changed = replace(found, cancel_at_period_end=found.cancel_at_period_end if flag is None else flag)
        self.subscriptions[found.subscription_id] = changed
        return changed

    async def cancel(self, caller: Caller, customer_id: str, subscription_id: str) -> Subscription:
        self.heard(caller, subscription_id)
        found = await self.get(caller.tenant_id, customer_id, subscription_id)
        self.subscriptions[subscription_id] = replace(found, status=SubscriptionStatus.CANCELLED)
        return self.subscriptions[subscription_id]

    async def get(self, tenant_id: int, customer_id: str, subscription_id: str) -> Subscription:
        self.heard(None, (customer_id, subscription_id))
        found = self.subscriptions.get(subscription_id)
        if found is None or found.customer_id != customer_id:
            raise UnknownSubscription
        return found

    async def only(self, tenant_id: int, customer_id: str) -> Subscription:
        self.heard(None, customer_id)
        for found in self.subscriptions.values():
            if found.customer_id == customer_id:
                return found
        raise UnknownSubscription

    async def list(self, tenant_id: int, wanted: SubscriptionFilter, page: Page) -> Sequence[Subscription]:
        self.heard(None, (wanted, page))
        return [
            one
            for one in self.subscriptions.values()
            if wanted.customer_id in (None, one.customer_id) and wanted.plan_id in (None, one.plan_id)
        ]
