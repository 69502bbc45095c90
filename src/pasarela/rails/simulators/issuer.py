"""The simulated issuer: decides on each message, keeps the book, and says how its answer shall travel.

Order of decision: the fault plan, the wish in field 48, the holder's name, the amount, the table of cards,
yes. Completions and reversals are advices and accepted unless a fault or a wish says otherwise; refunds look
at the amount, too. What arrives twice is answered as the first time and booked once. Points move with the
message that they pay in, and back with its reversal.
"""

from __future__ import annotations

from typing import NamedTuple

from pasarela.kernel.cards import mask
from pasarela.kernel.ids import RandomBits
from pasarela.rails.contract import FaultPlan
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583 import private_data as p
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.message import Message
from pasarela.rails.simulators import points as programmes
from pasarela.rails.simulators.book import Book, Entry, Key, Kind
from pasarela.rails.simulators.outcomes import (
    APPROVED,
    PARTIALLY_APPROVED,
    Delivery,
    TestCards,
    Wish,
    code_of_amount,
    code_of_holder,
    halved,
    wish_of,
)

_FAULT_TARGET = "card_network"
_FORMAT_ERROR = "30"
_NO_FUNDS = "51"
_NOT_PERMITTED = "57"
_INVALID_TRANSACTION = "12"
_REVERSALS = frozenset({"0400", "0401", "0420", "0421"})
_REFUND = f.REFUND[:2]
_PARTIAL = frozenset({Kind.AUTHORISATION, Kind.SALE})
_NO_WISH = Wish()


class Decision(NamedTuple):
    """An answer and how it travels."""

    answer: Message
    delivery: Delivery = Delivery.NOW
    delay_ms: int = 0


