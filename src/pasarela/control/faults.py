"""`/faults`: breaks things on purpose, lists what is broken, mends everything."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, bad_value, instant
from pasarela.control.api_faults import TARGET_PREFIX
from pasarela.control.bodies import body_as, known_parameters
from pasarela.control.plane import ControlPlane
from pasarela.infra.faults import COUNT_MAX, Fault

DELAY_MS_MAX = 600_000

_STATUS = re.compile(r"[45][0-9]{2}")
_CODE = re.compile(r"[0-9A-Z]{2}")
_MODES = {
    "timeout": "timeout",
    "late_approval": "late_approval",
    "decline": "decline:<code>, two characters: decline:51",
    "error": "error:<status>: error:503",
    "delay": "delay:<ms>: delay:1500",
    "drop": "drop",
    "duplicate": "duplicate",
    "reorder": "reorder",
}
_WITHOUT_VALUE = frozenset({"timeout", "late_approval", "drop", "duplicate", "reorder"})
_TARGETS = {
    "card_network": frozenset(_MODES),
    "spei": frozenset(_MODES) - {"late_approval"},
    "three_ds": frozenset({"timeout", "error", "delay", "drop"}),
    "webhooks": frozenset(_MODES) - {"late_approval", "decline"},
}
_API_MODES = frozenset({"error", "delay", "drop"})


class NewFault(msgspec.Struct, forbid_unknown_fields=True):
    """What to break: messages to `target`, after the first `after`, `count` times, with a `probability`."""

    target: str
    mode: str
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    count: Annotated[int, msgspec.Meta(ge=1, le=COUNT_MAX)] | None = None
    after: Annotated[int, msgspec.Meta(ge=0, le=COUNT_MAX)] = 0


class Faults:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._store = plane.faults
        self._dialects = plane.dialects

    async def add(self, request: Request) -> Response:
        body = await body_as(NewFault, request)
        mode = _checked(body.mode, self._modes_of(body.target), body.target)
        fault = await self._store.add(
            body.target, mode, probability=body.probability, count=body.count, after=body.after
        )
        return answer(_told(fault), 201)

    async def index(self, request: Request) -> Response:
        known_parameters(request)
        return answer({"faults": [_told(fault) for fault in await self._store.list()]})

    async def clear(self, request: Request) -> Response:
        known_parameters(request)
        return answer({"cleared": await self._store.clear()})

    def _modes_of(self, target: str) -> frozenset[str]:
        if target in _TARGETS:
            return _TARGETS[target]
        apis = [f"{TARGET_PREFIX}{api}" for api in self._dialects]
        if target not in apis:
            fix = f"the targets are: {', '.join([*_TARGETS, *apis])}"
            raise bad_value("target", f"there is no target {target!r}", fix)
        return _API_MODES


def _told(fault: Fault) -> dict[str, object]:
    return {
        "id": fault.fault_id,
        "target": fault.target,
        "mode": fault.mode,
        "probability": fault.probability,
        "remaining": fault.remaining,
        "after": fault.after,
        "created_at": instant(fault.created_at),
    }


def _checked(mode: str, allowed: frozenset[str], target: str) -> str:
    """The mode as simulators read it. Raises `ControlRefusal`."""
    word, colon, value = mode.partition(":")
    if word not in allowed:
        raise _bad_mode(mode, allowed, f"{target} does not fail like that")
    if word in _WITHOUT_VALUE:
        if colon:
            raise _bad_mode(mode, allowed, f"{word} takes no value")
        return word
    value = value.strip().upper()
    match word:
        case "delay":
            right = value.isascii() and value.isdigit() and len(value) <= 6 and int(value) <= DELAY_MS_MAX
        case "decline":
            right = _CODE.fullmatch(value) is not None
        case _:
            # A card network has response codes where others have statuses.
            network = target == "card_network" and _CODE.fullmatch(value) is not None
            right = network or _STATUS.fullmatch(value) is not None
    if not right:
        raise _bad_mode(mode, allowed, f"{value!r} is no value for {word}")
    return f"{word}:{value}"


def _bad_mode(mode: str, allowed: frozenset[str], message: str) -> Exception:
    words = "; ".join(told for word, told in _MODES.items() if word in allowed)
    return bad_value("mode", f"{mode!r}: {message}", f"the modes are: {words}")
