"""Every refusal as this API's error object: application code, HTTP status, message, and which field is wrong.

The table is total over what this dialect can meet: a test walks all refusals of the platform. What is in none is an
internal error (9001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from pasarela.core.issuing import errors as issuing
from pasarela.core.ledger import errors as ledger
from pasarela.facades.necipco import codes, refusals
from pasarela.facades.necipco.codes import Code
from pasarela.facades.necipco.wire.answers import ErrorAnswer, FieldError, Validated
from pasarela.facades.toolkit import refusals as wire
from pasarela.facades.toolkit.call import Header, Reply
from pasarela.infra import idempotency
from pasarela.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """How a refusal is shown. `told`: its own message goes out, because it helps and says nothing secret."""

    code: Code
    told: bool = False


TABLE: Mapping[type[Refusal], Entry] = {
    wire.NoSuchPath: Entry(codes.NO_SUCH_PATH),
    wire.NoSuchMethod: Entry(codes.NO_SUCH_METHOD, told=True),
    wire.BodyTooLarge: Entry(codes.TOO_LARGE),
    wire.NotJson: Entry(codes.NOT_JSON, told=True),
    wire.Missing: Entry(codes.FIELD),
    wire.WrongType: Entry(codes.FIELD),
    wire.WrongValue: Entry(codes.FIELD),
    wire.NotAuthenticated: Entry(codes.TOKEN),
    idempotency.IdempotencyKeyReused: Entry(codes.KEY_REUSED),
    idempotency.StillAtWork: Entry(codes.STILL_AT_WORK),
    refusals.SentInClear: Entry(codes.IN_CLEAR),
    refusals.Undecipherable: Entry(codes.UNREADABLE),
    refusals.NoFilter: Entry(codes.NO_FILTER),
    issuing.WrongCredentials: Entry(codes.CREDENTIALS),
    issuing.InvalidToken: Entry(codes.TOKEN),
    issuing.Unreadable: Entry(codes.UNREADABLE),
    issuing.NoPublicKey: Entry(codes.NO_PUBLIC_KEY),
    issuing.BadPublicKey: Entry(codes.PUBLIC_KEY),
    issuing.UnknownClient: Entry(codes.CLIENT),
    issuing.ClientIdTaken: Entry(codes.CLIENT_TAKEN),
    issuing.UnknownProduct: Entry(codes.PRODUCT),
    issuing.ProductNotVirtual: Entry(codes.PRODUCT_KIND),
    issuing.RangeExhausted: Entry(codes.OUT_OF_STOCK),
    issuing.StockEmpty: Entry(codes.OUT_OF_STOCK),
    issuing.UnknownCardholder: Entry(codes.CARDHOLDER),
    issuing.ExternalIdTaken: Entry(codes.EXTERNAL_ID),
    issuing.UnknownCard: Entry(codes.CARD),
    issuing.CardAssigned: Entry(codes.CARD_ASSIGNED),
    issuing.NotVirtual: Entry(codes.NOT_VIRTUAL),
    issuing.StatusRefused: Entry(codes.CARD_STATUS, told=True),
    issuing.SameAccount: Entry(codes.SAME_ACCOUNT),
    issuing.NoPin: Entry(codes.NO_PIN),
    issuing.WrongPin: Entry(codes.WRONG_PIN),
    issuing.PinLocked: Entry(codes.PIN_LOCKED, told=True),
    issuing.ReplayMismatch: Entry(codes.KEY_REUSED),
    ledger.InsufficientFunds: Entry(codes.FUNDS),
}

FIELD_CODES = frozenset({codes.FIELD, codes.UNREADABLE, codes.IN_CLEAR, codes.EXTERNAL_ID, codes.PUBLIC_KEY})
"""Refusals with these say which field it was."""

_BY_STATUS: Mapping[int, Code] = {
    one.status: one
    for one in (
        codes.BAD_REQUEST,
        codes.TOKEN,
        codes.FORBIDDEN,
        codes.RESOURCE,
        codes.NO_SUCH_METHOD,
        codes.FIELD,
        codes.TOO_MANY,
        codes.UNAVAILABLE,
    )
}
"""Of several codes with one status the most ordinary."""

_WRONG = Validated(validated=False)
_encode = msgspec.json.Encoder().encode


def refuse(refusal: Refusal, _request_id: str) -> Reply:
    """The error object. Raises `KeyError` for a refusal that is not in the table."""
    why = refusal.why if isinstance(refusal, refusals.NotValidated) else refusal
    entry = TABLE[type(why)]
    code = entry.code
    errors = [FieldError(refusal.field, str(refusal))] if code in FIELD_CODES and refusal.field else UNSET
    answer = ErrorAnswer(False, code.number, str(refusal) if entry.told else code.message, errors)
    if why is not refusal:
        answer.data = _WRONG
    reply = _reply(code.status, answer)
    reply.headers = _headers(refusal, code)
    return reply


def fail() -> Reply:
    """9001, which tells nothing of what went wrong."""
    return fail_with(500)


def fail_with(status: int) -> Reply:
    """The error that answers `status` of itself; a status that no code has goes out as 9001 all the same."""
    code = _BY_STATUS.get(status, codes.INTERNAL)
    return _reply(status, ErrorAnswer(False, code.number, code.message))


def _reply(status: int, answer: ErrorAnswer) -> Reply:
    reply = Reply(status, _encode(answer))
    reply.error_code = str(answer.code)
    return reply


def _headers(refusal: Refusal, code: Code) -> tuple[Header, ...]:
    if code is codes.TOKEN:
        return ((b"www-authenticate", b"Bearer"),)
    if isinstance(refusal, wire.NoSuchMethod):
        return ((b"allow", ", ".join(refusal.allowed).encode()),)
    return ()
