"""Card charges whose payer confirms them, on a page or on the telephone; and the call that confirms one by token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import ConfirmBy, RequestPayment, SavedSource
from pasarela.core.payments.waiting import PayWaiting
from pasarela.facades.openpay.agreement import Agreement
from pasarela.facades.openpay.profile import ChargeTerms, Plans
from pasarela.facades.openpay.references import IVR_PHONE, ivr_key
from pasarela.facades.openpay.wire.charges import POINTS, ChargeBody
from pasarela.facades.toolkit.fields import RULE_CHOICE, Flag, Instant, Text, Whole
from pasarela.facades.toolkit.refusals import Missing, WrongValue
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument

LIFE = timedelta(hours=24)
"""How long a charge waits for its payer for which no `due_date` is sent."""

_CARDS = ("card", "source_id", "card_id", "token")
_WORDS = {"false": ConfirmBy.PAGE, "ivr": ConfirmBy.IVR}


def confirm_of(body: Mapping[str, Any], terms: ChargeTerms) -> ConfirmBy | None:
    """How the payer of this charge is to confirm it; `None`: it is charged at once."""
    word = body.get("confirm")
    if isinstance(word, bool):
        word = str(word)
    said = word.strip().lower() if isinstance(word, str) else ""
    if terms.page_without_card and said in ("", "false"):
        return None if any(body.get(name) for name in _CARDS) else ConfirmBy.PAGE
    found = _WORDS.get(said)
    return found if terms.waits_elsewhere or found is not ConfirmBy.IVR else None


class ConfirmedChargeBody(ChargeBody):
    """Cargos / Con redireccionamiento, Cargo con IVR. A card named here is not looked at: its payer gives his."""

    send_email = default(Flag(), False)
    due_date = Instant()

    def request(
        self,
        payment_id: str,
        confirm: ConfirmBy,
        *,
        agreement: Agreement,
        now: datetime,
        ids: IdSource,
        customer: Customer | None,
    ) -> RequestPayment:
        """What the core is asked; at customer level, for that `customer`. Raises `Missing`, `WrongValue`,
        `NotPermitted`."""
        agreed = self._agreed(agreement)
        return RequestPayment(
            payment_id=payment_id,
            instrument=Instrument.CARD,
            amount=self._money(agreement),
            due_at=self.due_date or now + LIFE,
            reference=payment_id if confirm is ConfirmBy.IVR else None,
            order_id=self.order_id,
            description=self.description,
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=self._payer(customer),
            details={**agreed, **(self._by_phone(ids) if confirm is ConfirmBy.IVR else self._on_page(agreement.terms))},
            confirm=confirm,
            capture=self.capture,
            settles_in=agreement.settles_in,
        )

    def _on_page(self, terms: ChargeTerms) -> dict[str, Any]:
        if self.redirect_url is None:
            raise Missing("redirect_url")
        points = self.use_card_points
        details = {
            "points": next(word for word, use in POINTS.items() if use is points) if points is not None else None,
            "redirect_url": self.redirect_url,
            "send_email": self.send_email,
            "use_3d_secure": terms.three_ds if self.use_3d_secure is None else self.use_3d_secure,
        }
        return {name: value for name, value in details.items() if value not in (None, False)}

    def _by_phone(self, ids: IdSource) -> dict[str, Any]:
        if self.use_card_points is not None:
            raise WrongValue(
                RULE_CHOICE, "use_card_points", "can only be NONE: on the telephone nobody asks for points"
            )
        if self.use_3d_secure:
            raise WrongValue(RULE_CHOICE, "use_3d_secure", "can only be false: on the telephone there is no 3-D Secure")
        return {"ivr_key": ivr_key(ids), "ivr_phone": IVR_PHONE}


class ConfirmBody(WireModel):
    """What the provider's clients send to `charges/{id}/confirm`: the payer's card as a token, or a saved one."""

    token_id = required(Text(45, also=("source_id", "card_id")))
    device_session_id = Text(255)
    payments = Whole(1, 99)

    def command(self, charge_id: str, try_id: str, plans: Plans, client_ip: str | None) -> PayWaiting:
        """What the core is asked. Raises `WrongValue`."""
        if self.payments not in (None, 1, *plans.payments):
            raise WrongValue(RULE_CHOICE, "payments", f"must be one of {plans.payments}")
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
