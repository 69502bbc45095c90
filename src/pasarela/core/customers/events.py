"""What customers announce: only that one is gone, so that what was to happen to him later does not."""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.events import Event

DELETED = "customer.deleted"

ALL = frozenset({DELETED})


def event(event_id: str, tenant_id: int, kind: str, customer_id: str, at: datetime) -> Event:
    """The event `kind` about a customer."""
    assert kind in ALL, "every event type is listed here"
    return Event(event_id, tenant_id, kind, customer_id, at, {})
