"""Why a card, or a call about one, is refused. Openpay's codes are named where the provider has one."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class WrongCheckDigit(Refusal):
    """The card number's check digit is wrong.

    Openpay 2004.
    """

    rule = "luhn"
    field = "card_number"


class UnsupportedBrand(Refusal):
    """No card scheme that we work with issues such a number."""

    rule = "brand"
    field = "card_number"


class ExpiredCard(Refusal):
    """The card's expiry has passed.

    Openpay 2005.
    """

    rule = "expired_card"
    field = "expiry"


class MissingSecurityCode(Refusal):
    """The card's security code is missing.

    Openpay 2006.
    """

    rule = "missing_cvv"
    field = "cvv"


class WrongSecurityCode(Refusal):
    """A security code has three or four digits.

    Openpay 2009; that a well-formed code is wrong only the issuer can say, as a decline.
    """

    rule = "malformed_cvv"
    field = "cvv"


class TestCardInProduction(Refusal):
    """The card is a test card, which works in test mode only.

    Openpay 2007.
    """

    rule = "test_card"
    field = "card_number"


class DuplicateCard(Refusal):
    """Its owner has saved this card already.

    Openpay 2002.
    """

    rule = "duplicate_card"
    field = "card_number"


class ReplayMismatch(Refusal):
    """The same id was sent before with another card or for another owner."""

    rule = "idempotency.same_content"


class UnknownCard(Refusal):
    """There is no such card, or it was deleted."""

    rule = "unknown_card"
    field = "card_id"


class UnknownToken(Refusal):
    """There is no such token."""

    rule = "unknown_token"
    field = "token_id"


class TokenExpired(Refusal):
    """The token was not used within its hour."""

    rule = "token_expired"
    field = "token_id"


class TokenUsed(Refusal):
    """The token was used before."""

    rule = "token_used"
    field = "token_id"
