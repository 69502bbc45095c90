"""What may become of a checkout."""

from __future__ import annotations

from datetime import datetime, timedelta

from pasarela.core.checkouts.errors import CheckoutClosed, ExpiryPassed
from pasarela.core.checkouts.model import Checkout, CheckoutStatus

LIFE = timedelta(days=1)


def first_expiry(wished: datetime | None, at: datetime) -> datetime:
    """When a checkout made at `at` lapses. Raises `ExpiryPassed`."""
    if wished is not None and wished <= at:
        raise ExpiryPassed
    return wished or at + LIFE


def changed(
    checkout: Checkout, status: CheckoutStatus | None, expires_at: datetime | None, at: datetime
) -> tuple[CheckoutStatus, datetime]:
    """The stored status and the expiry after a change at `at`. To make one available that has lapsed, a new expiry is
    needed. Raises `CheckoutClosed`, `ExpiryPassed`."""
    if checkout.stored_status is not CheckoutStatus.AVAILABLE:
        if status in (None, checkout.stored_status) and expires_at is None:
            return checkout.stored_status, checkout.expires_at
        raise CheckoutClosed
    match status:
        case CheckoutStatus.CANCELLED:
            return CheckoutStatus.CANCELLED, checkout.expires_at
        case CheckoutStatus.EXPIRED:
            return CheckoutStatus.AVAILABLE, min(checkout.expires_at, at)
        case CheckoutStatus.COMPLETED:
            raise CheckoutClosed("Only a payment completes a checkout")
        case CheckoutStatus.AVAILABLE | None:
            until = expires_at or checkout.expires_at
            if until <= at:
                raise ExpiryPassed
            return CheckoutStatus.AVAILABLE, until
