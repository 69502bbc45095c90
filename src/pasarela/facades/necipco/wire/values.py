"""The kinds of values that only this dialect has: coordinates, tax ids, texts with a least length, incomes."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal
from typing import Any

from stdnum.mx import curp, rfc

from pasarela.core.issuing.model import Place
from pasarela.facades.necipco import catalogs
from pasarela.facades.necipco.wire.ciphertexts import is_id
from pasarela.facades.toolkit.fields import RULE_LENGTH, RULE_RANGE, Amount, Choice, Text
from pasarela.facades.toolkit.refusals import WrongType, WrongValue
from pasarela.facades.toolkit.wire import Field, WireModel, required

RULE_TAX_ID = "necipco.tax_id"
RULE_ID = "necipco.id"

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")
_KEPT = Decimal("0.00001")


class Sized(Text):
    """A text of `shortest` to `longest` characters."""

    def __init__(self, shortest: int, longest: int, **common: Any) -> None:
        super().__init__(longest, **common)
        self.shortest = shortest

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is not None and len(text) < self.shortest:
            raise WrongValue(RULE_LENGTH, where, f"must have at least {self.shortest} characters")
        return text

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "minLength": self.shortest}


class Id(Text):
    """An id of ours; in any case."""

    def __init__(self, **common: Any) -> None:
        super().__init__(36, **common)

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is None:
            return None
        if not is_id(text):
            raise WrongValue(RULE_ID, where, "must be an id as this API makes them, a UUID")
        return text.lower()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class Money(Amount):
    """An amount as a JSON number; this API takes none as a text."""

    def read(self, value: Any, where: str) -> int | None:
        if isinstance(value, str):
            raise WrongType(where, "a number")
        return super().read(value, where)

    def schema(self) -> dict[str, Any]:
        number: dict[str, Any] = super().schema()["anyOf"][0]
        return number


class Number(Field[Decimal | None]):
    """A JSON number from zero, with its digits."""

    def __init__(self, most: int, **common: Any) -> None:
        super().__init__(**common)
        self.most = most

    def read(self, value: Any, where: str) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise WrongType(where, "a number")
        number = Decimal(value)
        if not number.is_finite() or not 0 <= number <= self.most:
            raise WrongValue(RULE_RANGE, where, f"must be 0 to {self.most}")
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": self.most}


class Degrees(Field[Decimal | None]):
    """A coordinate, as a number or a text; five decimals of it are kept."""

    def __init__(self, most: int, **common: Any) -> None:
        super().__init__(**common)
        self.most = most

    def read(self, value: Any, where: str) -> Decimal | None:
        if isinstance(value, str):
            if not value or value.isspace():
                return self.absent(where)
            if not _DEGREES.fullmatch(value.strip()):
                raise WrongType(where, "a number of degrees")
            value = Decimal(value.strip())
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise WrongType(where, "a number of degrees")
        degrees = Decimal(value)
        if not degrees.is_finite() or not -self.most <= degrees <= self.most:
            raise WrongValue(RULE_RANGE, where, f"must be -{self.most} to {self.most}")
        return degrees.quantize(_KEPT, rounding=ROUND_DOWN)

    def schema(self) -> dict[str, Any]:
        return {"type": ["number", "string"], "minimum": -self.most, "maximum": self.most}


class Rfc(Sized):
    """A Mexican tax id, by its structure; the check digit is not asked for, since generic ones have a wrong one."""

    def __init__(self, **common: Any) -> None:
        super().__init__(10, 13, **common)

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is None:
            return None
        if not rfc.is_valid(text.upper()):
            raise WrongValue(RULE_TAX_ID, where, "must be an RFC")
        return text.upper()


class Curp(Sized):
    """A Mexican population registry key, by its structure."""

    def __init__(self, **common: Any) -> None:
        super().__init__(18, 18, **common)

    def read(self, value: Any, where: str) -> str | None:
        text = super().read(value, where)
        if text is None:
            return None
        if not curp.is_valid(text.upper(), validate_check_digits=False):
            raise WrongValue(RULE_TAX_ID, where, "must be a CURP")
        return text.upper()


class Key(Choice[str]):
    """A key of a catalog."""

    def __init__(self, catalog: str, **common: Any) -> None:
        super().__init__(catalogs.keys(catalog), **common)
        self.catalog = catalog

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [entry.key for entry in catalogs.CATALOGS[self.catalog]]}


class Placed(WireModel):
    """A call that says from where it is made."""

    latitude = required(Degrees(90))
    longitude = required(Degrees(180))

    def place(self) -> Place:
        return Place(self.latitude, self.longitude)
