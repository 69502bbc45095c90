"""Changes a subscription: the card that it is charged to, the end of its trial, whether it ends with its period.

A trial that is declared over is charged at once; if that is refused, nothing of the call has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pasarela.core.billing import rules
from pasarela.core.billing.charging import Charging
from pasarela.core.billing.errors import ChargeUnderWay, SubscriptionEnded
from pasarela.core.billing.keeping import Keeping, locked_of
from pasarela.core.billing.model import ChangeSubscription, Charge, Subscription, SubscriptionStatus
from pasarela.core.billing.queries import Plans, Subscriptions
from pasarela.core.context import Caller
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.model import KeptCard, SavedSource
from pasarela.core.payments.vouch import Vouch
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class _Now:
    """The instant of a change, and the card that came with it."""

    at: datetime
    resolved: Resolved | None


class ChangeSubscriptionVerb:
    """Built once, called concurrently."""

    def __init__(
        self,
        database: Database,
        plans: Plans,
        subscriptions: Subscriptions,
        customers: Customers,
        cards: CardSources,
        vouch: Vouch,
        keeping: Keeping,
        charging: Charging,
        clock: Clock,
    ) -> None:
        self._database = database
        self._plans = plans
        self._subscriptions = subscriptions
        self._customers = customers
        self._cards = cards
        self._vouch = vouch
        self._keeping = keeping
        self._charging = charging
        self._clock = clock

    async def __call__(self, caller: Caller, command: ChangeSubscription) -> Subscription:
        """The subscription as it is now.

        Raises `UnknownSubscription`, `SubscriptionEnded`, `TrialEndsTooEarly`, `ChargeUnderWay`, and of the payments
        `UnknownSource`, `SourceSpent`, `CardRefused`, `PaymentDeclined`; then nothing has changed. After
        `OutcomeUnknown` it has only if the network turns out to have approved the charge.
        """
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        today = rules.day_of(at)
        found = await self._subscriptions.get(tenant_id, command.customer_id, command.subscription_id)
        _changeable(found)
        rules.with_trial_until(found, command.trial_end, today)
        if rules.ends_trial(found, command.trial_end, today):
            return await self._charge_now(caller, command, found, at)
        resolved = None
        if command.source is not None:
            resolved = await self._vouch(caller, command.source, command.customer_id, command.operation_id)
        return await self._changed(command, tenant_id, _Now(at, resolved))

    async def _changed(self, command: ChangeSubscription, tenant_id: int, now: _Now) -> Subscription:
        resolved = now.resolved
        cards = []
        if resolved is not None and resolved.new_card is not None:
            cards.append((tenant_id, resolved.sealed, resolved.new_card))
        async with self._database.tenant(tenant_id) as tx:
            found = await locked_of(tx, tenant_id, command.customer_id, command.subscription_id)
            _changeable(found)
            changed = rules.with_trial_until(found, command.trial_end, rules.day_of(now.at))
            if command.cancel_at_period_end is not None:
                changed = replace(changed, cancel_at_period_end=command.cancel_at_period_end)
            if resolved is not None:
                changed = _with_card(changed, resolved)
                await self._keeping.keep_card(tx, tenant_id, cards, resolved.token_id, command.operation_id, now.at)
            await self._keeping.update(tx, changed)
        self._keeping.sealer.remember(cards)
        return changed

    async def _charge_now(
        self, caller: Caller, command: ChangeSubscription, found: Subscription, at: datetime
    ) -> Subscription:
        tenant_id = caller.tenant_id
        plan = await self._plans.by_id(tenant_id, found.plan_id)
        has_account = await self._customers.has_account(tenant_id, found.customer_id)
        source = command.source or await self._kept(found)
        resolved = await self._cards.resolve(tenant_id, source, found.customer_id)
        with_card = found if command.source is None else _with_card(found, resolved)
        flag = command.cancel_at_period_end
        charge = Charge(
            tenant_id,
            found.subscription_id,
            command.operation_id,
            rules.day_of(at),
            with_card.source_id,
            with_card.card,
            with_card.fingerprint,
            cancel_at_period_end=found.cancel_at_period_end if flag is None else flag,
            created_at=at,
        )
        async with self._database.tenant(tenant_id) as tx:
            if await locked_of(tx, tenant_id, found.customer_id, found.subscription_id) != found:
                raise ChargeUnderWay  # somebody was quicker
            await self._charging.begin(tx, charge)
        return await self._charging.pay(
            caller, found, plan, charge, source, command.buyer, credits_customer=has_account
        )

    async def _kept(self, subscription: Subscription) -> SavedSource | KeptCard:
        """The card that the subscription has: by its id when it is saved, or else as the vault keeps it."""
        if subscription.card.card_id is not None:
            return SavedSource(subscription.card.card_id)
        stored = await self._keeping.sources.pan(subscription.tenant_id, subscription.fingerprint)
        assert stored is not None, "a subscription's card is in the vault as long as the subscription exists"
        return KeptCard(stored.sealed, subscription.card)


def _changeable(subscription: Subscription) -> None:
    if subscription.status is SubscriptionStatus.CANCELLED:
        raise SubscriptionEnded(subscription.status.value)


def _with_card(subscription: Subscription, resolved: Resolved) -> Subscription:
    return replace(
        subscription,
        source_id=resolved.view.card_id or resolved.token_id,
        card=resolved.view,
        fingerprint=resolved.sealed.fingerprint,
    )
