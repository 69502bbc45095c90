"""What a webhook is. Its password leaves this slice only towards the endpoint itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint of a tenant. Events are words of the tenant's dialect. An unverified one is told nothing."""

    tenant_id: int
    webhook_id: str
    url: str
    user: str | None
    event_types: tuple[str, ...]
    created_at: datetime
    verified_at: datetime | None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """What must be known to create one. The dialect writes `verification`, the body of the call that asks the endpoint
    whether it wants to be told; it holds `code`. Without a body nobody is asked and it counts as verified: demo data.
    """

    webhook_id: str
    url: str
    user: str | None
    password: Secret | None
    event_types: tuple[str, ...]
    code: str
    verification: bytes | None
