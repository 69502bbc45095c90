"""The catalogs: which keys fields may have, and what their values are. The data stand in `catalogs.json`.

Values and descriptions that the document does not print are ours (`docs/providers/necipco.md`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a catalog: calls name its `key`."""

    key: str
    value: str
    description: str


def _read() -> dict[str, tuple[Entry, ...]]:
    text = files(__package__).joinpath("catalogs.json").read_text(encoding="utf-8")
    return {name: tuple(Entry(*line) for line in lines) for name, lines in json.loads(text).items()}


CATALOGS: Mapping[str, Sequence[Entry]] = _read()
"""By the key under which answers print them."""


def keys(catalog: str) -> dict[str, str]:
    """The keys of a catalog by how calls may write them: a space does for an underscore."""
    found = [entry.key for entry in CATALOGS[catalog]]
    return {key: key for key in found} | {key.replace("_", " "): key for key in found}


def described(catalog: str, key: str) -> str:
    """What a key means; empty for one that the catalog doesn't have (any more)."""
    return next((entry.description for entry in CATALOGS[catalog] if entry.key == key), "")
