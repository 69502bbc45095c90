"""What subscriptions announce. That a charge was paid or refused, payments say themselves."""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.events import Event

SUBSCRIBED = "subscription.created"
CANCELLED = "subscription.cancelled"
CHARGE_FAILED = "subscription.charge_failed"

ALL = frozenset({SUBSCRIBED, CANCELLED, CHARGE_FAILED})


def event(
    event_id: str, tenant_id: int, kind: str, subscription_id: str, at: datetime, **data: str | int | bool | None
) -> Event:
    """The event `kind` about a subscription; `data` holds ids and small facts only."""
    assert kind in ALL, "every event type is listed here"
    return Event(event_id, tenant_id, kind, subscription_id, at, data)
