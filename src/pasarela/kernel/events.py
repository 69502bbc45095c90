"""Facts that one slice announces and others answer to: written into the outbox with the change that they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `subject`; `data` holds ids and small facts only, never card data."""

    event_id: str
    tenant_id: int
    type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, str | int | bool | None]
