"""Money on cards, asked for by clients: put on them, taken off them, moved from one to another.

A right PIN is checked before anything moves; a wrong one counts and nothing moves. What an operation did, its
movements say; the same operation again answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.issuing.cards import Cards
from pasarela.core.issuing.errors import SameAccount
from pasarela.core.issuing.model import CardRef, IssuedCard, Movement, MovementKind, PinKind, Place, Session
from pasarela.core.issuing.pins import Pins
from pasarela.core.issuing.postings import Posting, Postings
from pasarela.core.issuing.rules import available_account, card_account, collection_account
from pasarela.core.ledger.model import Leg
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.kernel.secret import Secret

AUTHORIZATION_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CardMoney:
    """How much, why and where; `pin` where the caller wants its cardholder checked."""

    operation_id: str
    amount: Money
    place: Place | None
    description: str | None = None
    pin: Secret | None = None

    def __post_init__(self) -> None:
        assert self.amount.minor > 0, "dialects refuse what is no amount"


@dataclass(frozen=True, slots=True)
class CardOperation:
    """What was done to one card."""

    card: IssuedCard
    movement: Movement


@dataclass(frozen=True, slots=True)
class Side:
    """One card of a transfer, with what its account had before and after."""

    card: IssuedCard
    previous: Money
    new: Money


@dataclass(frozen=True, slots=True)
class CardTransfer:
    """Money that went from one card to another."""

    operation_id: str
    authorization_code: str
    amount: Money
    origin: Side
    destination: Side


class CardMoneyVerbs:
    """The verbs; one for each process.

    All raise `UnknownCard`, `StatusRefused`, `ledger.InsufficientFunds`, `ReplayMismatch`; nothing moved then.
    """

    def __init__(self, cards: Cards, pins: Pins, postings: Postings, clock: Clock, ids: IdSource) -> None:
        self._cards = cards
        self._pins = pins
        self._post = postings
        self._clock = clock
        self._ids = ids

    async def disburse(self, session: Session, ref: CardRef, command: CardMoney) -> CardOperation:
        """From what the client has available to the card."""
        return await self._give(session, ref, command, MovementKind.DISBURSEMENT)

    async def pay(self, session: Session, ref: CardRef, command: CardMoney) -> CardOperation:
        """The same, with a description for the cardholder."""
        return await self._give(session, ref, command, MovementKind.PAYMENT)

    async def withdraw(self, session: Session, ref: CardRef, command: CardMoney) -> CardOperation:
        """From the card to the client's collection balance; a PIN is the ATM PIN.

        Raises also `NoPin`, `WrongPin`, `PinLocked`.
        """
        return await self._take(session, ref, command, MovementKind.WITHDRAWAL, PinKind.ATM)

    async def purchase(self, session: Session, ref: CardRef, command: CardMoney) -> CardOperation:
        """The same, with a merchant's description; a PIN is either of the card's two."""
        return await self._take(session, ref, command, MovementKind.PURCHASE, PinKind.EITHER)

    async def transfer(
        self,
        session: Session,
        origin: CardRef,
        destination: CardRef,
        operation_id: str,
        amount: Money,
        place: Place | None,
    ) -> CardTransfer:
        """From a card of the caller's to any card of the program. Raises also `SameAccount`."""
        assert amount.minor > 0, "dialects refuse what is no amount"
        payer = await self._cards.find(session, origin)
        payee = await self._cards.in_program(session.tenant_id, destination)
        if payer.account.account_id == payee.account.account_id:
            raise SameAccount
        at, code = self._clock.now(session.tenant_id), self._ids.digits(AUTHORIZATION_DIGITS)
        out = CardMoney(operation_id, amount, place)
        movements = (
            _movement(payer, MovementKind.TRANSFER_OUT, -amount, out, code, at, side=0),
            _movement(payee, MovementKind.TRANSFER_IN, amount, out, code, at, side=1),
        )
        legs = (Leg(_account(payer), -amount.minor), Leg(_account(payee), amount.minor))
        posting = Posting(session.tenant_id, operation_id, "card_transfer", legs, movements, at)
        gone, come = await self._post(posting)
        return CardTransfer(operation_id, gone.authorization_code, amount, _side(payer, gone), _side(payee, come))

    async def _give(self, session: Session, ref: CardRef, command: CardMoney, kind: MovementKind) -> CardOperation:
        card = await self._cards.find(session, ref)
        source = available_account(session.client_id, command.amount.currency)
        return await self._moved(card, command, kind, command.amount, source)

    async def _take(
        self, session: Session, ref: CardRef, command: CardMoney, kind: MovementKind, pin: PinKind
    ) -> CardOperation:
        card = await self._cards.find(session, ref)
        if command.pin is not None:
            await self._pins.check(card, command.pin, pin)
        target = collection_account(session.client_id, command.amount.currency)
        return await self._moved(card, command, kind, -command.amount, target)

    async def _moved(
        self, card: IssuedCard, command: CardMoney, kind: MovementKind, change: Money, other: str
    ) -> CardOperation:
        at, code = self._clock.now(card.tenant_id), self._ids.digits(AUTHORIZATION_DIGITS)
        legs = (Leg(_account(card), change.minor), Leg(other, -change.minor))
        draft = _movement(card, kind, change, command, code, at, side=0)
        posting = Posting(card.tenant_id, command.operation_id, kind.value, legs, (draft,), at)
        (movement,) = await self._post(posting)
        return CardOperation(card, movement)


def _account(card: IssuedCard) -> str:
    return card_account(card.account.account_id, card.account.currency)


def _movement(
    card: IssuedCard, kind: MovementKind, change: Money, command: CardMoney, code: str, at: datetime, *, side: int
) -> Movement:
    return Movement(
        tenant_id=card.tenant_id,
        operation_id=command.operation_id,
        side=side,
        account_id=card.account.account_id,
        card_id=card.card_id,
        kind=kind,
        amount=change,
        original=command.amount,
        authorization_code=code,
        occurred_at=at,
        description=command.description,
        place=command.place,
    )


def _side(card: IssuedCard, movement: Movement) -> Side:
    assert movement.balance_after is not None, "postings say it"
    new = Money(movement.balance_after, movement.amount.currency)
    return Side(card, new - movement.amount, new)
