"""An authentication: one question to an issuer about one payment, and how it is to be paid once it is answered.

Holds no card number and no security code, only what leads to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from pasarela.core.payments.model import CardView, InlineCard, RequestPayment, SavedSource
from pasarela.core.payments.waiting import PayWaiting
from pasarela.kernel.browser import Browser
from pasarela.kernel.points import PointsUse
from pasarela.rails.authentication import AuthenticationResult, TransStatus

_BY_TIME = frozenset({"04", "05"})
"""EMVCo's challengeCancel: the issuer has waited long enough."""


class AuthenticationStatus(Enum):
    """Where an authentication stands; the value is stored."""

    PREPARED = "prepared"  # the card is known, its payer has not come yet
    ASKED = "asked"  # the issuer is being asked, until `expires_at`
    CHALLENGED = "challenged"  # the payer is at his issuer's page, until `expires_at`
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Terms:
    """How the payment is to be made, as `PayWaiting` takes it; `outcome` is its caller's wish in a sandbox. JSON values
    only."""

    instalments: int | None = None
    points: PointsUse | None = None
    capture: bool | None = None
    device_session_id: str | None = None
    client_ip: str | None = None
    outcome: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the payer's browser posts to his issuer's page: `creq` to `acs_url`."""

    acs_url: str
    creq: str


@dataclass(frozen=True, slots=True)
class Authentication:
    """`try_id` is the payment's try that it is for, `number` counts the payment's authentications. `cvv_key` leads to
    the security code while that lives. `challenge` and `result` are there from the status on that they belong to;
    `acs_ids` are what the directory and the issuer call it."""

    tenant_id: int
    authentication_id: str
    payment_id: str
    number: int
    try_id: str
    status: AuthenticationStatus
    fingerprint: bytes
    card: CardView
    source_id: str | None
    cvv_key: str | None
    terms: Terms
    created_at: datetime
    expires_at: datetime
    challenge: Challenge | None = None
    result: AuthenticationResult | None = None
    acs_ids: tuple[str | None, str | None] = (None, None)

    @property
    def abandoned(self) -> bool:
        """Whether the payer just went away: no refusal, he may come again while the payment waits."""
        result = self.result
        return result is not None and result.status is TransStatus.NOT_AUTHENTICATED and result.cancelled in _BY_TIME


@dataclass(frozen=True, slots=True)
class PreparePayment:
    """Ask somebody to pay with this card, once its issuer has told who he is. `request` is of a card payment that is
    confirmed by 3-D Secure; its `card` and `source_id` are filled in from `source`."""

    request: RequestPayment
    source: InlineCard | SavedSource
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class PrepareCard:
    """Pay the waiting payment with this token or saved card, once its payer is authenticated. `try_id` names the try:
    the payer's browser goes on with it."""

    payment_id: str
    try_id: str
    source: SavedSource
    terms: Terms


@dataclass(frozen=True, slots=True)
class StartAuthentication:
    """The payer is here: ask. `pay` is how he wants to pay, with a card that he has just typed; without it the payment
    goes on as it was prepared. The same try again is answered alike. The issuer's page sends the browser to
    `return_url`."""

    payment_id: str
    browser: Browser
    return_url: str
    pay: PayWaiting | None = None
