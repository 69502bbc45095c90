"""Subscribes a customer to a plan: with a trial nothing is charged yet, without one the first period at once.

A first charge that is refused leaves no subscription behind. The same subscription id again answers the same
subscription, also after a crash between the charge and the answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pasarela.core.billing import rules
from pasarela.core.billing.charging import Charging
from pasarela.core.billing.errors import ReplayMismatch
from pasarela.core.billing.keeping import Keeping, held
from pasarela.core.billing.model import Charge, Plan, Subscribe, Subscription, SubscriptionStatus
from pasarela.core.billing.queries import Plans, Subscriptions
from pasarela.core.context import Caller
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.card_views import view_of_card, view_of_source
from pasarela.core.payments.errors import SourceSpent
from pasarela.core.payments.model import InlineCard, SavedSource
from pasarela.core.payments.vouch import Vouch
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock

_DAY = timedelta(days=1)


class SubscribeVerb:
    """Built once, called concurrently."""

    def __init__(
        self,
        database: Database,
        plans: Plans,
        subscriptions: Subscriptions,
        cards: CardSources,
        vouch: Vouch,
        keeping: Keeping,
        charging: Charging,
        clock: Clock,
    ) -> None:
        self._database = database
        self._plans = plans
        self._subscriptions = subscriptions
        self._cards = cards
        self._vouch = vouch
        self._keeping = keeping
        self._charging = charging
        self._clock = clock

    async def __call__(self, caller: Caller, command: Subscribe) -> Subscription:
        """The subscription, `TRIAL` or `ACTIVE`.

        Raises `UnknownPlan`, `customers.UnknownCustomer`, `ReplayMismatch`, and of the payments `UnknownSource`,
        `SourceSpent`, `CardRefused` (before a trial, the issuer is asked whether the card is good),
        `PaymentDeclined`; nothing but a declined payment stays then. After `OutcomeUnknown` the subscription
        exists only if the network turns out to have approved the charge.
        """
        tenant_id = caller.tenant_id
        earlier = await self._subscriptions.stored(tenant_id, command.subscription_id)
        if earlier is not None and not _same(earlier, command):
            raise ReplayMismatch
        if earlier is not None and earlier.status is not SubscriptionStatus.STARTING:
            return earlier
        plan, at = await self._plans.get(tenant_id, command.plan_id), self._clock.now(tenant_id)
        today = rules.day_of(at)
        trial_end = rules.last_trial_day(today, command.trial_end, command.trial_days, plan)
        if earlier is not None:
            return await self._with_first_charge(caller, command, earlier)
        if trial_end < today:
            resolved = await self._resolved(tenant_id, command)
            begun = _new(tenant_id, command, resolved, SubscriptionStatus.STARTING, trial_end, at)
            return await self._with_first_charge(caller, command, begun)
        return await self._with_trial(caller, command, trial_end, at)

    async def _resolved(self, tenant_id: int, command: Subscribe) -> Resolved:
        """The card, of a token that is spent too: whether this very payment has spent it, payments know."""
        try:
            return await self._cards.resolve(tenant_id, command.source, command.customer_id)
        except SourceSpent:
            assert isinstance(command.source, SavedSource), "only tokens are spent"
            found = await self._keeping.sources.find(tenant_id, command.source.source_id)
            assert found is not None, "it was found a moment ago"
            return Resolved(found.sealed, view_of_source(found), token_id=found.source_id)

    async def _with_trial(self, caller: Caller, command: Subscribe, trial_end: date, at: datetime) -> Subscription:
        tenant_id, name = caller.tenant_id, command.subscription_id
        resolved = await self._vouch(caller, command.source, command.customer_id, name)
        new = _new(tenant_id, command, resolved, SubscriptionStatus.TRIAL, trial_end, at)
        cards = [(tenant_id, resolved.sealed, resolved.new_card)] if resolved.new_card is not None else []
        async with self._database.tenant(tenant_id) as tx:
            await held(tx, tenant_id, command.customer_id, command.plan_id)
            if await self._keeping.insert(tx, new):
                await self._keeping.keep_card(tx, tenant_id, cards, resolved.token_id, name, at)
        self._keeping.sealer.remember(cards)
        # Another call with this id may have been quicker.
        return await self._subscriptions.get(tenant_id, command.customer_id, name)

    async def _with_first_charge(self, caller: Caller, command: Subscribe, begun: Subscription) -> Subscription:
        """`begun` may stand there already, from a call that died."""
        charge = Charge(
            begun.tenant_id,
            begun.subscription_id,
            rules.first_payment_id(begun.subscription_id),
            begun.charge_date,
            begun.source_id,
            begun.card,
            begun.fingerprint,
            cancel_at_period_end=False,
            created_at=self._clock.now(begun.tenant_id),
        )
        plan, has_account = await self._begun(begun, charge)
        return await self._charging.pay(
            caller, begun, plan, charge, command.source, command.buyer, credits_customer=has_account
        )

    async def _begun(self, begun: Subscription, charge: Charge) -> tuple[Plan, bool]:
        async with self._database.tenant(begun.tenant_id) as tx:
            plan, has_account = await held(tx, begun.tenant_id, begun.customer_id, begun.plan_id)
            await self._keeping.insert(tx, begun)
            await self._charging.begin(tx, charge)
        return plan, has_account


def _new(
    tenant_id: int,
    command: Subscribe,
    resolved: Resolved,
    status: SubscriptionStatus,
    trial_end: date,
    at: datetime,
) -> Subscription:
    charge_date = trial_end + _DAY
    return Subscription(
        tenant_id=tenant_id,
        subscription_id=command.subscription_id,
        customer_id=command.customer_id,
        plan_id=command.plan_id,
        status=status,
        source_id=resolved.view.card_id or resolved.token_id,
        card=resolved.view,
        fingerprint=resolved.sealed.fingerprint,
        cancel_at_period_end=False,
        trial_end_date=trial_end,
        charge_date=charge_date,
        period_number=0,
        next_charge_at=rules.begins_at(charge_date),
        created_at=at,
    )


def _same(earlier: Subscription, command: Subscribe) -> bool:
    """Whether `command` is what made `earlier`; of its card only what cannot have been changed since is compared."""
    if (earlier.customer_id, earlier.plan_id) != (command.customer_id, command.plan_id):
        return False
    if earlier.status is not SubscriptionStatus.STARTING:
        return True
    if not isinstance(command.source, InlineCard):
        return earlier.source_id == command.source.source_id
    given = view_of_card(command.source.card, command.source.address)
    return earlier.source_id is None and earlier.card == given
