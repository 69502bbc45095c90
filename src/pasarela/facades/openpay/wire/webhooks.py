"""What calls about webhooks may say, what the answers print, and what an endpoint is asked."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pasarela.facades.openpay.wire.filters import OFFSET_MAX
from pasarela.facades.toolkit.fields import RULE_CHOICE, Text, Whole
from pasarela.facades.toolkit.refusals import Missing, WrongType, WrongValue
from pasarela.facades.toolkit.wire import Field, WireModel, default, required

VERIFICATION = "verification"
EVENT_TYPES = (
    "charge.refunded",
    "charge.failed",
    "charge.cancelled",
    "charge.created",
    "charge.succeeded",
    "charge.rescored.to.decline",
    "subscription.charge.failed",
    "payout.created",
    "payout.succeeded",
    "payout.failed",
    "transfer.succeeded",
    "fee.succeeded",
    "fee.refund.succeeded",
    "spei.received",
    "chargeback.created",
    "chargeback.rejected",
    "chargeback.accepted",
    "order.created",
    "order.activated",
    "order.payment.received",
    "order.completed",
    "order.expired",
    "order.cancelled",
    "order.payment.cancelled",
)
"""The table of Webhooks / Objeto Webhook; `verification` is printed among them, too."""

_KNOWN = frozenset((*EVENT_TYPES, VERIFICATION))


class EventTypes(Field[tuple[str, ...] | None]):
    """A list of event types, each once, in the order in which they were named."""

    def read(self, value: Any, where: str) -> tuple[str, ...] | None:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise WrongType(where, "a list of event types")
        if not value:
            raise Missing(where)
        if unknown := [word for word in value if word not in _KNOWN]:
            raise WrongValue(RULE_CHOICE, where, f"has an unknown event type: {unknown[0][:50]!r}")
        return tuple(dict.fromkeys(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "minItems": 1, "items": {"type": "string", "enum": sorted(_KNOWN)}}


class WebhookBody(WireModel):
    """Webhooks / Crear un Webhook."""

    url = required(Text(2000))
    user = Text(100)
    password = Text(100)
    event_types = required(EventTypes())


class WebhookFilters(WireModel):
    """A page of the list; the document names none, so without it nearly everybody sees all."""

    offset = default(Whole(0, OFFSET_MAX), 0)
    limit = default(Whole(1, 100), 100)


class WebhookAnswer(Struct):
    """Webhooks / Objeto Webhook; the password is never answered."""

    id: str
    url: str
    user: str | None
    event_types: list[str]
    status: str


class VerificationAnswer(Struct):
    """What an endpoint is sent when its webhook is created."""

    type: str
    event_date: str
    verification_code: str
    id: str
