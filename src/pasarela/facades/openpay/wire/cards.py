"""What calls say about cards, tokens, addresses and payers, and what the core makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pasarela.core.context import Mode
from pasarela.core.payments.model import Payer
from pasarela.core.vault.rules import check
from pasarela.facades.toolkit.fields import RULE_RANGE, CountryCode, Email, Nested, SecretDigits, Text, Whole
from pasarela.facades.toolkit.refusals import WrongValue
from pasarela.facades.toolkit.wire import WireModel, required
from pasarela.kernel.cards import CardData, Expiry

_CENTURY = 2000


class AddressBody(WireModel):
    """Objetos Comunes / Objeto Dirección."""

    line1 = required(Text(255))
    line2 = Text(255)
    line3 = Text(255)
    postal_code = required(Text(10, numbers=True))
    state = required(Text(100))
    city = required(Text(100))
    country_code = required(CountryCode())

    def printed(self) -> dict[str, str | None]:
        """As answers print it."""
        return {
            "line1": self.line1,
            "line2": self.line2,
            "line3": self.line3,
            "state": self.state,
            "city": self.city,
            "postal_code": self.postal_code,
            "country_code": self.country_code,
        }


class CardBody(WireModel):
    """A card as its holder types it: Tarjetas / Crear una tarjeta, Tokens / Crear un nuevo token. Whether the security
    code may be missing and how long it is, the core's rule says, with codes of its own."""

    card_number = required(SecretDigits(12, 19))
    holder_name = required(Text(80))
    expiration_year = required(Whole(0, 2099))
    expiration_month = required(Whole(1, 12))
    cvv2 = SecretDigits(1, 10)
    address = Nested(AddressBody)
    device_session_id = Text(255)

    def card(self, today: date, mode: Mode) -> CardData:
        """The card, if it can be taken. Raises what `core.vault.rules.check` raises."""
        return check(
            self.card_number,
            holder_name=self.holder_name,
            expiry=expiry(self.expiration_year, self.expiration_month),
            cvv=self.cvv2,
            today=today,
            mode=mode,
        )


class SaveFromTokenBody(WireModel):
    """Tarjetas / Crear una tarjeta con token. (`device_session_id` is called required there; clients leave it out.)"""

    token_id = required(Text(45))
    device_session_id = Text(255)


class UpdateCardBody(WireModel):
    """Tarjetas / Actualizar tarjeta. Everything else that a client sends back is read-only."""

    holder_name = Text(80, not_empty=True)
    cvv2 = SecretDigits(1, 10)
    expiration_month = Whole(1, 12)
    expiration_year = Whole(0, 2099)


class PayerBody(WireModel):
    """Who pays, as told with a charge: the fields of Clientes / Crear un nuevo cliente, none of them required."""

    name = Text(100)
    last_name = Text(100)
    email = Email(100)
    phone_number = Text(100, numbers=True)
    address = Nested(AddressBody)
    external_id = Text(100, numbers=True)

    def payer(self) -> Payer:
        return Payer(self.name, self.last_name, self.email, self.phone_number, printed(self.address), self.external_id)


def printed(address: AddressBody | None) -> Mapping[str, str | None] | None:
    """An address as the core keeps it."""
    return None if address is None else address.printed()


def expiry(year: int, month: int) -> Expiry:
    """`29` or `2029`, and the month. Raises `WrongValue` for years that cards don't bear."""
    if 100 <= year < _CENTURY:
        raise WrongValue(RULE_RANGE, "expiration_year", "must be a year like 29")
    return Expiry(year if year >= _CENTURY else _CENTURY + year, month)
