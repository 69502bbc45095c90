"""Bytes of a message from its fields' texts, and back, by the layout in `fields.py`.

Which fields a message has decides how it is laid out; that is worked out once for each set of fields and
remembered. Knows nothing of what fields mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.fields import LAYOUT, MTI, Layout

_MTI_LENGTH: Final = 4
_BITMAP_LENGTH: Final = 8
_SECONDARY: Final = 0x80  # the first bit of the first bitmap: a second one follows
_SETS_REMEMBERED: Final = 256


class _Plan(NamedTuple):
    """How a set of fields goes over the wire: the bitmaps, then the fields in the order of their numbers."""

    bitmaps: bytes
    fields: tuple[tuple[str, Layout], ...]


def encode(values: Mapping[str, str]) -> bytes:
    """The message with these fields; `MTI` is one of them. Raises `Malformed` on a value that doesn't fit."""
    plan = _plan(tuple(values))
    mti = values[MTI]
    if len(mti) != _MTI_LENGTH:
        raise Malformed("the message type does not fit")
    parts = []
    for field, (length, digits, binary) in plan.fields:
        value = values[field]
        size = len(value)
        if binary:
            value = _raw(field, value)
            size = len(value)
        if not digits:
            if size != length:
                raise Malformed(f"field {field} does not fit")
        else:
            if size > length:
                raise Malformed(f"field {field} does not fit")
            parts.append(f"{size:0{digits}d}")
        if not binary and not value.isascii():
            raise Malformed(f"field {field} is not ASCII")
        parts.append(value)
    if not mti.isascii():
        raise Malformed("the message type is not ASCII")
    # Binary fields are held with one character a byte, as all others are: so one encoding serves the whole body.
    return mti.encode("ascii") + plan.bitmaps + "".join(parts).encode("latin-1")


def decode(data: bytes) -> dict[str, str]:
    """The fields of the message in `data`, `MTI` among them. Raises `Malformed` on anything else."""
    at = _MTI_LENGTH + _BITMAP_LENGTH
    if len(data) < at:
        raise Malformed("shorter than a type and a bitmap")
    if data[_MTI_LENGTH] & _SECONDARY:
        at += _BITMAP_LENGTH
    fields = _fields(data[_MTI_LENGTH:at])
    text = data.decode("latin-1")
    values = {MTI: text[:_MTI_LENGTH]}
    end = len(text)
    for field, (length, digits, binary) in fields:
        if digits:
            count = text[at : at + digits]
            at += digits
            if len(count) != digits or not (count.isascii() and count.isdigit()) or int(count) > length:
                raise Malformed(f"field {field} has no right length")
            length = int(count)  # noqa: PLW2901 - what the layout gives is the longest only
        value = text[at : at + length]
        at += length
        if binary:
            value = value.encode("latin-1").hex().upper()
        elif not value.isascii():
            raise Malformed(f"field {field} is not ASCII")
        values[field] = value
    if at != end:
        raise Malformed("the message ends inside a field" if at > end else "something follows the last field")
    if not values[MTI].isascii():
        raise Malformed("the message type is not ASCII")
    return values


def _raw(field: str, value: str) -> str:
    """The bytes that `value` writes in hexadecimal, a character each."""
    try:
        return bytes.fromhex(value).decode("latin-1")
    except ValueError:
        pass
    raise Malformed(f"field {field} is not hexadecimal")


@lru_cache(_SETS_REMEMBERED)
def _plan(names: tuple[str, ...]) -> _Plan:
    numbers = sorted(_number(name) for name in names if name != MTI)
    bitmaps = sum(1 << (128 - number) for number in numbers).to_bytes(16, "big")
    second = bool(numbers) and numbers[-1] > 8 * _BITMAP_LENGTH
    bitmaps = bytes([bitmaps[0] | _SECONDARY]) + bitmaps[1:] if second else bitmaps[:_BITMAP_LENGTH]
    return _Plan(bitmaps, tuple((str(number), LAYOUT[str(number)]) for number in numbers))


@lru_cache(_SETS_REMEMBERED)
def _fields(bitmaps: bytes) -> tuple[tuple[str, Layout], ...]:
    """The fields that `bitmaps` announce. What is refused is not remembered: garbage can't push out the rest."""
    bits = int.from_bytes(bitmaps, "big")
    width = len(bitmaps) * 8
    numbers = [number for number in range(2, width + 1) if bits >> (width - number) & 1]
    return tuple((str(number), LAYOUT[str(_number(str(number)))]) for number in numbers)


def _number(name: str) -> int:
    if name not in LAYOUT:
        raise Malformed("a field that this network does not have")
    return int(name)
