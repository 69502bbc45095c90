"""Values that travel encrypted: card numbers and PINs, in Base64 of either alphabet, padded or not.

What is no Base64 is decrypted all the same, as nothing, so that it takes the time and gets the answer of every other
text that can't be read. A number in clear is refused before anybody keeps it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from pasarela.facades.necipco.refusals import SentInClear
from pasarela.facades.toolkit.refusals import WrongType, WrongValue
from pasarela.facades.toolkit.wire import Field

TEXT_MAX = 2048
"""More than Base64 of what any RSA key that we take encrypts."""

_UUID = re.compile(r"[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}")
"""As the document writes ids: in its examples not all of their letters are hexadecimal digits."""
_NUMBER = re.compile(r"[0-9][0-9 -]*")
_STANDARD = str.maketrans("-_ ", "+/+", "\r\n\t=")


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """Bytes to decrypt; `where` names the value that they came as."""

    content: bytes
    where: str


@dataclass(frozen=True, slots=True)
class GivenCard:
    """A card's id, or its number, encrypted: one of them."""

    card_id: str | None = None
    number: Ciphertext | None = None


def ciphertext(text: str, where: str) -> Ciphertext:
    """The bytes in `text`. In a query string an unescaped plus sign arrives as a space."""
    plain = text.strip().translate(_STANDARD)
    try:
        content = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return Ciphertext(content, where)


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id."""
    return _UUID.fullmatch(text) is not None


class Encrypted(Field[Ciphertext | None]):
    """A value that must come encrypted."""

    def read(self, value: Any, where: str) -> Ciphertext | None:
        text = _text(value, where)
        return self.absent(where) if text is None else ciphertext(text, where)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": TEXT_MAX, "contentEncoding": "base64", "writeOnly": True}


class CardReference(Field[GivenCard | None]):
    """A card's id, or its number encrypted."""

    def read(self, value: Any, where: str) -> GivenCard | None:
        text = _text(value, where)
        if text is None:
            return self.absent(where)
        if is_id(text.strip()):
            return GivenCard(card_id=text.strip().lower())
        return GivenCard(number=ciphertext(text, where))

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "string", "format": "uuid"},
                {"type": "string", "maxLength": TEXT_MAX, "contentEncoding": "base64"},
            ]
        }


def _text(value: Any, where: str) -> str | None:
    """The text that came; `None` for an empty one. Raises `SentInClear`, also for a number that came as one."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise SentInClear(where)
    if not isinstance(value, str):
        raise WrongType(where, "a string")
    if not value or value.isspace():
        return None
    if _NUMBER.fullmatch(value.strip()):
        raise SentInClear(where)
    if len(value) > TEXT_MAX:
        raise WrongValue("wire.max_length", where, f"may have at most {TEXT_MAX} characters")
    return value
