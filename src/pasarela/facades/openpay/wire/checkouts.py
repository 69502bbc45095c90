"""What calls about checkouts may say, and what the answers print. The document has none: these are the provider's own
clients' words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from pasarela.core.checkouts.model import CheckoutFilter, CheckoutStatus, NewCheckout
from pasarela.core.payments.model import Payer
from pasarela.core.payments.rules import CARD_MINOR_MAX
from pasarela.facades.openpay.wire.answers import Number, PayerAnswer
from pasarela.facades.openpay.wire.cards import PayerBody
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.fields import Amount, Choice, Flag, Instant, Nested, Text
from pasarela.facades.toolkit.refusals import WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.money import Currency, Money

RULE_ADDRESS = "wire.web_address"

STATUSES = {
    "available": CheckoutStatus.AVAILABLE,
    "expired": CheckoutStatus.EXPIRED,
    "completed": CheckoutStatus.COMPLETED,
    "cancelled": CheckoutStatus.CANCELLED,
    "canceled": CheckoutStatus.CANCELLED,
}


class WebAddress(Text):
    """An address that a browser can be sent to."""

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname or not text.isprintable():
            raise WrongValue(RULE_ADDRESS, where, "must be an address that begins with http:// or https://")
        return text


class CheckoutBody(WireModel):
    """A new checkout; at customer level it names no customer."""

    amount = required(Amount(most=CARD_MINOR_MAX))
    currency = default(Choice({"MXN": Currency.MXN}), Currency.MXN)
    description = required(Text(250))
    order_id = Text(100, numbers=True)
    redirect_url = WebAddress(2000)
    expiration_date = Instant()
    send_email = default(Flag(), False)
    customer = Nested(PayerBody)

    def new(
        self,
        checkout_id: str,
        payment_id: str,
        link_token: str,
        *,
        customer_id: str | None,
        payer: Payer | None,
    ) -> NewCheckout:
        """What the core is asked."""
        return NewCheckout(
            checkout_id,
            payment_id,
            link_token,
            Money(self.amount, self.currency),
            self.description,
            self.order_id,
            customer_id,
            payer or (self.customer.payer() if self.customer else None),
            self.redirect_url,
            self.send_email,
            self.expiration_date,
        )


class ChangeCheckoutBody(WireModel):
    """A change; what is not said stays. Clients say the status in the query."""

    status = Choice(STATUSES)
    expiration_date = Instant()


class CheckoutFilters(ListFilters):
    """A list of checkouts."""

    order_id = Text(100)
    status = Choice(STATUSES)

    def wanted(self, customer_id: str | None) -> CheckoutFilter:
        return CheckoutFilter(customer_id, self.order_id, self.status, self.created())


class CheckoutAnswer(Struct):
    """A checkout, with the keys that the provider's clients read."""

    id: str
    amount: Number
    description: str
    order_id: str | None
    currency: str
    iva: str | None
    status: str
    checkout_link: str
    creation_date: str
    expiration_date: str
    redirect_url: str | None
    customer_id: str | None
    customer: PayerAnswer | None
    transaction: None
