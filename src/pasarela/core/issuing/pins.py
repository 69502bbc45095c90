"""PINs: set, changed, checked. Wrong ones are counted per card, in the database, and lock it for longer and longer.

Guesses at one card are judged one after the other under its row's lock, so that however many come at once, no more
than five are looked at before a lock; the count is committed though the call is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg
import structlog

from pasarela.core.issuing.cards import Cards, note_operation, read_card
from pasarela.core.issuing.errors import NoPin, PinLocked, UnknownCard, WrongPin
from pasarela.core.issuing.model import CardRef, IssuedCard, PinKind, Place, Session
from pasarela.core.issuing.pin_cipher import TAIL_DIGITS, PinCipher
from pasarela.core.issuing.rows import SQL
from pasarela.core.issuing.rules import Tries, is_trivial
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.errors import Refusal
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret

LAST4_DIGITS = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Guess:
    """What was offered for a card: a PIN, or the last digits of the ATM PIN (`tail`), or (`hopeless`) something that is
    wrong whatever the PIN is."""

    tenant_id: int
    card_id: str
    pin: Secret
    kind: PinKind
    at: datetime
    tail: bool = False
    hopeless: bool = False


class Pins:
    """The verbs; one for each process."""

    def __init__(self, database: Database, cards: Cards, cipher: PinCipher, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._cards = cards
        self._cipher = cipher
        self._clock = clock
        self._ids = ids
        self._judge: Coalescer[_Guess, None] = Coalescer(self._run)

    async def set(
        self, session: Session, ref: CardRef, operation_id: str, pin: Secret, place: Place | None
    ) -> IssuedCard:
        """The card, whose ATM PIN is `pin` from now on, whatever it was; wrong tries are forgotten and no lock holds.

        Raises `UnknownCard`.
        """
        card = await self._cards.find(session, ref)
        return await self._set(session, card, operation_id, pin, place, "set PIN")

    async def change(
        self, session: Session, ref: CardRef, operation_id: str, old: Secret, new: Secret, place: Place | None
    ) -> IssuedCard:
        """The same for who knows the old one. Raises `UnknownCard`, `NoPin`, `WrongPin`, `PinLocked`."""
        card = await self._cards.find(session, ref)
        await self.check(card, old)
        return await self._set(session, card, operation_id, new, place, "change PIN")

    async def validate(self, session: Session, ref: CardRef, pin: Secret, place: Place | None) -> IssuedCard:
        """The card, when the ATM PIN is right. Raises `UnknownCard`, `NoPin`, `WrongPin`, `PinLocked`."""
        card = await self._cards.find(session, ref)
        await self.check(card, pin)
        async with self._database.tenant(session.tenant_id) as tx:
            at = self._clock.now(session.tenant_id)
            await note_operation(tx, session, self._ids.uuid(), "validate PIN", card.card_id, place, at)
        return card

    async def authenticate(self, session: Session, ref: CardRef, told: str) -> IssuedCard:
        """The card, when `told` is its number's last four digits and its ATM PIN's last two.

        Raises `UnknownCard`, `NoPin`, `WrongPin` (whichever part is wrong), `PinLocked`.
        """
        card = await self._cards.find(session, ref)
        last4, tail = told[:LAST4_DIGITS], Secret(told[LAST4_DIGITS:])
        at = self._clock.now(card.tenant_id)
        wrong = not hmac.compare_digest(last4.encode(), card.last4.encode())
        await self._judge(_Guess(card.tenant_id, card.card_id, tail, PinKind.ATM, at, tail=True, hopeless=wrong))
        return card

    async def check(self, card: IssuedCard, pin: Secret, kind: PinKind = PinKind.ATM) -> None:
        """Nothing, when the PIN is right; it clears the count. A wrong one counts, whatever becomes of the caller.

        Raises `NoPin`, `WrongPin`, `PinLocked`.
        """
        at = self._clock.now(card.tenant_id)
        await self._judge(_Guess(card.tenant_id, card.card_id, pin, kind, at))

    async def pos_pin(self, card: IssuedCard) -> Secret:
        """The PIN for shops, which its cardholder may ask for. For `disclose` only."""
        async with self._database.tenant(card.tenant_id) as tx:
            sealed = await tx.fetchval(SQL["pos_pin"], card.tenant_id, card.card_id)
        return self._cipher.open(card.tenant_id, card.card_id, sealed)

    async def _set(
        self, session: Session, card: IssuedCard, operation_id: str, pin: Secret, place: Place | None, kind: str
    ) -> IssuedCard:
        tenant_id, at = session.tenant_id, self._clock.now(session.tenant_id)
        await self._warn_of_trivial(card, pin)
        digits = pin.reveal()
        async with self._database.tenant(tenant_id) as tx:
            await tx.execute(
                SQL["set_pin"],
                tenant_id,
                card.card_id,
                self._cipher.verifier(tenant_id, card.card_id, pin),
                self._cipher.tail_verifier(tenant_id, card.card_id, digits[-TAIL_DIGITS:]),
                at,
            )
            await note_operation(tx, session, operation_id, kind, card.card_id, place, at)
            return await read_card(tx, tenant_id, card.card_id)

    async def _warn_of_trivial(self, card: IssuedCard, pin: Secret) -> None:
        async with self._database.tenant(card.tenant_id) as tx:
            row = await tx.fetchrow(SQL["cardholder_by_id"], card.tenant_id, card.account.cardholder_id)
        birthdate: date | None = row["birthdate"] if row is not None else None
        if birthdate is not None and is_trivial(pin.reveal(), birthdate):
            _log.warning("trivial PIN", tenant=card.tenant_id, card=card.card_id)

    async def _run(self, guesses: Sequence[_Guess]) -> Sequence[Exception | None]:
        keys = sorted({(guess.tenant_id, guess.card_id) for guess in guesses})
        async with self._database.batch() as tx:
            rows = await tx.fetch(SQL["lock_pins"], [key[0] for key in keys], [key[1] for key in keys])
            pins = {(row["tenant_id"], row["card_id"]): row for row in rows}
            before = {key: Tries(row["wrong_tries"], row["locked_until"]) for key, row in pins.items()}
            tries = dict(before)
            results: list[Exception | None] = []
            for guess in guesses:
                key = guess.tenant_id, guess.card_id
                if key not in pins:
                    results.append(UnknownCard())
                    continue
                refusal, tries[key] = self._judged(guess, pins[key], tries[key])
                results.append(refusal)
            changed = [(key, state) for key, state in tries.items() if state != before[key]]
            if changed:
                await tx.execute(
                    SQL["change_tries"],
                    [key[0] for key, _ in changed],
                    [key[1] for key, _ in changed],
                    [state.wrong for _, state in changed],
                    [state.locked_until for _, state in changed],
                )
        return results

    def _judged(self, guess: _Guess, row: asyncpg.Record, tries: Tries) -> tuple[Refusal | None, Tries]:
        """What becomes of one guess, and of the count."""
        if row["verifier"] is None and guess.kind is PinKind.ATM:
            return NoPin(), tries
        if tries.locked(guess.at):
            assert tries.locked_until is not None, "that is what locks it"
            return PinLocked(tries.locked_until), tries
        if self._right(guess, row) and not guess.hopeless:
            return None, Tries(0, None)
        return WrongPin(), tries.after_wrong(guess.at)

    def _right(self, guess: _Guess, row: asyncpg.Record) -> bool:
        tenant_id, card_id = guess.tenant_id, guess.card_id
        if guess.tail:
            verifier = self._cipher.tail_verifier(tenant_id, card_id, guess.pin.reveal())
            return hmac.compare_digest(verifier, row["tail_verifier"])
        right = False
        if row["verifier"] is not None:
            right = hmac.compare_digest(self._cipher.verifier(tenant_id, card_id, guess.pin), row["verifier"])
        if guess.kind is PinKind.EITHER:
            right |= self._cipher.open(tenant_id, card_id, row["pos_sealed"]) == guess.pin
        return right
