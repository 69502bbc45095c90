"""What a message to a payer is. Who carries it does not stand here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Channel(Enum):
    """How it reaches its recipient; the value is stored."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be kept. `message_id` is made of what it is about: the same id again is the same message. `about`
    is the payment, or whatever else it tells of."""

    tenant_id: int
    message_id: str
    channel: Channel
    recipient: str
    body: str
    at: datetime
    subject: str | None = None
    html: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands: waiting, `sent_at`, or never to be sent because of its `refusal`."""

    tenant_id: int
    message_id: str
    channel: Channel
    recipient: str
    subject: str | None
    body: str
    html: str | None
    about: str | None
    created_at: datetime
    sent_at: datetime | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to a payer, before it is known to whom and when."""

    subject: str
    body: str
    html: str