class Issuer:
    """Answers 0100, 0200, 0220, 0400, 0420 and their repeats."""

    def __init__(
        self, book: Book, randomness: RandomBits, faults: FaultPlan | None, points: programmes.PointsBook | None = None
    ) -> None:
        self._book = book
        self._points = points or programmes.PointsBook()
        self._random = randomness
        self._faults = faults
        self._cards = TestCards()

    def decide(self, request: Message) -> Decision:
        """The answer to a financial message; 30 when it lacks what its type needs."""
        fault = wish_of(self._faults.next_fault(_FAULT_TARGET)) if self._faults is not None else None
        try:
            wish = _merged(fault, wish_of(request.element(p.OUTCOME)))
            answer = self._answer(request, wish)
        except Malformed:
            return Decision(request.answer(_FORMAT_ERROR))
        return Decision(answer, wish.delivery, wish.delay_ms)

    def _answer(self, request: Message, wish: Wish) -> Message:
        if request.mti in _REVERSALS:
            return self._reverse(request, wish)
        if request.get(f.PROCESSING_CODE) == f.BALANCE:
            return self._balance(request, wish)
        known = self._book.get(_key(request))
        if known is None:
            known = self._with_points(request, self._decided(request, wish))
            self._book.put(known)
            self._add_up(known, known.approved)
        if known.reversed:
            return request.answer(_INVALID_TRANSACTION)
        return request.answer(
            known.code,
            authorization_code=known.authorization_code or None,
            amount_minor=known.approved if known.code == PARTIALLY_APPROVED else None,
            private=known.told,
        )

    def _decided(self, request: Message, wish: Wish) -> Entry:
        asked = request.number(f.AMOUNT)
        if request.mti == "0220":
            kind, code = Kind.COMPLETION, wish.code or APPROVED
        elif request.need(f.PROCESSING_CODE).startswith(_REFUND):
            kind, code = Kind.REFUND, wish.code or code_of_amount(asked) or APPROVED
        else:
            kind = Kind.SALE if request.mti == "0200" else Kind.AUTHORISATION
            code = wish.code or self._code_of(request, asked)
        if code == PARTIALLY_APPROVED and kind not in _PARTIAL:
            code = APPROVED
        granted = {APPROVED: asked, PARTIALLY_APPROVED: asked // 2 if halved(asked) else asked}.get(code)
        # A completion brings the authorisation code that it clears.
        given = request.get(f.AUTHORIZATION_CODE) or f"{self._random.randrange(10**6):06d}"
        return Entry(
            key=_key(request),
            kind=kind,
            card=_masked(request),
            currency=request.need(f.CURRENCY),
            asked=asked,
            code=code,
            approved=granted or 0,
            authorization_code="" if granted is None else given,
            original=_original(request),
        )

    def _code_of(self, request: Message, asked: int) -> str:
        pan = request.pan
        return (
            code_of_holder(request.element(p.HOLDER_NAME))
            or code_of_amount(asked)
            or (pan and self._cards.code_of(pan.reveal()))
            or APPROVED
        )

    def _balance(self, request: Message, wish: Wish) -> Message:
        """The card's points; a balance moves nothing, so it is not in the book."""
        code, pan = wish.code or APPROVED, _pan(request)
        programme = self._points.programme_of(pan)
        if code != APPROVED or programme is None:
            return request.answer(code)
        left = self._points.left(pan)
        told = {
            p.POINTS_PROGRAMME: programme,
            p.POINTS_LEFT: str(left),
            p.POINTS_WORTH: str(programmes.worth_of(left)),
        }
        return request.answer(code, private=p.pack(told))

    def _with_points(self, request: Message, entry: Entry) -> Entry:
        """The entry with the points that it takes or gives back, moved already."""
        if not entry.approved:
            return entry
        match entry.kind:
            case Kind.AUTHORISATION | Kind.SALE:
                return self._taken(request, entry)
            case Kind.COMPLETION | Kind.REFUND:
                return self._returned(request, entry)
            case Kind.VOID:
                return entry

    def _taken(self, request: Message, entry: Entry) -> Entry:
        use, pan = request.element(p.POINTS_USE), _pan(request)
        if use is None:
            return entry
        refused = entry._replace(approved=0, authorization_code="")
        if self._points.programme_of(pan) is None or entry.currency != programmes.CURRENCY:
            return refused._replace(code=_NOT_PERMITTED)
        taken = self._points.take(pan, entry.approved, whole=use == "O")
        if taken is None:
            return refused._replace(code=_NO_FUNDS)
        told = {
            p.POINTS_USED: str(taken.points),
            p.POINTS_LEFT: str(taken.left),
            p.POINTS_WORTH: str(taken.worth),
            p.POINTS_CAPTION: taken.caption,
        }
        return entry._replace(points=taken.points, points_worth=taken.worth, told=p.pack(told))

    def _returned(self, request: Message, entry: Entry) -> Entry:
        """A completion keeps what it names as paid by points and gives the rest back; a refund gives what it names."""
        original = self._book.get(entry.original)
        if original is None or original.reversed or not original.points:
            return entry
        named = min(_points_worth(request), original.points_worth)
        worth = named if entry.kind is Kind.REFUND else original.points_worth - named
        whole = worth == original.points_worth
        points = original.points if whole else original.points * worth // original.points_worth
        self._points.add(_pan(request), points)
        self._book.put(original._replace(points=original.points - points, points_worth=original.points_worth - worth))
        return entry._replace(points=-points, points_worth=-worth)

    def _undo_points(self, request: Message, undone: Entry) -> None:
        """What a reversed message did to the card's points is undone; what a refund gave is its payment's again."""
        if not undone.points:
            return
        self._points.add(_pan(request), undone.points)
        original = self._book.get(undone.original)
        if original is not None:
            points, worth = original.points - undone.points, original.points_worth - undone.points_worth
            self._book.put(original._replace(points=points, points_worth=worth))

    def _reverse(self, request: Message, wish: Wish) -> Message:
        code = wish.code or APPROVED
        if code != APPROVED:
            return request.answer(code)
        key = _original(request)
        if key is None:
            raise Malformed("a reversal names what it reverses")
        remaining = _replacement(request)
        known = self._book.get(key)
        if known is None:
            self._book.put(_void(request, key, remaining))
        elif not known.reversed:
            self._undo_points(request, known)
            self._book.put(known._replace(remaining=remaining, points=0, points_worth=0))
            self._add_up(known, min(remaining - known.approved, 0))
        return request.answer(APPROVED)

    def _add_up(self, follower: Entry, minor: int) -> None:
        """Counts a completion or refund, or takes it back, on what it followed."""
        original = self._book.get(follower.original)
        if original is None or minor == 0:
            return
        if follower.kind is Kind.REFUND:
            self._book.put(original._replace(refunded=original.refunded + minor))
        elif follower.kind is Kind.COMPLETION:
            self._book.put(original._replace(cleared=original.cleared + minor))


def _void(request: Message, key: Key, remaining: int) -> Entry:
    """A reversal overtook its request, or the request was forgotten: should it come yet, it's void."""
    return Entry(
        key=key,
        kind=Kind.VOID,
        card=_masked(request),
        currency=request.need(f.CURRENCY),
        asked=request.number(f.AMOUNT),
        code=_INVALID_TRANSACTION,
        remaining=remaining,
    )


def _merged(fault: Wish | None, wish: Wish | None) -> Wish:
    """A fault goes first; where it says nothing about the code, the wish may."""
    if fault is None or wish is None:
        return fault or wish or _NO_WISH
    delivery = fault if fault.delivery is not Delivery.NOW else wish
    return Wish(fault.code or wish.code, delivery.delivery, delivery.delay_ms)


def _pan(request: Message) -> str:
    pan = request.pan
    if pan is None or not 12 <= len(pan.reveal()) <= 19:
        raise Malformed("a card number is needed")
    return pan.reveal()


def _masked(request: Message) -> str:
    return mask(_pan(request))


def _points_worth(request: Message) -> int:
    text = request.element(p.POINTS_WORTH) or "0"
    if not text.isdigit():
        raise Malformed("what is paid by points is a number")
    return int(text)


def _key(request: Message) -> Key:
    return request.need(f.RRN), request.need(f.STAN)


def _original(request: Message) -> Key | None:
    rrn, elements = request.element(p.ORIGINAL_RRN), request.get(f.ORIGINAL)
    return None if rrn is None or elements is None else (rrn, elements[4:10])


def _replacement(request: Message) -> int:
    """What a reversal leaves of its original: field 95's first amount, nothing when it isn't there."""
    amounts = request.get(f.REPLACEMENT)
    if amounts is None:
        return 0
    if not amounts[:12].isdigit():
        raise Malformed("field 95 does not begin with an amount")
    return int(amounts[:12])
