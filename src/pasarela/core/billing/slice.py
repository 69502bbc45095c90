"""The billing slice, built once from what lies below it: its verbs, queries and due work, ready to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.billing.cancel_subscription import CancelSubscription
from pasarela.core.billing.change_subscription import ChangeSubscriptionVerb
from pasarela.core.billing.charging import Charging
from pasarela.core.billing.jobs import BillingJobs
from pasarela.core.billing.keeping import Keeping
from pasarela.core.billing.plans import CreatePlan, DeletePlan, UpdatePlan
from pasarela.core.billing.queries import Plans, Subscriptions
from pasarela.core.billing.subscribe import SubscribeVerb
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.slice import Payments
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


@dataclass(frozen=True, slots=True)
class Below:
    """What billing is built on."""

    database: Database
    payments: Payments
    customers: Customers
    tenants: Tenants
    sealer: Sealer
    sources: Sources
    outbox: Outbox
    due_work: DueWork
    clock: Clock
    ids: IdSource


class Billing:
    """The slice's verbs as attributes; one for each process."""

    def __init__(self, below: Below) -> None:
        database, payments, clock = below.database, below.payments, below.clock
        self.plans = Plans(database)
        self.subscriptions = Subscriptions(database)
        self.create_plan = CreatePlan(database, clock)
        self.update_plan = UpdatePlan(database)
        self.delete_plan = DeletePlan(database, clock)
        self._keeping = Keeping(below.sealer, below.sources, below.outbox, below.due_work, below.ids)
        charging = Charging(database, payments.authorise, self._keeping, clock)
        cards, vouch = payments.cards, payments.vouch
        self.subscribe = SubscribeVerb(
            database, self.plans, self.subscriptions, cards, vouch, self._keeping, charging, clock
        )
        self.change = ChangeSubscriptionVerb(
            database,
            self.plans,
            self.subscriptions,
            below.customers,
            cards,
            vouch,
            self._keeping,
            charging,
            clock,
        )
        self.cancel = CancelSubscription(database, self._keeping, clock)
        self.jobs = BillingJobs(
            database,
            below.due_work,
            self.plans,
            self.subscriptions,
            charging,
            self.cancel,
            payments.queries,
            Callers(below.tenants),
            clock,
        )

    async def customer_leaves(self, tx: Tx, tenant_id: int, customer_id: str, at: datetime) -> None:
        """What the deletion of a customer does here, in its transaction."""
        await self._keeping.cancel_all_of(tx, tenant_id, customer_id, at)
