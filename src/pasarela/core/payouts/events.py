"""What money out announces: one event for each change that somebody outside may want to hear of."""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.events import Event

PAYOUT_CREATED = "payout.created"
PAYOUT_COMPLETED = "payout.completed"
PAYOUT_FAILED = "payout.failed"
PAYOUT_CANCELLED = "payout.cancelled"
TRANSFER_COMPLETED = "transfer.completed"
FEE_CHARGED = "fee.charged"
FEE_REFUNDED = "fee.refunded"

ALL = frozenset(
    {
        PAYOUT_CREATED,
        PAYOUT_COMPLETED,
        PAYOUT_FAILED,
        PAYOUT_CANCELLED,
        TRANSFER_COMPLETED,
        FEE_CHARGED,
        FEE_REFUNDED,
    }
)


def event(
    event_id: str, tenant_id: int, kind: str, subject: str, at: datetime, **data: str | int | bool | None
) -> Event:
    """The event `kind` about a payout, transfer or fee; `data` holds ids and small facts only."""
    assert kind in ALL, "every event type is listed here"
    return Event(event_id, tenant_id, kind, subject, at, data)
