"""Finds cards, and changes what they may do: activation, status, a plastic for a virtual one.

A caller finds its own cards only. Each change is one transaction with the note of who did it and where.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import asyncpg
import msgspec

from pasarela.core.issuing.errors import NotVirtual, UnknownCard
from pasarela.core.issuing.model import (
    CardRef,
    CardStatus,
    CardType,
    Delivery,
    IssuedCard,
    Place,
    Session,
)
from pasarela.core.issuing.rows import SQL, card_from
from pasarela.core.issuing.rules import card_account, check_activation, check_change
from pasarela.core.ledger.queries import floored_balances
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.kernel.secret import Secret

_Change = Callable[[Tx, IssuedCard, datetime], Awaitable[str]]


class Cards:
    """Queries and verbs of cards; one for each process."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._ids = ids
        self._by_pan: Coalescer[bytes, IssuedCard | None] = Coalescer(self._find_pans)
        self._by_id: Coalescer[tuple[int, str], IssuedCard | None] = Coalescer(self._find_ids)
        self._by_number: Coalescer[tuple[int, bytes], IssuedCard | None] = Coalescer(self._find_numbers)

    async def find(self, session: Session, ref: CardRef) -> IssuedCard:
        """A card of the caller's. Raises `UnknownCard`, also for a plastic that waits in the stock."""
        card = await self.in_program(session.tenant_id, ref)
        if card.client_id != session.client_id:
            raise UnknownCard
        return card

    async def in_program(self, tenant_id: int, ref: CardRef) -> IssuedCard:
        """A card of any client of the program. Raises `UnknownCard`."""
        if isinstance(ref, Secret):
            card = await self._by_number((tenant_id, self._sealer.fingerprint(tenant_id, ref)))
        else:
            card = await self._by_id((tenant_id, ref))
        if card is None:
            raise UnknownCard
        return card

    async def by_pan(self, pan: Secret) -> IssuedCard | None:
        """The card with this number, whosever program it is of; `None`: nobody's, or still in a stock."""
        return await self._by_pan(self._sealer.platform_fingerprint(pan))

    async def balance(self, card: IssuedCard) -> Money:
        """What may leave the card's account now."""
        name = card_account(card.account.account_id, card.account.currency)
        async with self._database.tenant(card.tenant_id) as tx:
            found = await floored_balances(tx, card.tenant_id, [name])
        return Money(found[name].available if name in found else 0, card.account.currency)

    async def activate(self, session: Session, ref: CardRef, place: Place | None) -> IssuedCard:
        """The card, active. Raises `UnknownCard`, `StatusRefused`."""

        async def change(tx: Tx, card: IssuedCard, at: datetime) -> str:
            check_activation(card.status)
            await tx.execute(SQL["set_status"], card.tenant_id, card.card_id, CardStatus.ACTIVE.value, None)
            await tx.execute(SQL["activate_account"], card.tenant_id, card.account.account_id, at)
            return "activate"

        return await self._changed(session, ref, place, change)

    async def change_status(
        self, session: Session, ref: CardRef, status: CardStatus, place: Place | None
    ) -> IssuedCard:
        """The card with its new status. Raises `UnknownCard`, `StatusRefused`."""

        async def change(tx: Tx, card: IssuedCard, at: datetime) -> str:
            check_change(card.status, status)
            blocked_at = None if status is CardStatus.ACTIVE else at
            await tx.execute(SQL["set_status"], card.tenant_id, card.card_id, status.value, blocked_at)
            return f"status {status.value}"

        return await self._changed(session, ref, place, change)

    async def make_physical(
        self, session: Session, ref: CardRef, delivery: Delivery, place: Place | None
    ) -> IssuedCard:
        """The virtual card, whose plastic with the same number is on its way; asked for again to the same address it
        is the same. Raises `UnknownCard`, `NotVirtual`, `StatusRefused`."""

        async def change(tx: Tx, card: IssuedCard, _at: datetime) -> str:
            again = card.type is CardType.VIRTUAL_WITH_PHYSICAL and card.delivery == delivery
            if card.type is not CardType.VIRTUAL and not again:
                raise NotVirtual
            if card.status is not CardStatus.NEED_ACTIVATION:
                # Whatever could still be cancelled may have a plastic.
                check_change(card.status, CardStatus.CANCELLED)
            wanted = msgspec.json.encode(delivery).decode()
            await tx.execute(
                SQL["set_delivery"], card.tenant_id, card.card_id, CardType.VIRTUAL_WITH_PHYSICAL.value, wanted
            )
            return "physical"

        return await self._changed(session, ref, place, change)

    async def _changed(self, session: Session, ref: CardRef, place: Place | None, change: _Change) -> IssuedCard:
        card_id = (await self.find(session, ref)).card_id
        tenant_id, at = session.tenant_id, self._clock.now(session.tenant_id)
        async with self._database.tenant(tenant_id) as tx:
            # Locked first, read by a statement of its own: only then is what it reads the last word.
            await tx.execute(SQL["lock_card"], tenant_id, card_id)
            kind = await change(tx, await read_card(tx, tenant_id, card_id), at)
            await note_operation(tx, session, self._ids.uuid(), kind, card_id, place, at)
            return await read_card(tx, tenant_id, card_id)

    async def _find_pans(self, items: Sequence[bytes]) -> Sequence[IssuedCard | None]:
        return _in_order(await self._database.batch_fetch(SQL["cards_by_pan"], list(items)), len(items))

    async def _find_ids(self, items: Sequence[tuple[int, str]]) -> Sequence[IssuedCard | None]:
        rows = await self._database.batch_fetch(SQL["cards_by_id"], *zip(*items, strict=True))
        return _in_order(rows, len(items))

    async def _find_numbers(self, items: Sequence[tuple[int, bytes]]) -> Sequence[IssuedCard | None]:
        rows = await self._database.batch_fetch(SQL["cards_by_number"], *zip(*items, strict=True))
        return _in_order(rows, len(items))


def _in_order(rows: Sequence[asyncpg.Record], count: int) -> list[IssuedCard | None]:
    found = {row["n"]: card_from(row) for row in rows}
    return [found.get(n) for n in range(1, count + 1)]


async def read_card(tx: Tx, tenant_id: int, card_id: str) -> IssuedCard:
    """The card as it stands in the caller's transaction. Raises `UnknownCard`."""
    row = await tx.fetchrow(SQL["card_by_id"], tenant_id, card_id)
    if row is None:
        raise UnknownCard
    return card_from(row)


async def note_operation(
    tx: Tx, session: Session, operation_id: str, kind: str, card_id: str, place: Place | None, at: datetime
) -> None:
    """Writes down who did what to a card, and where; the same operation again is written once."""
    await tx.execute(
        SQL["insert_operation"],
        session.tenant_id,
        operation_id,
        kind,
        session.client_id,
        session.key_id,
        card_id,
        place.latitude if place else None,
        place.longitude if place else None,
        at,
    )
