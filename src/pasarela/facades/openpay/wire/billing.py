"""What calls about plans and subscriptions may say, and what the core makes of it; and what the answers print."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from pasarela.core.billing.model import (
    AfterRetries,
    Buyer,
    ChangeSubscription,
    NewPlan,
    PlanChanges,
    RepeatUnit,
    Subscribe,
)
from pasarela.core.context import Mode
from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import InlineCard, SavedSource
from pasarela.core.payments.rules import CARD_MINOR_MAX
from pasarela.facades.openpay.wire.answers import CardAnswer, Number
from pasarela.facades.openpay.wire.cards import CardBody, printed
from pasarela.facades.openpay.wire.customers import payer_of
from pasarela.facades.toolkit.fields import (
    RULE_LENGTH,
    RULE_RANGE,
    Amount,
    Choice,
    Day,
    Flag,
    Nested,
    Text,
    Whole,
)
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.money import Currency, Money

NEW_NAME_MAX = 255
CHANGED_NAME_MAX = 80
RETRY_TIMES = 3
"""How often a failed charge is tried again when a plan says nothing; ours, the document is silent."""
RETRY_TIMES_MAX = 365
REPEAT_EVERY_MAX = 1000
TRIAL_DAYS_MAX = 36_500

PRINTED_TRIAL_END = date(2016, 1, 11)
"""The document's example of an update sends this day, long past, and prints a trial: a sandbox takes it for none."""

_SHOWN_NUMBER = re.compile(r"[0-9]{6}[Xx*]+[0-9]{4}")


class PlanBody(WireModel):
    """Planes / Crear un nuevo plan."""

    name = required(Text(NEW_NAME_MAX))
    amount = required(Amount(most=CARD_MINOR_MAX))
    currency = default(Choice({"MXN": Currency.MXN}), Currency.MXN)
    repeat_unit = required(Choice({unit.value: unit for unit in RepeatUnit}))
    repeat_every = required(Whole(1, REPEAT_EVERY_MAX))
    retry_times = default(Whole(0, RETRY_TIMES_MAX), RETRY_TIMES)
    status_after_retry = required(Choice({status.value: status for status in AfterRetries}))
    trial_days = required(Whole(0, TRIAL_DAYS_MAX))

    def new(self, plan_id: str) -> NewPlan:
        """What the core is asked."""
        return NewPlan(
            plan_id,
            self.name,
            Money(self.amount, self.currency),
            self.repeat_unit,
            self.repeat_every,
            self.retry_times,
            self.status_after_retry,
            self.trial_days,
        )


class UpdatePlanBody(WireModel):
    """Planes / Actualizar un plan existente. Everything else that a client sends back is read-only."""

    name = Text(NEW_NAME_MAX)
    trial_days = Whole(0, TRIAL_DAYS_MAX)

    def changes(self, name_now: str) -> PlanChanges:
        """What the core is asked. A new name is at most 80 characters; a longer one that a plan was made with may be
        sent back. Raises `WrongValue`."""
        if self.name is not None and len(self.name) > CHANGED_NAME_MAX and self.name != name_now:
            raise WrongValue(RULE_LENGTH, "name", f"may have at most {CHANGED_NAME_MAX} characters")
        return PlanChanges(self.name, self.trial_days)


class NewCard(Nested[CardBody]):
    """A card's data; a card as an answer shows it, sent back, says nothing new."""

    def __init__(self) -> None:
        super().__init__(CardBody)

    def read(self, value: Any, where: str) -> CardBody | None:
        number = value.get("card_number") if isinstance(value, dict) else None
        if isinstance(number, str) and _SHOWN_NUMBER.fullmatch(number):
            return self.absent(where)
        return super().read(value, where)


class _SubscriptionBody(WireModel):
    """What creating and changing a subscription have in common."""

    source_id = Text(45, also=("card_id",))
    card = NewCard()
    trial_end_date = Day()
    device_session_id = Text(255)

    def _source(self, today: date, mode: Mode) -> InlineCard | SavedSource | None:
        if self.source_id is not None:
            return SavedSource(self.source_id)
        return InlineCard(self.card.card(today, mode), printed(self.card.address)) if self.card else None

    def _trial_end(self, today: date) -> date | None:
        if self.trial_end_date is not None and self.trial_end_date > today + timedelta(TRIAL_DAYS_MAX):
            raise WrongValue(RULE_RANGE, "trial_end_date", "is too far away")
        return self.trial_end_date

    def _buyer(self, customer: Customer, client_ip: str | None) -> Buyer:
        device = self.device_session_id or (self.card.device_session_id if self.card else None)
        return Buyer(payer_of(customer), device, client_ip)


class SubscriptionBody(_SubscriptionBody):
    """Suscripciones / Crear una nueva suscripción; `trial_days` and `card_id` are what clients say."""

    plan_id = required(Text(45))
    trial_days = Whole(0, TRIAL_DAYS_MAX)

    def command(
        self, subscription_id: str, customer: Customer, *, today: date, mode: Mode, client_ip: str | None
    ) -> Subscribe:
        """What the core is asked. Raises `Missing`, `WrongValue` and what the vault's `check` raises."""
        source = self._source(today, mode)
        if source is None:
            raise Missing("source_id")
        return Subscribe(
            subscription_id,
            customer.customer_id,
            self.plan_id,
            source,
            self._trial_end(today),
            self.trial_days,
            self._buyer(customer, client_ip),
        )


class UpdateSubscriptionBody(_SubscriptionBody):
    """Suscripciones / Actualizar una suscripción. Everything else that a client sends back is read-only; `id` names
    the subscription where the path does not."""

    id = Text(45)
    cancel_at_period_end = Flag()

    def command(
        self,
        operation_id: str,
        subscription_id: str,
        customer: Customer,
        *,
        today: date,
        mode: Mode,
        client_ip: str | None,
    ) -> ChangeSubscription:
        """What the core is asked. Raises `WrongValue` and what the vault's `check` raises."""
        trial_end = self._trial_end(today)
        return ChangeSubscription(
            operation_id,
            subscription_id,
            customer.customer_id,
            self._source(today, mode),
            None if mode is Mode.TEST and trial_end == PRINTED_TRIAL_END else trial_end,
            self.cancel_at_period_end,
            self._buyer(customer, client_ip),
        )


class PlanAnswer(Struct):
    """Planes / Objeto Plan."""

    id: str
    name: str
    status: str
    amount: Number
    currency: str
    creation_date: str
    repeat_every: int
    repeat_unit: str
    retry_times: int
    status_after_retry: str
    trial_days: int


class SubscriptionAnswer(Struct):
    """Suscripciones / Objeto Suscripción. Its card has no id unless it is a saved one."""

    id: str
    status: str
    card: CardAnswer
    cancel_at_period_end: bool
    charge_date: str
    creation_date: str
    current_period_number: int
    period_end_date: str
    trial_end_date: str
    plan_id: str
    customer_id: str
