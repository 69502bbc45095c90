"""What an authentication's result means for its payment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pasarela.core.authentication.model import Authentication, AuthenticationStatus
from pasarela.core.payments.model import ConfirmBy, Payment
from pasarela.core.payments.waiting import TRIES_MAX
from pasarela.rails.authentication import AuthenticationResult, TransStatus

ASKING = timedelta(seconds=30)
"""Longer than a directory is waited for: a question that is older was asked by a process that died."""

CHALLENGE_LIFE = timedelta(minutes=15)
"""Longer than issuers wait for their payers."""

CONCLUDE_AFTER = timedelta(seconds=15)
"""How long the browser has to come back before the payment goes on without it."""

UNAVAILABLE_SETTING = "three_d_secure_unavailable"
PROCEED = "proceed"


def proceeds(result: AuthenticationResult, settings: Mapping[str, object]) -> bool:
    """Whether a payment is authorised after this. When nobody could say who pays, the merchant's setting decides: he
    bears the risk then, so unless he has said so, no."""
    match result.status:
        case TransStatus.AUTHENTICATED | TransStatus.ATTEMPTED:
            return True
        case TransStatus.NOT_AUTHENTICATED | TransStatus.REJECTED:
            return False
        case TransStatus.UNAVAILABLE:
            return settings.get(UNAVAILABLE_SETTING) == PROCEED


def goes_on(standing: Authentication, try_id: str, fingerprint: bytes, now: datetime) -> bool:
    """Whether `standing` is the answer to starting again for this try with this card."""
    if (standing.try_id, standing.fingerprint) != (try_id, fingerprint):
        return False
    if standing.status is AuthenticationStatus.ENDED:
        return not standing.abandoned
    return standing.status is AuthenticationStatus.PREPARED or now < standing.expires_at


def tries_max(payment: Payment) -> int:
    """A merchant who sent the card himself hears the first refusal; on our page the payer may try another card."""
    return 1 if payment.confirm is ConfirmBy.THREE_D_SECURE else TRIES_MAX
