"""Card charges whose payer confirms them, on a page or on the telephone; and the call that confirms one by token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import ConfirmBy, RequestPayment, SavedSource
from pasarela.core.payments.waiting import PayWaiting
from pasarela.facades.openpay.references import IVR_PHONE, ivr_key
from pasarela.facades.openpay.wire.charges import PAYMENTS, ChargeBody
from pasarela.facades.toolkit.fields import RULE_CHOICE, Flag, Instant, Text, Whole
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money

LIFE = timedelta(hours=24)
"""How long a charge waits for its payer for which no `due_date` is sent."""

_WORDS = {"false": ConfirmBy.PAGE, "ivr": ConfirmBy.IVR}


def confirm_of(body: Mapping[str, Any]) -> ConfirmBy | None:
    """How the payer of this charge is to confirm it; `None`: it is charged at once."""
    word = body.get("confirm")
    if isinstance(word, bool):
        word = str(word)
    return _WORDS.get(word.strip().lower()) if isinstance(word, str) else None


class ConfirmedChargeBody(ChargeBody):
    """Cargos / Con redireccionamiento, Cargo con IVR. A card named here is not looked at: its payer gives his."""

    send_email = default(Flag(), False)
    redirect_url = Text(1000)
    due_date = Instant()

    def request(
        self,
        payment_id: str,
        confirm: ConfirmBy,
        *,
        currencies: Mapping[str, Currency],
        now: datetime,
        ids: IdSource,
        customer: Customer | None,
    ) -> RequestPayment:
        """What the core is asked; at customer level, for that `customer`. Raises `Missing`, `WrongValue`."""
        return RequestPayment(
            payment_id=payment_id,
            instrument=Instrument.CARD,
            amount=Money(self.amount, self._currency(currencies)),
            due_at=self.due_date or now + LIFE,
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=self._payer(customer),
            details=self._by_phone(ids) if confirm is ConfirmBy.IVR else self._on_page(),
            confirm=confirm,
            capture=self.capture,
        )

    def _on_page(self) -> dict[str, Any]:
        if self.redirect_url is None:
            raise Missing("redirect_url")
        details = {
            "redirect_url": self.redirect_url,
            "send_email": self.send_email,
            "use_3d_secure": self.use_3d_secure,
            "payments": self._payments(),
        }
        return {name: value for name, value in details.items() if value not in (None, False)}

    def _by_phone(self, ids: IdSource) -> dict[str, Any]:
        if self.use_3d_secure:
            raise WrongValue(RULE_CHOICE, "use_3d_secure", "can only be false: on the telephone there is no 3-D Secure")
        details = {"ivr_key": ivr_key(ids), "ivr_phone": IVR_PHONE, "payments": self._payments()}
        return {name: value for name, value in details.items() if value is not None}


class ConfirmBody(WireModel):
    """What the provider's clients send to `charges/{id}/confirm`: the payer's card as a token, or a saved one."""

    token_id = required(Text(45, also=("source_id", "card_id")))
    device_session_id = Text(255)
    payments = Whole(1, 99)

    def command(self, charge_id: str, try_id: str, client_ip: str | None) -> PayWaiting:
        """What the core is asked. Raises `WrongValue`."""
        if self.payments not in (None, 1, *PAYMENTS):
            raise WrongValue(RULE_CHOICE, "payments", f"must be one of {PAYMENTS}")
        instalments = None if self.payments == 1 else self.payments
        return PayWaiting(
            charge_id,
            try_id,
            SavedSource(self.token_id),
            instalments=instalments,
            device_session_id=self.device_session_id,
            client_ip=client_ip,
            details={} if instalments is None else {"payments": instalments},
            confirm=ConfirmBy.PAGE,
        )
