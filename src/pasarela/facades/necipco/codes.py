"""The application codes: what the document leaves open, as one table. `docs/providers/necipco.md` publishes it.

Codes are never used again for something else. The first digit is the kind: 1 the request as a whole, 2 who calls,
3 its values, 4 what it names, 5 what can't be done, 9 our own failures.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A line of the table. `message` is what we answer unless the refusal has more to tell."""

    number: int
    status: int
    message: str


NOT_JSON = Code(1001, 400, "The request is not well formed")
NO_FILTER = Code(1002, 400, "At least one filter is required")
TOO_LARGE = Code(1003, 400, "The request body is too large")
NO_SUCH_PATH = Code(1004, 404, "There is nothing at this address")
NO_SUCH_METHOD = Code(1005, 405, "The address has no such method")
KEY_REUSED = Code(1006, 422, "The idempotency key or id was sent before with another request")
STILL_AT_WORK = Code(1007, 503, "The first call with this idempotency key is still at work")
TOO_MANY = Code(1008, 429, "Too many requests")
BAD_REQUEST = Code(1009, 400, "The request is invalid")

TOKEN = Code(2001, 401, "The authorization token is missing, invalid or expired")
CREDENTIALS = Code(2002, 401, "Invalid API key or password")
FORBIDDEN = Code(2003, 403, "The operation is not allowed")

FIELD = Code(3001, 422, "A field is missing or invalid")
UNREADABLE = Code(3002, 422, "An encrypted value can't be used")
IN_CLEAR = Code(3003, 422, "A value must be encrypted")
EXTERNAL_ID = Code(3004, 422, "Another cardholder has this external_id")
PUBLIC_KEY = Code(3005, 422, "The public key must be an RSA key of 2048 bits or more, in PEM")

CARD = Code(4001, 404, "The card doesn't exist")
CARDHOLDER = Code(4002, 404, "The cardholder doesn't exist")
CLIENT = Code(4003, 404, "The client doesn't exist")
PRODUCT = Code(4004, 404, "The product doesn't exist")
RESOURCE = Code(4005, 404, "The resource doesn't exist")

FUNDS = Code(5001, 403, "Insufficient funds")
CARD_STATUS = Code(5002, 403, "The card's status does not allow this operation")
CARD_ASSIGNED = Code(5003, 403, "The card is assigned already")
NOT_VIRTUAL = Code(5004, 403, "Only virtual cards can do this")
PRODUCT_KIND = Code(5005, 403, "The product has no virtual cards")
SAME_ACCOUNT = Code(5006, 403, "Both cards belong to the same account")
WRONG_PIN = Code(5007, 403, "Wrong PIN or authentication")
PIN_LOCKED = Code(5008, 403, "Too many wrong attempts; try again later")
NO_PIN = Code(5009, 403, "The card has no ATM PIN yet")
NO_PUBLIC_KEY = Code(5010, 403, "Register a public key first")
OUT_OF_STOCK = Code(5011, 403, "The product has no card numbers left")
CLIENT_TAKEN = Code(5012, 403, "The client exists already")

INTERNAL = Code(9001, 500, "An internal error has occurred, contact support with the request id")
UNAVAILABLE = Code(9002, 503, "The service is not available, try again later")

CODES: tuple[Code, ...] = tuple(one for one in list(globals().values()) if isinstance(one, Code))
"""All of them, in order."""
