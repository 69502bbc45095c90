"""What payments announce: one event for each change of a payment that somebody outside may want to hear of."""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.events import Event

REQUESTED = "payment.requested"
AUTHORIZED = "payment.authorized"
COMPLETED = "payment.completed"
IN_REVIEW = "payment.in_review"
DECLINED = "payment.declined"
UNKNOWN = "payment.unknown"
FAILED = "payment.failed"
VOIDED = "payment.voided"
EXPIRED = "payment.expired"
REFUNDED = "payment.refunded"
REFUND_FAILED = "payment.refund_failed"

ALL = frozenset(
    {
        REQUESTED,
        AUTHORIZED,
        IN_REVIEW,
        COMPLETED,
        DECLINED,
        UNKNOWN,
        FAILED,
        VOIDED,
        EXPIRED,
        REFUNDED,
        REFUND_FAILED,
    }
)


def event(
    event_id: str, tenant_id: int, kind: str, payment_id: str, at: datetime, **data: str | int | bool | None
) -> Event:
    """The event `kind` about a payment; `data` holds ids and small facts only."""
    assert kind in ALL, "every event type is listed here"
    return Event(event_id, tenant_id, kind, payment_id, at, data)
