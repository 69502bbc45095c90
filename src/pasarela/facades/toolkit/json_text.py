"""Turns a request's body into a JSON object, exactly: numbers keep their printed digits, no key comes twice.

A call without a body, with `{}` or with the JSON string `"{}"` says the same: nothing (real clients send all three).
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from pasarela.facades.toolkit.refusals import NotJson

_CONTAINERS = (dict, list)

JsonObject = dict[str, Any]


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        # An exponent of twenty digits: a number in JSON, but none that any field accepts.
        return Decimal("NaN")


_decode = msgspec.json.Decoder(float_hook=_decimal).decode


def json_object(body: bytes) -> JsonObject:
    """The object in `body`. Raises `NotJson`, also for an object with the same key twice: which one was meant?"""
    if not body or body.isspace():
        return {}
    try:
        value = _decode(body)
        if isinstance(value, dict):
            # Every key has its colon, so as many keys as colons means that none came twice.
            if _keys(value) != body.count(b":") and _has_twin_keys(body):
                raise NotJson("the body has an object with the same key twice")
            return value
    except (ValueError, RecursionError):  # ValueError: not JSON, not UTF-8, or an integer of thousands of digits
        raise NotJson("the body is not JSON") from None
    if value == "{}":
        return {}
    raise NotJson("the body must be a JSON object")


def _keys(value: dict[str, Any] | list[Any]) -> int:
    """How many keys the objects in `value` have, at all depths."""
    total = 0
    items: Any = value
    if isinstance(value, dict):
        total = len(value)
        items = value.values()
    for item in items:
        if isinstance(item, _CONTAINERS):
            total += _keys(item)
    return total


class _TwinKeys(Exception):
    """Found an object with the same key twice."""


def _has_twin_keys(body: bytes) -> bool:
    try:
        json.loads(body, object_pairs_hook=_refuse_twins, parse_float=str, parse_int=str)
    except _TwinKeys:
        return True
    return False


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _TwinKeys
