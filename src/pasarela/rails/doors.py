"""What the doors share at which networks knock: who may enter, and how a JSON message is read. No web framework.

A network repeats what was not answered with 200, so that is answered only when a thing is stored.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from pasarela.kernel.money import BadAmount, Currency, Money
from pasarela.kernel.secret import Secret

Answered = tuple[int, bytes]

Message = TypeVar("Message")


class NotUnderstood(Exception):
    """A message that says nothing that can be used; the exception's text says why."""


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """As whom a network knocks."""

    user: str
    password: Secret

    def admits(self, authorization: str | None) -> bool:
        """Whether the header is HTTP Basic with just these."""
        scheme, _, credentials = (authorization or "").partition(" ")
        try:
            given = base64.b64decode(credentials.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(
            given, f"{self.user}:{self.password.reveal()}".encode()
        )


def read(kind: type[Message], message: bytes) -> Message:
    """A JSON object as a struct. Raises `NotUnderstood`."""
    try:
        return msgspec.json.decode(message, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Never the message itself: it may hold a card.
        raise NotUnderstood(type(error).__name__) from None


def pesos(text: str) -> Money:
    """An amount as it is written: `100.00`. Raises `NotUnderstood`."""
    try:
        amount = Money.parse(text, Currency.MXN)
    except BadAmount:
        raise NotUnderstood("amount") from None
    if amount.minor <= 0:
        raise NotUnderstood("amount")
    return amount


def told(status: int, **answer: Any) -> Answered:
    """An answer of these keys."""
    return status, msgspec.json.encode(answer)
