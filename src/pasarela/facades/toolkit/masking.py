"""Makes bodies fit for the request log: secrets by the names of their fields, then card numbers wherever they are.

A body that could not be read as JSON has no field names that we could trust: all its digits go.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from pasarela.kernel.cards import mask
from pasarela.kernel.secret import mask_pans

LOGGED_BYTES_MAX = 16_384
HIDDEN = "***"

PAN_FIELDS = (
    *("card_number", "number", "pan", "cardnumber"),
    *("origin_card", "destination_card", "beneficiary_account"),
)
SECRET_FIELDS = (
    *("cvv2", "cvv", "cvc", "cvc2", "security_code", "securitycode", "pin", "nip", "password", "apikey"),
    *("old_pin", "new_pin", "authentication_info", "api_key_password"),
)
_HIDDEN_FIELDS = frozenset(PAN_FIELDS + SECRET_FIELDS)

_FIELD = re.compile(rf'"({"|".join(PAN_FIELDS + SECRET_FIELDS)})"\s*:\s*("[^"]*"|[^,}}\]\s"\[{{]+|[\[{{])')
_DIGIT = re.compile(r"\d")
# A number that no float holds must not fail here; what it reads like is enough.
_decode = msgspec.json.Decoder(float_hook=str).decode
# Digits and what may separate them in a card number look alike, so that one search finds where a scan pays.
_LIKE_DIGITS = bytes(ord("0") if chr(byte) in "0123456789 -" else ord(".") for byte in range(256))
_DIGITS_MIN = b"0" * 13


class _NotFlat(Exception):
    """A secret field holds an object or a list: text replacement is not enough."""


def masked_body(body: bytes, *, is_json: bool) -> str | None:
    """The body as the log may have it; `None` for none, its size only for a very large one."""
    if not body:
        return None
    if len(body) > LOGGED_BYTES_MAX:
        return f"({len(body)} bytes, not kept)"
    if not is_json:
        return _DIGIT.sub("X", body.decode("utf-8", "replace"))
    return masked_text(_by_field(body))


def masked_text(text: str) -> str:
    """`text` without card numbers. Costs a microsecond when there is nothing like one."""
    if _DIGITS_MIN in text.encode("utf-8", "replace").translate(_LIKE_DIGITS):
        return mask_pans(text)
    return text


def masked_answer(body: bytes) -> str | None:
    """An answer of ours: no field of it ever holds a secret, so the second net is enough."""
    if not body:
        return None
    if len(body) > LOGGED_BYTES_MAX:
        return f"({len(body)} bytes, not kept)"
    text = body.decode("utf-8", "replace")
    return mask_pans(text) if _DIGITS_MIN in body.translate(_LIKE_DIGITS) else text


def masked_query(query: bytes) -> str | None:
    """A query string, unescaped, as the log may have it; `None` for none."""
    if not query:
        return None
    text = query.decode("ascii", "replace")
    if len(text) > LOGGED_BYTES_MAX:
        return f"({len(query)} bytes, not kept)"
    pairs = parse_qsl(text, keep_blank_values=True)
    return masked_text(
        "&".join(
            f"{name}={_masked_value(name, value) if name.lower() in _HIDDEN_FIELDS else value}" for name, value in pairs
        )
    )


def _by_field(body: bytes) -> str:
    if b"\\" not in body:  # an escape could hide a field's name
        text = body.decode("utf-8")
        try:
            masked, count = _FIELD.subn(_replaced, text)
        except _NotFlat:
            masked, count = "", -1
        # Names in capitals are rare, and matching without regard to case is six times as slow.
        if count == len(_FIELD.findall(text.lower())):
            return masked
    try:
        return msgspec.json.encode(_masked_tree(_decode(body))).decode()
    except RecursionError:
        return HIDDEN


def _replaced(found: re.Match[str]) -> str:
    name, value = found.groups()
    if value in "[{":
        raise _NotFlat
    return f'"{name}":"{_masked_value(name, value.strip(chr(34)))}"'


def _masked_tree(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _masked_value(name, item) if name.lower() in _HIDDEN_FIELDS else _masked_tree(item)
            for name, item in value.items()
        }
    return [_masked_tree(item) for item in value] if isinstance(value, list) else value


def _masked_value(name: str, value: Any) -> str:
    text = str(value)
    if name.lower() in PAN_FIELDS and text.isascii() and text.isdigit() and len(text) >= 12:
        return mask(text)
    return HIDDEN
