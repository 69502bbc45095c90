"""Charges that wait for their payer: at a store, by transfer, in a wallet; and the core's command for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.context import Mode
from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import Payer, RequestPayment
from pasarela.facades.openpay.references import (
    STORE_MINOR_MAX,
    paybin_reference,
    store_reference,
    transfer_reference,
)
from pasarela.facades.openpay.wire.cards import PayerBody
from pasarela.facades.openpay.wire.customers import payer_of
from pasarela.facades.toolkit.fields import RULE_CHOICE, Amount, Choice, Instant, Nested, Text
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.facades.toolkit.wire import WireModel, required
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money

METHODS = {"store": Instrument.STORE, "bank_account": Instrument.BANK_TRANSFER, "alipay": Instrument.WALLET}

LIFE = {
    Instrument.STORE: timedelta(days=30),
    Instrument.BANK_TRANSFER: timedelta(days=30),
    Instrument.WALLET: timedelta(hours=24),
}
"""How long a charge waits for which no `due_date` is sent."""

PRINTED_DUE_DATE = datetime.fromisoformat("2014-05-20T13:45:00-05:00")
"""The document's own example asks for this one, long past: a sandbox takes it for none."""


def method_of(body: Mapping[str, Any]) -> str | None:
    """The word under `method`, as it decides what the rest of a charge means."""
    method = body.get("method")
    return method.lower() if isinstance(method, str) else None


class WaitingChargeBody(WireModel):
    """Cargos / Cargo en tienda, Cargo en banco, Cargo en Alipay."""

    method = required(Choice(METHODS))
    amount = required(Amount())
    currency = Choice({"MXN": Currency.MXN})
    description = required(Text(250))
    order_id = Text(100)
    due_date = Instant()
    customer = Nested(PayerBody)
    redirect_url = Text(1000)

    def command(self, payment_id: str, *, now: datetime, mode: Mode, customer: Customer | None) -> RequestPayment:
        """What the core is asked; at customer level, for that `customer`. Raises `Missing`, `WrongValue`."""
        amount = Money(self.amount, Currency.MXN)
        return RequestPayment(
            payment_id=payment_id,
            instrument=self.method,
            amount=amount,
            due_at=self._due_at(now, mode),
            reference=self._reference(payment_id, amount),
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=payer_of(customer) if customer else self._payer(),
            details=self._details(payment_id),
        )

    def _payer(self) -> Payer | None:
        return self.customer.payer() if self.customer else None

    def _due_at(self, now: datetime, mode: Mode) -> datetime:
        printed = mode is Mode.TEST and self.due_date == PRINTED_DUE_DATE
        return now + LIFE[self.method] if self.due_date is None or printed else self.due_date

    def _reference(self, payment_id: str, amount: Money) -> str:
        match self.method:
            case Instrument.STORE:
                if amount.minor > STORE_MINOR_MAX:
                    raise WrongValue(RULE_CHOICE, "amount", "can be at most 9999.99 at a store")
                return store_reference(payment_id, amount)
            case Instrument.BANK_TRANSFER:
                return transfer_reference(payment_id)
            case _:
                if self.redirect_url is None:
                    raise Missing("redirect_url")
                return payment_id

    def _details(self, payment_id: str) -> dict[str, str]:
        match self.method:
            case Instrument.STORE:
                return {"paybin": paybin_reference(payment_id)}
            case Instrument.WALLET:
                return {"redirect_url": self.redirect_url or ""}
            case _:
                return {}
