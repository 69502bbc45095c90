"""Commands about a payment that waits for its payer: pay it by card, let a try fail, cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pasarela.core.payments.model import CardSource, ConfirmBy, Level
from pasarela.kernel.decline import Decline
from pasarela.kernel.points import PointsUse

TRIES_MAX = 3


@dataclass(frozen=True, slots=True)
class CardAuthentication:
    """What 3-D Secure has told about the payer: sent to the issuer with the payment."""

    eci: str
    cavv: str | None
    ds_trans_id: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class PayWaiting:
    """Pay the waiting card payment `payment_id`, as its try `try_id` (made by the caller, one of the payment's: the
    same again is the same try, and sends nothing).

    `tries_max` is how many tries the payer has in all. `capture` of `None` is as the payment was requested. `details`
    are added to the payment's own. `confirm`, when given, is the way that the payment must have been requested for.
    """

    payment_id: str
    try_id: str
    source: CardSource
    instalments: int | None = None
    points: PointsUse | None = None
    capture: bool | None = None
    device_session_id: str | None = None
    client_ip: str | None = None
    authentication: CardAuthentication | None = None
    tries_max: int = TRIES_MAX
    details: Mapping[str, Any] = field(default_factory=dict)
    confirm: ConfirmBy | None = None


@dataclass(frozen=True, slots=True)
class FailWaiting:
    """Count a try that ended before anything was sent: its payer did not prove who he is, or mistyped his key. Fields
    as in `PayWaiting`."""

    payment_id: str
    try_id: str
    decline: Decline
    tries_max: int = TRIES_MAX
    confirm: ConfirmBy | None = None


@dataclass(frozen=True, slots=True)
class CancelWaiting:
    """The merchant does not want the money any more. `level`: from where the call comes."""

    payment_id: str
    level: Level | None = None
