"""What calls send about sign-in, cardholders and cards; lengths and patterns are the document's tables'."""

from __future__ import annotations

from pasarela.core.issuing.model import CardStatus
from pasarela.facades.necipco.wire.ciphertexts import CardReference, Encrypted
from pasarela.facades.necipco.wire.values import Curp, Id, Key, Money, Number, Placed, Rfc, Sized
from pasarela.facades.toolkit.fields import Choice, Day, Digits, Email, Flag, Nested, SecretDigits, SecretText, Text
from pasarela.facades.toolkit.wire import WireModel, default, required

INCOME_MAX = 10**9


class ApiClientBody(WireModel):
    """Whose token is wanted."""

    api_key = required(Text(100))
    password = required(SecretText(100))


class LoginBody(WireModel):
    """Authentication / Get authorization token."""

    api_client = required(Nested(ApiClientBody))


class CardholderFilters(WireModel):
    """Cardholder / Get a cardholder: all that are given must fit."""

    id = Id()
    rfc = Rfc()
    curp = Curp()
    email = Sized(5, 100)
    primary_phone = Digits(10, 10)
    mobile_phone = Digits(10, 10)


class CardholderBody(WireModel):
    """Cardholder / Create a cardholder."""

    first_name = required(Sized(1, 12))
    second_name = required(Sized(1, 12))
    surname = required(Sized(1, 12))
    second_surname = required(Sized(1, 12))
    rfc = required(Rfc())
    curp = required(Curp())
    email = required(Email(100))
    primary_phone = required(Digits(10, 10))
    mobile_phone = required(Digits(10, 10))
    street = required(Sized(1, 20))
    ext_street_number = required(Sized(1, 5))
    int_street_number = Sized(1, 5)
    suburb = required(Sized(1, 25))
    township = Sized(1, 25)
    city = required(Sized(1, 25))
    state = required(Key("states"))
    postal_code = required(Digits(5, 5))
    birthdate = required(Day())
    gender = required(Key("gender"))
    marital_status = required(Key("marital_status"))
    has_kids = required(Flag())
    gross_monthly_income = Number(INCOME_MAX)
    net_monthly_income = Number(INCOME_MAX)
    observations = Text(100)
    external_id = Text(40)


class AssignBody(Placed):
    """Cards / Assign a card to a cardholder."""

    card_number = required(Encrypted())
    cardholder_id = required(Id())
    document_type = required(Key("document_type"))
    document_number = required(Sized(1, 27))
    observations = Text(100)


class CardBody(Placed):
    """Cards / Activate a card."""

    card_number = required(CardReference())


class StatusBody(CardBody):
    """Cards / Change card status."""

    status = required(Choice({status.name: status for status in CardStatus}))


class CardQuery(WireModel):
    """A call about a card that is made from nowhere."""

    card_number = required(CardReference())


class PlacedCardQuery(CardBody):
    """A call about a card, in a query string."""


class BalanceQuery(CardQuery):
    """Cards / Get the card balance."""

    movements = default(Flag(), value=False)


class AuthenticateQuery(CardQuery):
    """Cards / Authenticate card for cardholder."""

    authentication_info = required(SecretDigits(6, 6))


class MovementsQuery(CardQuery):
    """Cards / Query card movements."""

    initial_date = required(Day())
    end_date = required(Day())


class PinBody(CardBody):
    """Cards / Set ATM PIN, Validate ATM PIN; Virtual Cards / Create Virtual Card CVC."""

    pin = required(Encrypted())


class PinChangeBody(CardBody):
    """Cards / Update ATM PIN."""

    old_pin = required(Encrypted())
    new_pin = required(Encrypted())


class TransferBody(Placed):
    """Cards / Make a transfer between cards."""

    origin_card = required(CardReference())
    destination_card = required(CardReference())
    amount = required(Money())


class DisbursementBody(CardBody):
    """Cards / Make a card disbursement."""

    amount = required(Money())


class PaymentBody(DisbursementBody):
    """Cards / Make a payment to a card."""

    payment_description = required(Sized(1, 32))


class WithdrawalBody(DisbursementBody):
    """Cards / Make a card withdrawal."""

    pin = Encrypted()


class PurchaseBody(WithdrawalBody):
    """Cards / Apply a purchase to a card."""

    merchant_description = required(Sized(1, 32))


class VirtualCardBody(Placed):
    """Virtual Cards / Create a Virtual Card."""

    product = required(Id())
    cardholder_id = required(Id())
    document_type = required(Key("document_type"))
    document_number = required(Sized(1, 27))
    observations = Text(100)


class PhysicalCardBody(CardBody):
    """Virtual Cards / Create physical card from virtual."""

    delivery_street = required(Sized(1, 20))
    delivery_street_number = required(Sized(1, 10))
    delivery_township = required(Sized(1, 25))
    delivery_state = required(Key("states"))
    delivery_postal_code = required(Digits(5, 5))
