"""The demo data's plans, and the subscriptions to them, made by the core's verbs; all of them are on trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pasarela.core.billing.model import AfterRetries, NewPlan, RepeatUnit, Subscribe
from pasarela.core.billing.slice import Billing
from pasarela.core.context import Caller
from pasarela.core.payments.model import InlineCard
from pasarela.kernel.cards import CardData
from pasarela.kernel.money import Currency, Money

Entry = Mapping[str, Any]


class BillingSeeding:
    """`card` makes a card of an entry of the file."""

    def __init__(self, billing: Billing, card: Callable[[Entry], CardData]) -> None:
        self._billing = billing
        self._card = card

    async def __call__(self, caller: Caller, plans: Sequence[Entry], subscriptions: Sequence[Entry]) -> None:
        for plan in plans:
            await self._billing.create_plan(caller, _plan(plan))
        for one in subscriptions:
            source = InlineCard(self._card(one["card"]))
            await self._billing.subscribe(caller, Subscribe(one["id"], one["customer"], one["plan"], source))


def _plan(data: Entry) -> NewPlan:
    return NewPlan(
        data["id"],
        data["name"],
        Money.parse(data["amount"], Currency.MXN),
        RepeatUnit(data["repeat_unit"]),
        data["repeat_every"],
        data["retry_times"],
        AfterRetries(data["status_after_retry"]),
        data["trial_days"],
    )
