"""What the core asks of 3-D Secure and what comes back, independent of the messages that carry it.

Beside `rails.contract`: an authentication moves no money. The core makes `server_trans_id` before it asks, so that a
result that arrives later, from the issuer and not through the browser, finds its payment. A rail never raises for what
directories and issuers do: it answers that the issuer could not be asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from pasarela.kernel.browser import Browser
from pasarela.kernel.cards import CardData
from pasarela.kernel.money import Money
from pasarela.rails.contract import Acceptor


class TransStatus(Enum):
    """How an authentication ended; the value is EMVCo's letter."""

    AUTHENTICATED = "Y"
    ATTEMPTED = "A"  # the issuer takes no part, its scheme vouches for the attempt
    NOT_AUTHENTICATED = "N"
    REJECTED = "R"  # the issuer asks not to send the payment at all
    UNAVAILABLE = "U"  # nobody could say


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """Ask the issuer who pays. `server_trans_id` is a UUID that names this authentication for ever; `return_url` is
    where the issuer's page sends the browser afterwards; `at` the purchase's instant."""

    server_trans_id: str
    acceptor: Acceptor
    card: CardData
    amount: Money
    browser: Browser
    return_url: str
    at: datetime
    instalments: int | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationResult:
    """The end of an authentication. `eci` and `cavv` (20 bytes in base64) go into the authorisation; `reason` is
    EMVCo's transStatusReason, `cancelled` its challengeCancel: `01` by the payer, `04` and `05` by time."""

    server_trans_id: str
    status: TransStatus
    eci: str | None = None
    cavv: str | None = None
    ds_trans_id: str | None = None
    acs_trans_id: str | None = None
    version: str | None = None
    reason: str | None = None
    cancelled: str | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """The issuer wants to ask the payer himself: his browser posts `creq` to `acs_url`; the result comes later."""

    server_trans_id: str
    acs_url: str
    creq: str
    ds_trans_id: str
    acs_trans_id: str
    version: str


AuthenticationAnswer = AuthenticationResult | Challenge

ResultHeard = Callable[[AuthenticationResult], Awaitable[bool]]
"""Takes what an issuer tells after a challenge; returns once it is stored, false when nobody knows the transaction.
May hear a thing twice."""


class AuthenticationRail(Protocol):
    """A 3DS server. Safe for concurrent use by many tasks."""

    async def authenticate(self, request: AuthenticationRequest) -> AuthenticationAnswer:
        """`UNAVAILABLE` for whatever keeps the issuer from answering, silence too."""
        ...

    def on_result(self, heard: ResultHeard) -> None:
        """Registers who hears of results after challenges; once, before anything is asked."""
        ...
