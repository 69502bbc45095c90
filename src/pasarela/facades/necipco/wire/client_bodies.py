"""What calls send about clients and their keys; lengths and patterns are the document's tables'."""

from __future__ import annotations

from pasarela.facades.necipco.wire.values import Id, Key, Money, Rfc, Sized
from pasarela.facades.toolkit.fields import Digits, Email, SecretText, Text
from pasarela.facades.toolkit.wire import WireModel, required

PEM_MAX = 5000


class ClientBody(WireModel):
    """Clients / Create a client."""

    name = required(Sized(5, 30))
    alias = required(Sized(3, 10))
    email = required(Email(100))
    available = required(Money())
    phone = required(Digits(10, 10))
    mobile_phone = required(Digits(10, 10))
    rfc = required(Rfc())
    street = required(Sized(1, 20))
    ext_street_number = required(Sized(1, 5))
    int_street_number = Sized(1, 5)
    suburb = required(Sized(1, 25))
    township = required(Sized(1, 25))
    city = required(Sized(1, 25))
    state = required(Key("states"))
    postal_code = required(Digits(5, 5))
    contact_name = required(Sized(1, 12))
    contact_second_name = Sized(1, 12)
    contact_surname = required(Sized(1, 12))
    contact_second_surname = Sized(1, 12)
    contact_email = required(Email(100))
    contact_telephone_country_code = required(Digits(2, 3))
    contact_telephone = required(Digits(10, 10))
    contact_mobile_phone_country_code = required(Digits(2, 3))
    contact_mobile_phone = required(Digits(10, 10))
    legal_representative_name = Sized(1, 12)
    legal_representative_second_name = Sized(1, 12)
    legal_representative_surname = Sized(1, 12)
    legal_representative_second_surname = Sized(1, 12)
    legal_representative_email = Email(100)
    legal_representative_telephone_country_code = Digits(2, 3)
    legal_representative_telephone = Digits(10, 10)
    legal_representative_mobile_phone_country_code = Digits(2, 3)
    legal_representative_mobile_phone = Digits(10, 10)
    api_key_name = required(Sized(5, 30))
    api_key_description = Sized(1, 30)
    api_key_password = required(SecretText(30))

    def profile(self) -> dict[str, str | None]:
        """What is kept of a client for people to read: addresses, contacts, representatives."""
        own = {"name", "alias", "email", "available", "rfc"}
        told = (field.wire_name for field in self.fields)
        return {name: getattr(self, name) for name in told if name not in own and not name.startswith("api_key")}


class FundBody(WireModel):
    """Clients / Fund a client."""

    client_id = required(Id())
    amount = required(Money())


class PublicKeyBody(WireModel):
    """Clients / Add your public key."""

    public_key = required(Text(PEM_MAX))
