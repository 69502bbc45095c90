"""Why a verb of issuing refuses. Each is mapped by every dialect that can meet it."""

from __future__ import annotations

from datetime import datetime

from pasarela.kernel.errors import Refusal


class WrongCredentials(Refusal):
    """No active key has this login and password."""

    rule = "issuing.credentials"


class InvalidToken(Refusal):
    """The token is not ours, has expired, or was revoked."""

    rule = "issuing.token"


class Unreadable(Refusal):
    """An encrypted value can't be read. Says nothing of why."""

    rule = "issuing.encrypted_value"


class NoPublicKey(Refusal):
    """The key has no public key yet that answers could be encrypted for."""

    rule = "issuing.public_key_registered"
    field = "public_key"


class BadPublicKey(Refusal):
    """Not an RSA public key in PEM of 2048 to 8192 bits."""

    rule = "issuing.public_key"
    field = "public_key"


class UnknownClient(Refusal):
    """The caller has no such client."""

    rule = "issuing.client_exists"
    field = "client_id"


class ClientIdTaken(Refusal):
    """A client or key with this id or login exists already."""

    rule = "issuing.client_unique"


class UnknownProduct(Refusal):
    """No such product, or it is not active."""

    rule = "issuing.product_exists"
    field = "product"


class ProductNotVirtual(Refusal):
    """Cards of this product are plastics."""

    rule = "issuing.product_virtual"
    field = "product"


class RangeTaken(Refusal):
    """Another range holds numbers that begin like this."""

    rule = "issuing.range_unique"


class RangeExhausted(Refusal):
    """The product's ranges have no number left."""

    rule = "issuing.range_room"


class UnknownCardholder(Refusal):
    """No such cardholder."""

    rule = "issuing.cardholder_exists"
    field = "cardholder_id"


class ExternalIdTaken(Refusal):
    """Another cardholder of the client bears this external id."""

    rule = "issuing.external_id_unique"
    field = "external_id"


class UnknownCard(Refusal):
    """No such card."""

    rule = "issuing.card_exists"
    field = "card_number"


class CardAssigned(Refusal):
    """The card belongs to somebody already."""

    rule = "issuing.card_in_stock"
    field = "card_number"


class NotVirtual(Refusal):
    """Only virtual cards can do this."""

    rule = "issuing.card_virtual"
    field = "card_number"


class StatusRefused(Refusal):
    """The card's status does not allow this."""

    rule = "issuing.card_status"
    field = "status"

    def __init__(self, status: str, wanted: str) -> None:
        super().__init__(f"the card is {status}: {wanted} is not possible")
        self.status = status
        self.wanted = wanted


class SameAccount(Refusal):
    """Both cards are of one account."""

    rule = "issuing.two_accounts"
    field = "destination_card"


class NoPin(Refusal):
    """The card has no ATM PIN yet."""

    rule = "issuing.pin_set"
    field = "pin"


class WrongPin(Refusal):
    """The PIN is wrong."""

    rule = "issuing.pin"
    field = "pin"


class PinLocked(Refusal):
    """Too many wrong PINs; none is looked at for a while."""

    rule = "issuing.pin_tries"
    field = "pin"

    def __init__(self, until: datetime) -> None:
        super().__init__(f"no PIN is looked at before {until:%Y-%m-%dT%H:%M:%SZ}")
        self.until = until


class ReplayMismatch(Refusal):
    """The same id was sent before with other content."""

    rule = "idempotency.same_content"


class StockEmpty(Refusal):
    """No plastic of this product is left."""

    rule = "issuing.stock"
    field = "product"


class CardNumberRefused(Refusal):
    """A number of the stock is no card number, or begins like none of the product's ranges."""

    rule = "issuing.stock_number"
    field = "card_number"
