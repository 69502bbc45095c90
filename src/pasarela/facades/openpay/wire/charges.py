"""What calls say about charges: creating one by card, capturing, refunding, listing; and the core's commands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pasarela.core.context import Mode
from pasarela.core.customers.model import Customer
from pasarela.core.payments.card_terms import CardTerms
from pasarela.core.payments.model import AuthoriseCard, InlineCard, Payer, SavedSource
from pasarela.core.payments.rules import CARD_MINOR_MAX
from pasarela.core.vault.rules import check_security_code
from pasarela.facades.openpay.agreement import DIRECT_CHARGES, WITHOUT_3DS, Affiliation, Agreement
from pasarela.facades.openpay.profile import Plans
from pasarela.facades.openpay.wire.cards import CardBody, PayerBody, printed
from pasarela.facades.openpay.wire.checkouts import WebAddress
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
from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsUse

CARD = "card"
POINTS: Mapping[str, PointsUse | None] = {"NONE": None, "ONLY_POINTS": PointsUse.ONLY, "MIXED": PointsUse.MIXED}


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """In how many payments a card pays, in the provider's words and in the network's. `by_payer`: its interest."""

    payments: int | None = None
    interest_word: str | None = None
    by_payer: bool = False
    deferred: int | None = None

    def details(self, affiliation: Affiliation | None) -> dict[str, Any]:
        """The details of a charge by this plan, through that affiliation."""
        number, terminal = (affiliation.number, affiliation.terminal) if affiliation is not None else (None, None)
        terms = CardTerms(number, terminal, self.by_payer, self.deferred)
        told = {"payments": self.payments, "payments_type": self.interest_word, **terms.as_details()}
        return {name: value for name, value in told.items() if value is not None}


_ONE_PAYMENT = AgreedPlan()


class PaymentPlanBody(WireModel):
    """Objetos Comunes / Objeto PaymentPlan."""

    payments = required(Whole(1, 99))
    payments_type = Text(40)
    deferred_months = Whole(0, 99)

    def agreed(self, plans: Plans) -> AgreedPlan:
        """Raises `WrongValue`. What the provider has no words for is not looked at."""
        if self.payments not in plans.payments:
            raise WrongValue(RULE_CHOICE, "payment_plan.payments", f"must be one of {plans.payments}")
        word = self.payments_type.upper() if self.payments_type and plans.interest_words else None
        if word is not None and word not in plans.interest_words:
            told = ", ".join(plans.interest_words)
            raise WrongValue(RULE_CHOICE, "payment_plan.payments_type", f"must be one of: {told}")
        months = self.deferred_months if plans.deferred_months else None
        if months is not None and months not in plans.deferred_months:
            raise WrongValue(RULE_CHOICE, "payment_plan.deferred_months", f"must be one of {plans.deferred_months}")
        return AgreedPlan(
            self.payments, word, by_payer=word is not None and plans.interest_words[word], deferred=months
        )


class ChargeBody(WireModel):
    """Cargos / Con id de tarjeta o token, and the same with the card's data in `card`."""

    affiliation_bbva = Text(45, numbers=True)
    method = Choice({CARD: CARD})
    source_id = Text(45, also=("card_id", "token"))
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
    use_card_points = Choice(POINTS)
    confirm = Word()
    redirect_url = WebAddress(1000)
    use_3d_secure = Flag()

    def command(
        self,
        payment_id: str,
        *,
        agreement: Agreement,
        today: date,
        mode: Mode,
        client_ip: str | None,
        customer: Customer | None = None,
    ) -> AuthoriseCard:
        """What the core is asked; at customer level, for that `customer`.

        Raises `Missing`, `WrongValue`, `NotPermitted` and what the vault's `check` raises.
        """
        self._refuse_other_flows()
        details = self._agreed(agreement)
        return AuthoriseCard(
            payment_id=payment_id,
            source=self._source(today, mode),
            amount=self._money(agreement),
            capture=self.capture,
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=self._payer(customer),
            device_session_id=self.device_session_id,
            instalments=details.get("payments"),
            points=self.use_card_points,
            settles_in=agreement.settles_in,
            client_ip=client_ip,
            details=details,
        )

    def _agreed(self, agreement: Agreement) -> Mapping[str, Any]:
        """The details of a charge that provider and merchant have agreed on. Raises `WrongValue`, `NotPermitted`."""
        if agreement.terms.by_permission:
            self._check_permissions(agreement)
        affiliation = agreement.affiliation(self.affiliation_bbva)
        if self.payment_plan is None and affiliation is None:
            return _NO_DETAILS
        plan = self.payment_plan.agreed(agreement.terms.plans) if self.payment_plan is not None else _ONE_PAYMENT
        return plan.details(affiliation)

    def _check_permissions(self, agreement: Agreement) -> None:
        if self.source_id is not None or self.card is not None:
            agreement.permit(DIRECT_CHARGES, "card")
        if self.use_3d_secure is False:
            agreement.permit(WITHOUT_3DS, "use_3d_secure")

    def _payer(self, customer: Customer | None) -> Payer | None:
        """At customer level that customer, whatever the call says beside it."""
        if customer is not None:
            return payer_of(customer)
        return self.customer.payer() if self.customer else None

    def _refuse_other_flows(self) -> None:
        if self.confirm not in (None, "true"):
            raise WrongValue(RULE_CHOICE, "confirm", "can only be true: charges confirmed on a page are not offered")

    def _source(self, today: date, mode: Mode) -> InlineCard | SavedSource:
        if self.source_id is not None:
            if self.cvv2 is not None:
                check_security_code(self.cvv2)
            return SavedSource(self.source_id, self.cvv2)
        if self.card is None:
            raise Missing("source_id")
        return InlineCard(self.card.card(today, mode), printed(self.card.address))

    def _money(self, agreement: Agreement) -> Money:
        currency = agreement.currency(self.currency)
        if not agreement.takes(self.affiliation_bbva, currency):
            raise WrongValue(RULE_CHOICE, "currency", "is not one of the affiliation's")
        return Money(self.amount, currency)


class CaptureBody(WireModel):
    """Cargos / Confirmar un cargo."""

    amount = Amount()


class RefundBody(WireModel):
    """Cargos / Devolver un cargo."""

    description = Text(250)
    amount = Amount()


_NO_DETAILS: Mapping[str, Any] = {}
