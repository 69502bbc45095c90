"""What calls say about charges: creating one by card, capturing, refunding, listing; and the core's commands for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pasarela.core.context import Mode
from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import AuthoriseCard, InlineCard, Payer, SavedSource
from pasarela.core.vault.rules import check_security_code
from pasarela.facades.openpay.wire.cards import CardBody, PayerBody, printed
from pasarela.facades.openpay.wire.customers import payer_of
from pasarela.facades.toolkit.fields import (
    RULE_CHOICE,
    Amount,
    Choice,
    Flag,
    Ignored,
    Nested,
    SecretDigits,
    Text,
    Whole,
    Word,
)
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.money import Currency, Money

PAYMENTS = (3, 6, 9, 12, 18)
CARD = "card"
CARD_MINOR_MAX = 10**12 - 1
"""A card network's amount has twelve digits."""


class PaymentPlanBody(WireModel):
    """Objetos Comunes / Objeto PaymentPlan."""

    payments = required(Whole(1, 99))


class ChargeBody(WireModel):
    """Cargos / Con id de tarjeta o token, and the same with the card's data in `card`."""

    method = required(Choice({CARD: CARD}))
    source_id = Text(45, also=("card_id",))
    card = Nested(CardBody)
    amount = required(Amount(most=CARD_MINOR_MAX))
    currency = Text(3)
    description = required(Text(250))
    order_id = Text(100)
    device_session_id = Text(255)
    cvv2 = SecretDigits(1, 10)
    capture = default(Flag(), True)
    customer = Nested(PayerBody)
    payment_plan = Nested(PaymentPlanBody)
    metadata = Ignored()
    use_card_points = Choice({"NONE": None})
    confirm = Word()
    use_3d_secure = default(Flag(), False)

    def command(
        self,
        payment_id: str,
        *,
        currencies: Mapping[str, Currency],
        today: date,
        mode: Mode,
        client_ip: str | None,
        customer: Customer | None = None,
    ) -> AuthoriseCard:
        """What the core is asked; at customer level, for that `customer`.

        Raises `Missing`, `WrongValue` and what the vault's `check` raises.
        """
        self._refuse_other_flows()
        payments = self._payments()
        return AuthoriseCard(
            payment_id=payment_id,
            source=self._source(today, mode),
            amount=Money(self.amount, self._currency(currencies)),
            capture=self.capture,
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=self._payer(customer),
            device_session_id=self.device_session_id,
            instalments=payments,
            client_ip=client_ip,
            details=_NO_DETAILS if payments is None else {"payments": payments},
        )

    def _payer(self, customer: Customer | None) -> Payer | None:
        """At customer level that customer, whatever the call says beside it."""
        if customer is not None:
            return payer_of(customer)
        return self.customer.payer() if self.customer else None

    def _refuse_other_flows(self) -> None:
        if self.confirm not in (None, "true"):
            raise WrongValue(RULE_CHOICE, "confirm", "can only be true: charges confirmed on a page are not offered")

    def _payments(self) -> int | None:
        if self.payment_plan is None:
            return None
        if self.payment_plan.payments not in PAYMENTS:
            raise WrongValue(RULE_CHOICE, "payment_plan.payments", f"must be one of {PAYMENTS}")
        return self.payment_plan.payments

    def _source(self, today: date, mode: Mode) -> InlineCard | SavedSource:
        if self.source_id is not None:
            if self.cvv2 is not None:
                check_security_code(self.cvv2)
            return SavedSource(self.source_id, self.cvv2)
        if self.card is None:
            raise Missing("source_id")
        return InlineCard(self.card.card(today, mode), printed(self.card.address))

    def _currency(self, offered: Mapping[str, Currency]) -> Currency:
        if self.currency is None:
            return Currency.MXN
        if (currency := offered.get(self.currency.upper())) is None:
            raise WrongValue(RULE_CHOICE, "currency", f"must be one of: {', '.join(offered)}")
        return currency


class CaptureBody(WireModel):
    """Cargos / Confirmar un cargo."""

    amount = Amount()


class RefundBody(WireModel):
    """Cargos / Devolver un cargo."""

    description = Text(250)
    amount = Amount()


_NO_DETAILS: Mapping[str, Any] = {}
