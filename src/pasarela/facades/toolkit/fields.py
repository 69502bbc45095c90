"""The kinds of values in wire models: texts, digits, whole numbers, amounts, flags, choices, objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pasarela.facades.toolkit.amounts import DECIMALS, minor_units, too_large
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.facades.toolkit.refusals import WrongType, WrongValue
from pasarela.facades.toolkit.wire import Field, WireModel
from pasarela.kernel.cards import holds_pan
from pasarela.kernel.money import MAX_MINOR
from pasarela.kernel.secret import Secret

T = TypeVar("T")
Model = TypeVar("Model", bound=WireModel)

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PAN_SHORTEST = 13
_FLAGS = {"true": True, "false": False}

RULE_LENGTH = "wire.max_length"
RULE_CHARACTERS = "wire.characters"
RULE_CARD_NUMBER = "wire.card_number"
RULE_EMPTY = "wire.not_empty"
RULE_COUNTRY = "wire.country_code"
RULE_CHOICE = "wire.choice"
RULE_RANGE = "wire.range"
RULE_DATE = "wire.date"
RULE_EMAIL = "wire.email"
RULE_POSITIVE = "amount.positive"
RULE_DECIMALS = "amount.decimals"
RULE_SIZE = "amount.max"


def refuse_pan(text: str, where: str) -> None:
    """Raises `WrongValue` when `text` holds a card number."""
    if holds_pan(text):
        raise WrongValue(RULE_CARD_NUMBER, where, "must not hold a card number")


class Text(Field[str | None]):
    """A JSON string of at most `max_length` characters; with `numbers` a JSON number says the same. A card number in it
    is refused: it would be stored where nobody looks for one. With `any_digits` it may look like one, as account
    numbers do; with `not_empty` an empty text is not the same as none."""

    def __init__(
        self,
        max_length: int,
        *,
        numbers: bool = False,
        any_digits: bool = False,
        not_empty: bool = False,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.max_length = max_length
        self.numbers = numbers
        self.any_digits = any_digits
        self.not_empty = not_empty

    def read(self, value: Any, where: str) -> str | None:
        text = value if isinstance(value, str) else self._number(value, where)
        if not text or text.isspace():
            if self.not_empty:
                raise WrongValue(RULE_EMPTY, where, "can't be empty")
            return self.absent(where)
        if len(text) > self.max_length:
            raise WrongValue(RULE_LENGTH, where, f"may have at most {self.max_length} characters")
        if "\0" in text:
            raise WrongValue(RULE_CHARACTERS, where, "has a character that can't be stored")
        if len(text) >= PAN_SHORTEST and not self.any_digits:
            refuse_pan(text, where)
        return text

    def _number(self, value: Any, where: str) -> str:
        if not self.numbers or isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise WrongType(where, "a string")
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"] if self.numbers else "string", "maxLength": self.max_length}


class Email(Text):
    """An e-mail address as far as its look tells; nobody asks whether it is anybody's."""

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is not None and not _EMAIL.fullmatch(text.strip()):
            raise WrongValue(RULE_EMAIL, where, "must be an e-mail address")
        return None if text is None else text.strip()

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "format": "email"}


class CountryCode(Text):
    """A country's two letters (ISO 3166-1)."""

    def __init__(self, **common: Any) -> None:
        super().__init__(2, **common)

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is not None and not (len(text) == 2 and text.isascii() and text.isalpha()):
            raise WrongValue(RULE_COUNTRY, where, "must have two letters, like MX")
        return text


class Digits(Field[str | None]):
    """Decimal digits as a JSON string or number, `shortest` to `longest` of them."""

    def __init__(self, shortest: int, longest: int, **common: Any) -> None:
        super().__init__(**common)
        self.shortest = shortest
        self.longest = longest

    def read(self, value: Any, where: str) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            value = str(value)
        if isinstance(value, str) and (not value or value.isspace()):
            return self.absent(where)
        if not isinstance(value, str) or not value.isascii() or not value.isdigit():
            raise WrongType(where, "digits only")
        if not self.shortest <= len(value) <= self.longest:
            wanted = (
                f"{self.shortest} digits"
                if self.shortest == self.longest
                else f"{self.shortest} to {self.longest} digits"
            )
            raise WrongValue(RULE_LENGTH, where, f"must have {wanted}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"], "pattern": f"^[0-9]{{{self.shortest},{self.longest}}}$"}


class SecretDigits(Field[Secret | None]):
    """Digits that nobody may see: a card number, a security code. They are secret from here on."""

    def __init__(self, shortest: int, longest: int, **common: Any) -> None:
        super().__init__(**common)
        self.digits = Digits(shortest, longest)

    def read(self, value: Any, where: str) -> Secret | None:
        digits = self.digits.read(value, where)
        return self.absent(where) if digits is None else Secret(digits)

    def schema(self) -> dict[str, Any]:
        return {**self.digits.schema(), "writeOnly": True}


class SecretText(Field[Secret | None]):
    """A text that nobody may see: a password. It is secret from here on."""

    def __init__(self, max_length: int, **common: Any) -> None:
        super().__init__(**common)
        self.text = Text(max_length)

    def read(self, value: Any, where: str) -> Secret | None:
        text = self.text.read(value, where)
        return self.absent(where) if text is None else Secret(text)

    def schema(self) -> dict[str, Any]:
        return {**self.text.schema(), "writeOnly": True}


