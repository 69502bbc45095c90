"""Dynamic security codes of virtual cards, for who knows the ATM PIN. A code is good for five minutes; asked for again
meanwhile it is the same. Kept is when it was asked for, never the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pasarela.core.issuing.cards import Cards, note_operation, read_card
from pasarela.core.issuing.codes import CardCodes
from pasarela.core.issuing.errors import NotVirtual, StatusRefused
from pasarela.core.issuing.model import CardRef, CardType, IssuedCard, Place, Session
from pasarela.core.issuing.pins import Pins
from pasarela.core.issuing.rows import SQL
from pasarela.core.issuing.rules import CVC_LIFE, is_final
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DynamicCvc:
    """A code that is good now. `remaining_minutes`: begun ones count."""

    card: IssuedCard
    code: Secret
    remaining_minutes: int


class DynamicCodes:
    """The verb; one for each process."""

    def __init__(
        self, database: Database, cards: Cards, pins: Pins, codes: CardCodes, clock: Clock, ids: IdSource
    ) -> None:
        self._database = database
        self._cards = cards
        self._pins = pins
        self._codes = codes
        self._clock = clock
        self._ids = ids

    async def issue(self, session: Session, ref: CardRef, pin: Secret, place: Place | None) -> DynamicCvc:
        """Raises `UnknownCard`, `NotVirtual`, `StatusRefused` (a final one), `NoPin`, `WrongPin`, `PinLocked`."""
        card = await self._cards.find(session, ref)
        if card.type is CardType.PHYSICAL:
            raise NotVirtual
        if is_final(card.status):
            raise StatusRefused(card.status.value, "security code")
        await self._pins.check(card, pin)
        async with self._database.tenant(session.tenant_id) as tx:
            at = self._clock.now(session.tenant_id)
            await note_operation(tx, session, self._ids.uuid(), "CVC", card.card_id, place, at)
            return await self._current(tx, card, at)

    async def without_pin(self, card: IssuedCard) -> DynamicCvc:
        """The same for whoever may see all of the card anyway: the sandbox's control plane."""
        async with self._database.tenant(card.tenant_id) as tx:
            return await self._current(tx, card, self._clock.now(card.tenant_id))

    async def _current(self, tx: Tx, card: IssuedCard, at: datetime) -> DynamicCvc:
        whole = at.replace(microsecond=0)
        issued_at = await tx.fetchval(SQL["issue_cvc"], card.tenant_id, card.card_id, whole, at - CVC_LIFE)
        code = self._codes.dynamic(card.tenant_id, card.card_id, issued_at)
        remaining = -((at - issued_at - CVC_LIFE) // _MINUTE)
        return DynamicCvc(await read_card(tx, card.tenant_id, card.card_id), code, remaining)
