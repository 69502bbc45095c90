"""Why a call about a checkout is refused."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownCheckout(Refusal):
    """There is no such checkout."""

    rule = "checkout.unknown"
    field = "checkout_id"


class CheckoutClosed(Refusal):
    """The checkout was paid or cancelled, so it can't be changed any more."""

    rule = "checkout.open"
    field = "status"


class ExpiryPassed(Refusal):
    """A checkout can only be available until an instant that is still to come."""

    rule = "checkout.expires_later"
    field = "expiration_date"