class Whole(Field[int | None]):
    """A whole number from `least` to `most`, as a JSON number or as digits in a string."""

    def __init__(self, least: int, most: int, **common: Any) -> None:
        super().__init__(**common)
        self.least = least
        self.most = most

    def read(self, value: Any, where: str) -> int | None:
        if isinstance(value, str):
            text = value.strip()
            if not text:
                return self.absent(where)
            if not _WHOLE.fullmatch(text):
                raise WrongType(where, "a whole number")
            value = int(text)
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongType(where, "a whole number")
        if not self.least <= value <= self.most:
            raise WrongValue(RULE_RANGE, where, f"must be {self.least} to {self.most}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "string"], "minimum": self.least, "maximum": self.most}


class Amount(Field[int | None]):
    """An amount of money above zero (or not below it, with `zero`) with at most two decimals, as a JSON number or
    string; read as minor units."""

    def __init__(self, *, zero: bool = False, most: int = MAX_MINOR, **common: Any) -> None:
        super().__init__(**common)
        self.least = 0 if zero else 1
        self.most = most

    def read(self, value: Any, where: str) -> int | None:
        match value:
            case bool():
                raise WrongType(where, "a number")
            case int():
                exact = Decimal(value)
            case Decimal():
                exact = value
            case str() if not value.strip():
                return self.absent(where)
            case str() if _NUMBER.fullmatch(value.strip()):
                exact = Decimal(value.strip())
            case _:
                raise WrongType(where, "a number")
        return _checked(exact, self.least, self.most, where)

    def schema(self) -> dict[str, Any]:
        bound = "exclusiveMinimum" if self.least else "minimum"
        return {
            "anyOf": [
                {"type": "number", bound: 0, "maximum": self.most // 10**DECIMALS},
                {"type": "string", "pattern": r"^[0-9]{1,13}(\.[0-9]{1,2})?$"},
            ]
        }


def _checked(exact: Decimal, least: int, most: int, where: str) -> int:
    if not exact.is_finite() or too_large(exact):
        raise WrongValue(RULE_SIZE, where, "is larger than any payment")
    minor = minor_units(exact)
    if minor is None:
        raise WrongValue(RULE_DECIMALS, where, "may have at most two decimals")
    if minor < least:
        raise WrongValue(RULE_POSITIVE, where, "must be greater than zero")
    if minor > most:
        raise WrongValue(RULE_SIZE, where, "is larger than any payment")
    return minor


class Flag(Field[bool | None]):
    """A JSON boolean, or `true` or `false` as a string in any case."""

    def read(self, value: Any, where: str) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            text = value.strip().lower()
            if not text:
                return self.absent(where)
            if text in _FLAGS:
                return _FLAGS[text]
        raise WrongType(where, "true or false")

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"}]
        }


class Choice(Field[T | None]):
    """One of the named values; upper and lower case are the same."""

    def __init__(self, values: Mapping[str, T], **common: Any) -> None:
        super().__init__(**common)
        self.values = values
        self._by_lower = {name.lower(): value for name, value in values.items()}

    def read(self, value: Any, where: str) -> T | None:
        if not isinstance(value, str):
            raise WrongType(where, "a string")
        if not value or value.isspace():
            return self.absent(where)
        if (name := value.lower()) not in self._by_lower:
            raise WrongValue(RULE_CHOICE, where, f"must be one of: {', '.join(self.values)}")
        return self._by_lower[name]

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.values)}


class Instant(Field[datetime | None]):
    """A moment in ISO 8601; without an offset it is Mexico City's time."""

    def read(self, value: Any, where: str) -> datetime | None:
        if not isinstance(value, str):
            raise WrongType(where, "a date")
        text = value.strip()
        if not text:
            return self.absent(where)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise WrongValue(RULE_DATE, where, "must be a moment in ISO 8601: 2014-08-01T11:51:23-05:00") from None
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=MEXICO_CITY)).astimezone(UTC)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class Day(Field[date | None]):
    """A calendar day, `yyyy-mm-dd`."""

    def read(self, value: Any, where: str) -> date | None:
        if not isinstance(value, str):
            raise WrongType(where, "a date")
        text = value.strip()
        if not text:
            return self.absent(where)
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass  # February 30th; refused below like any other text
        raise WrongValue(RULE_DATE, where, "must be a date like 2026-01-31")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Nested(Field[Model | None]):
    """A JSON object that is a wire model itself."""

    def __init__(self, model: type[Model], **common: Any) -> None:
        super().__init__(**common)
        self.model = model

    def read(self, value: Any, where: str) -> Model | None:
        if not isinstance(value, dict):
            raise WrongType(where, "an object")
        return self.model.parse(value, f"{where}.")

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.model.__name__}"}


class Ignored(Field[None]):
    """Read by nobody yet its type is checked: an object or a list whose content we have no use for. It must hold no
    card number all the same: the request log keeps it."""

    def read(self, value: Any, where: str) -> None:
        if not isinstance(value, dict | list):
            raise WrongType(where, "an object or a list")
        for text in _texts(value):
            refuse_pan(text, where)

    def schema(self) -> dict[str, Any]:
        return {"type": ["object", "array"]}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names and whole numbers too."""
    match value:
        case str():
            yield value
        case bool() | None:
            return
        case int():
            yield str(value)
        case dict():
            for name, item in value.items():
                yield name
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
        case _:
            return  # a number with decimals


class Word(Field[str | None]):
    """A word, or a JSON boolean that stands for the word `true` or `false`; read in lower case."""

    def __init__(self, max_length: int = 20, **common: Any) -> None:
        super().__init__(**common)
        self.text = Text(max_length)

    def read(self, value: Any, where: str) -> str | None:
        word = self.text.read(str(value) if isinstance(value, bool) else value, where)
        return self.absent(where) if word is None else word.strip().lower()

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "boolean"]}
