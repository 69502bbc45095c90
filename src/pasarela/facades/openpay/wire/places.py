"""What calls about stores and bar codes may say, and what the answers print."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from pasarela.facades.openpay.wire.answers import Address, Number
from pasarela.facades.toolkit.fields import RULE_RANGE, Amount, Choice, Flag, Whole
from pasarela.facades.toolkit.refusals import WrongType, WrongValue
from pasarela.facades.toolkit.wire import Field, WireModel, default, required

_MEASURE = re.compile(r"[+-]?[0-9]{1,10}(?:\.[0-9]{0,20})?")
AROUND_THE_EARTH_KM = 20_040


class Measure(Field[float | None]):
    """A measured number: degrees, kilometers. Never an amount of money."""

    def __init__(self, least: int, most: int, **common: Any) -> None:
        super().__init__(**common)
        self.least = least
        self.most = most

    def read(self, value: Any, where: str) -> float | None:
        if not isinstance(value, str) or not _MEASURE.fullmatch(text := value.strip()):
            raise WrongType(where, "a number")
        number = float(text)
        if not self.least <= number <= self.most:
            raise WrongValue(RULE_RANGE, where, f"must be {self.least} to {self.most}")
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


class StoresQuery(WireModel):
    """Tiendas / Obtener lista de tiendas por ubicación."""

    latitud = required(Measure(-90, 90))
    longitud = required(Measure(-180, 180))
    kilometers = required(Measure(0, AROUND_THE_EARTH_KM))
    amount = required(Amount(zero=True))


class BarcodeQuery(WireModel):
    """How a bar code is painted: pixels of a module, pixels of the bars' height, the reference below or not."""

    width = default(Whole(1, 10), 1)
    height = default(Whole(10, 500), 45)
    text = default(Flag(), False)
    format = Choice({"png": "png", "svg": "svg"})


class GeolocationAnswer(Struct):
    """Objetos Comunes / Objeto Geolocation."""

    lng: float
    lat: float
    place_id: str | None


class ChainAnswer(Struct):
    """Objetos Comunes / Objeto PaynetChain."""

    name: str
    logo: str | None
    thumb: str | None
    max_amount: Number


class StoreAnswer(Struct):
    """Tiendas / Objeto Tienda."""

    id_store: int
    id: int
    name: str
    last_update: str
    status: str
    geolocation: GeolocationAnswer
    address: Address
    paynet_chain: ChainAnswer
