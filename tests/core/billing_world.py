"""The billing slice over payments on a scripted card rail; Monday, 23 November 2026, six in the morning in Mexico."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pasarela.core.billing.model import (
    AfterRetries,
    ChangeSubscription,
    NewPlan,
    RepeatUnit,
    Subscribe,
    Subscription,
    SubscriptionFilter,
)
from pasarela.core.billing.slice import Below, Billing
from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.model import Level, Payment, PaymentFilter
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueWork
from pasarela.infra.keyring import KEY_BYTES, Keyring, LocalMasters
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from pasarela.kernel.paging import Page
from pasarela.rails.contract import CardRail
from tests.factories.cards import inline
from tests.factories.payments import World, mxn, world_of
from tests.factories.tables import rows

PRICE = 15_000
PLAN = "pmonthly"
TRIAL_PLAN = "ptrial"
CUSTOMER = "ana"

_numbers = itertools.count(1)


@dataclass
class BillingWorld:
    """The slice under test (`billing`, made of `parts`) and the payments below it, for one merchant and one customer of
    his."""

    payments: World
    parts: Below
    billing: Billing
    caller: Caller
    create_customer: CreateCustomer
    delete_customer: DeleteCustomer
    due: DueRunner

    def subscribing(self, plan_id: str = PLAN, **fields: Any) -> Subscribe:
        fields.setdefault("subscription_id", f"s{next(_numbers):06d}")
        fields.setdefault("source", inline())
        return Subscribe(customer_id=fields.pop("customer_id", CUSTOMER), plan_id=plan_id, **fields)

    async def subscribe(self, plan_id: str = PLAN, **fields: Any) -> Subscription:
        return await self.billing.subscribe(self.caller, self.subscribing(plan_id, **fields))

    def changing(self, subscription: Subscription, **fields: Any) -> ChangeSubscription:
        fields.setdefault("operation_id", f"tr{next(_numbers):06d}c")
        return ChangeSubscription(
            subscription_id=subscription.subscription_id, customer_id=subscription.customer_id, **fields
        )

    async def change(self, subscription: Subscription, **fields: Any) -> Subscription:
        return await self.billing.change(self.caller, self.changing(subscription, **fields))

    async def get(self, subscription: Subscription) -> Subscription:
        tenant_id = self.caller.tenant_id
        return await self.billing.subscriptions.get(tenant_id, subscription.customer_id, subscription.subscription_id)

    async def listed(self, customer_id: str = CUSTOMER) -> list[Subscription]:
        wanted = SubscriptionFilter(customer_id)
        return await self.billing.subscriptions.list(self.caller.tenant_id, wanted, Page())

    async def charges(self, customer_id: str = CUSTOMER) -> list[Payment]:
        wanted = PaymentFilter(level=Level(customer_id))
        return await self.payments.payments.list(self.caller, wanted, Page())

    async def rows_left(self) -> tuple[int, int]:
        """How many rows of subscriptions and of their charges there are, seen or not."""
        (row,) = await rows(
            self.payments.database,
            "SELECT (SELECT count(*) FROM subscriptions) AS a, (SELECT count(*) FROM subscription_charges) AS b",
        )
        return row["a"], row["b"]

    async def events(self, subscription_id: str) -> list[str]:
        return await self.payments.events(self.caller, subscription_id)

    async def pass_by(self, **duration: float) -> list[str]:
        """Time goes on, and what is due runs; the kinds that ran."""
        self.payments.clock.at += timedelta(**duration)
        kinds: list[str] = []
        while items := await self.due.claim(16):
            ran = [await self.due.run(item) for item in items]
            assert [one.error for one in ran if one.error] == []
            kinds += [one.kind for one in ran]
        return kinds


async def billing_world(database: Database, rail: CardRail) -> BillingWorld:
    """Everything built as wiring would."""
    below = world_of(database, rail)
    clock, ids, due_work = below.clock, IdSource(below.clock), DueWork()
    keyring = Keyring(LocalMasters({"test": bytes(KEY_BYTES)}, "test"), bytes(KEY_BYTES))
    parts = Below(
        database=database,
        payments=below.payments,
        customers=Customers(database),
        tenants=Tenants(database),
        sealer=Sealer(DataKeys(database, keyring, clock), keyring),
        sources=Sources(database, clock),
        outbox=Outbox(),
        due_work=due_work,
        clock=clock,
        ids=ids,
    )
    billing = Billing(parts)
    delete = DeleteCustomer(database, Outbox(), clock, ids)
    delete.on_delete(billing.customer_leaves)
    handlers = {**below.payments.jobs.handlers(), **billing.jobs.handlers()}
    world = BillingWorld(
        below,
        parts,
        billing,
        await below.merchant(),
        CreateCustomer(database, clock),
        delete,
        DueRunner(database, due_work, clock, handlers),
    )
    await world.create_customer(world.caller, NewCustomer(CUSTOMER, "Ana"))
    for plan_id, trial_days in ((PLAN, 0), (TRIAL_PLAN, 30)):
        await billing.create_plan(world.caller, a_plan(plan_id, trial_days))
    return world


def a_plan(plan_id: str, trial_days: int = 0) -> NewPlan:
    return NewPlan(plan_id, "Curso", mxn(PRICE), RepeatUnit.MONTH, 1, 3, AfterRetries.CANCELLED, trial_days)
