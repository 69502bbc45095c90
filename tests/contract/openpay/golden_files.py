"""Reads the golden files: the requests and answers printed in Openpay's document, as data.

`golden/` holds one file per printed request, in the document's order; `objects/` the examples that are
printed outside a request; `errors.json`, `fields.json`, `ids.json` and `demo.json` the document's tables and
the ids that its examples name. Numbers keep their printed digits (`Decimal`, never a float).
This module knows neither our code nor HTTP clients: it says what was printed and how an answer differs.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
OBJECTS = HERE / "objects"

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | Decimal | bool | None"


class GoldenFileInvalid(ValueError):
    """A golden file lacks a key, has one too many, or one of the wrong type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One printed request with its printed answer. Not a promise about values: ids and dates will differ.

    `answer` is None where the document prints none; `has_answer` tells that from a body of `null`.
    `body` is the JSON to send; where the printed one is not JSON it is repaired, `body_as_printed` keeps
    the original. `stale_body_keys` held dates that were in the future when the document was written.
    `doubtful_answer_keys` are printed but contradict the request, so a right answer may differ there.
    `needs_first` names the golden files whose effect the printed answer shows.
    """

    name: str
    line: int
    section: str
    method: str
    path: str
    query: dict[str, str]
    auth: str
    headers: dict[str, str]
    body: Json
    body_as_printed: str | None
    body_repaired: list[str]
    stale_body_keys: list[str]
    answer: Json
    answer_repaired: list[str]
    answer_types: dict[str, str]
    doubtful_answer_keys: list[str]
    status: int
    needs_first: list[str]
    notes: list[str]

    @property
    def has_answer(self) -> bool:
        return bool(self.answer_types)

    @property
    def body_bytes(self) -> bytes:
        """The body as it travels, with the printed digits (`100.00`); empty where none is sent."""
        return b"" if self.body is None else to_json(self.body).encode()


def load_all(folder: Path = GOLDEN) -> tuple[Golden, ...]:
    """Every golden request, in the document's order. Raises GoldenFileInvalid."""
    return tuple(load(path.stem, folder) for path in sorted(folder.glob("*.json")))


def load(name: str, folder: Path = GOLDEN) -> Golden:
    """One golden request by its file's name without `.json`. Raises GoldenFileInvalid."""
    raw = read_json(folder / f"{name}.json")
    if not isinstance(raw, dict):
        raise GoldenFileInvalid(f"{name}: not an object")
    expected = {field.name for field in fields(Golden)} - {"name"}
    if wrong := expected ^ raw.keys():
        raise GoldenFileInvalid(f"{name}: keys missing or unknown: {sorted(wrong)}")
    for key, value in raw.items():
        if not _fits(value, key):
            raise GoldenFileInvalid(f"{name}: {key} is {kind_of(value)}")
    checked: dict[str, Any] = raw
    return Golden(name=name, **checked)


def read_json(path: Path) -> Json:
    """Any of this folder's data files, numbers with their printed digits."""
    value: Json = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return value


def to_json(value: Json) -> str:
    """Compact JSON that writes a Decimal with the digits that it has."""
    match value:
        case dict():
            members = (f"{json.dumps(key, ensure_ascii=False)}:{to_json(item)}" for key, item in value.items())
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(map(to_json, value)) + "]"
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)


def kind_of(value: object) -> str:
    """The JSON type; a number printed without a decimal point is an `integer`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int():
            return "integer"
        case float() | Decimal():
            return "number"
        case Mapping():
            return "object"
        case Sequence():
            return "array"
        case _:
            raise TypeError(f"not a JSON value: {type(value).__name__}")


def types_of(value: object, path: str = "$") -> dict[str, str]:
    """Path → JSON type for the value and all it holds: `$`, `$.card.brand`, `$[0].id`."""
    types = {path: kind_of(value)}
    match value:
        case Mapping():
            for key, item in value.items():
                types |= types_of(item, f"{path}.{key}")
        case Sequence() if not isinstance(value, str):
            for position, item in enumerate(value):
                types |= types_of(item, f"{path}[{position}]")
        case _:
            pass
    return types


def missing_keys(expected: object, actual: object, *, except_for: Collection[str] = (), path: str = "$") -> list[str]:
    """What a golden answer has and the actual one lacks or types otherwise; one line each, empty if none.

    Only keys and JSON types count, not values; additional keys are welcome. A printed null allows anything
    but the key's absence; `100` and `100.00` are one type. Each item of a printed array must find an item
    that fits it, wherever it stands. Paths in `except_for` are left out with all they hold; array positions
    in them do not count, so `$[].refund` and `$[0].refund` say the same.
    """
    excepted = {_without_positions(each) for each in except_for}
    if expected is None or _without_positions(path) in excepted:
        return []
    wanted, found = _wire_type(expected), _wire_type(actual)
    if wanted != found:
        return [f"{path}: expected {wanted}, got {found} {_shown(actual)}"]
    differences: list[str] = []
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key, item in expected.items():
            below = f"{path}.{key}"
            if key in actual:
                differences += missing_keys(item, actual[key], except_for=excepted, path=below)
            elif _without_positions(below) not in excepted:
                differences.append(f"{below}: expected {_wire_type(item)}, missing")
    elif isinstance(expected, list) and isinstance(actual, list):
        for position, item in enumerate(expected):
            below = f"{path}[{position}]"
            tries = (missing_keys(item, each, except_for=excepted, path=below) for each in actual)
            nothing = [f"{below}: expected {_wire_type(item)}, array is empty"]
            closest: list[str] = min(tries, key=len, default=nothing)
            differences += closest
    return differences


def _wire_type(value: object) -> str:
    kind = kind_of(value)
    return "number" if kind == "integer" else kind


def _without_positions(path: str) -> str:
    return re.sub(r"\[\d*\]", "", path)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fits(value: Json, key: str) -> bool:
    match key:
        case "line" | "status":
            return kind_of(value) == "integer"
        case "section" | "method" | "path" | "auth":
            return isinstance(value, str)
        case "query" | "headers" | "answer_types":
            return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        case "body" | "answer":
            return True
        case "body_as_printed":
            return value is None or isinstance(value, str)
        case _:
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
