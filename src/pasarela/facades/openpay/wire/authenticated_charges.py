"""Card charges with 3-D Secure whose card is in the call: their payer proves on his bank's page who he is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pasarela.core.authentication.model import PreparePayment, Terms
from pasarela.core.context import Mode
from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import ConfirmBy, RequestPayment
from pasarela.facades.openpay.agreement import Agreement
from pasarela.facades.openpay.profile import ChargeTerms
from pasarela.facades.openpay.wire.charges import ChargeBody
from pasarela.facades.toolkit.fields import RULE_CHOICE, Instant
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.kernel.instruments import Instrument

LIFE = timedelta(hours=24)
"""How long a charge waits for its payer for which no `due_date` is sent."""


def wants_three_ds(body: Mapping[str, Any], terms: ChargeTerms) -> bool:
    """Whether the charge is to be authenticated first."""
    said = body.get("use_3d_secure")
    word = "" if said is None else str(said).strip().lower()
    return word == "true" if word else terms.three_ds


class AuthenticatedChargeBody(ChargeBody):
    """Cargos / Con id de tarjeta o token, with `use_3d_secure`."""

    due_date = Instant()

    def preparation(
        self,
        payment_id: str,
        *,
        agreement: Agreement,
        now: datetime,
        today: date,
        mode: Mode,
        client_ip: str | None,
        customer: Customer | None,
    ) -> PreparePayment:
        """What the core is asked; at customer level, for that `customer`. Raises `Missing`, `WrongValue`,
        `NotPermitted` and what the vault's `check` raises."""
        self._refuse_other_flows()
        if self.redirect_url is None:
            raise Missing("redirect_url")
        if self.use_card_points is not None:
            raise WrongValue(RULE_CHOICE, "use_card_points", "can only be NONE with 3-D Secure")
        agreed = self._agreed(agreement)
        request = RequestPayment(
            payment_id=payment_id,
            instrument=Instrument.CARD,
            amount=self._money(agreement),
            due_at=self.due_date or now + LIFE,
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=self._payer(customer),
            details={**agreed, "redirect_url": self.redirect_url, "use_3d_secure": True},
            confirm=ConfirmBy.THREE_D_SECURE,
            capture=self.capture,
            settles_in=agreement.settles_in,
        )
        terms = Terms(instalments=agreed.get("payments"), device_session_id=self.device_session_id, client_ip=client_ip)
        return PreparePayment(request, self._source(today, mode), terms)
