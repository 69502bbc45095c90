"""What a checkout is. Whether it has lapsed depends on when one asks, so its state is asked for with an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pasarela.core.payments.model import Payer
from pasarela.kernel.money import Money
from pasarela.kernel.paging import CreatedBetween

_ANY_TIME = CreatedBetween()


class CheckoutStatus(Enum):
    """Where a checkout stands. EXPIRED is never stored."""

    AVAILABLE = "available"
    EXPIRED = "expired"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewCheckout:
    """What must be known to make one. Both ids are made by the caller: `payment_id` is the one under which it will be
    paid. `link_token` is what nobody can guess of its link. `expires_at` of `None` is a day later."""

    checkout_id: str
    payment_id: str
    link_token: str
    amount: Money
    description: str
    order_id: str | None = None
    customer_id: str | None = None
    payer: Payer | None = None
    redirect_url: str | None = None
    send_email: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """An offer to pay `amount`, of a merchant or to one of his customers."""

    tenant_id: int
    checkout_id: str
    payment_id: str
    link_token: str
    order_id: str | None
    customer_id: str | None
    amount: Money
    description: str
    redirect_url: str | None
    send_email: bool
    payer: Payer | None
    stored_status: CheckoutStatus
    created_at: datetime
    expires_at: datetime

    def status(self, at: datetime) -> CheckoutStatus:
        """Where it stands at the instant `at`."""
        lapsed = self.stored_status is CheckoutStatus.AVAILABLE and self.expires_at <= at
        return CheckoutStatus.EXPIRED if lapsed else self.stored_status


@dataclass(frozen=True, slots=True)
class CheckoutFilter:
    """What a list asks for; `None` means any."""

    customer_id: str | None = None
    order_id: str | None = None
    status: CheckoutStatus | None = None
    created: CreatedBetween = _ANY_TIME
