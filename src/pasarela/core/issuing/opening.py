"""Makes cards: from a plastic of the stock, virtual ones, and new ones in the place of lost ones.

A new card needs its activation. The same ids again answer the card that stands there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from pasarela.core.issuing.cards import note_operation, read_card
from pasarela.core.issuing.errors import (
    CardAssigned,
    ProductNotVirtual,
    ReplayMismatch,
    StatusRefused,
    StockEmpty,
    UnknownCard,
    UnknownCardholder,
    UnknownProduct,
)
from pasarela.core.issuing.model import (
    CardStatus,
    CardType,
    Document,
    IssuedCard,
    Place,
    Product,
    ProductKind,
    Session,
)
from pasarela.core.issuing.pin_cipher import PIN_DIGITS, PinCipher
from pasarela.core.issuing.programs import Programs
from pasarela.core.issuing.rows import SQL
from pasarela.core.issuing.rules import is_final
from pasarela.core.issuing.stock import SealedNumber, Stock
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency
from pasarela.kernel.secret import Secret

NUMBERS_TRIED = 20
"""A fresh number may be known from a stock that was bought; so many in a row never are."""


@dataclass(frozen=True, slots=True)
class AccountWish:
    """The account to be opened with a card. `reference` is made up unless it is said."""

    account_id: str
    cardholder_id: str
    document: Document
    observations: str = ""
    reference: int | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """What a new card is made from."""

    card_id: str
    account_id: str
    product_id: str
    currency: Currency
    type: CardType
    fingerprint: bytes
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class _Maker:
    """In whose name a card is made."""

    tenant_id: int
    client_id: str
    key_id: str


def _maker(session: Session) -> _Maker:
    return _Maker(session.tenant_id, session.client_id, session.key_id)


class Opening:
    """The verbs; one for each process."""

    def __init__(
        self,
        database: Database,
        programs: Programs,
        stock: Stock,
        sealer: Sealer,
        pins: PinCipher,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._programs = programs
        self._stock = stock
        self._sealer = sealer
        self._pins = pins
        self._clock = clock
        self._ids = ids

    async def assign(
        self, session: Session, card_id: str, pan: Secret, wish: AccountWish, place: Place | None
    ) -> IssuedCard:
        """A plastic of the stock, with an account of its own, for a cardholder of the caller's.

        Raises `UnknownCardholder`, `UnknownCard` (not in the stock), `CardAssigned`, `ReplayMismatch`.
        """
        tenant_id, at = session.tenant_id, self._clock.now(session.tenant_id)
        fingerprint = self._sealer.fingerprint(tenant_id, pan)
        async with self._database.tenant(tenant_id) as tx:
            await _hold_holder(tx, session, wish.cardholder_id)
            row = await tx.fetchrow(SQL["lock_number"], tenant_id, fingerprint)
            if row is None or (row["card_id"] is None and not row["stocked"]):
                raise UnknownCard
            if row["card_id"] is not None:
                if row["card_id"] != card_id:
                    raise CardAssigned
                return _same(await read_card(tx, tenant_id, card_id), session, wish)
            made = _Made(
                card_id,
                wish.account_id,
                row["product_id"],
                Currency.of(row["currency"]),
                CardType.PHYSICAL,
                fingerprint,
            )
            await _open_account(tx, session, wish, made.currency, at)
            await self._insert(tx, _maker(session), made, at)
            await note_operation(tx, session, self._ids.uuid(), "assign", card_id, place, at)
            return await read_card(tx, tenant_id, card_id)

    async def create_virtual(
        self, session: Session, card_id: str, product_id: str, wish: AccountWish, place: Place | None
    ) -> IssuedCard:
        """A card without plastic, with an account of its own.

        Raises `UnknownProduct`, `ProductNotVirtual`, `UnknownCardholder`, `RangeExhausted`, `ReplayMismatch`.
        """
        tenant_id = session.tenant_id
        product = await self._programs.product(tenant_id, product_id)
        if not product.active:
            raise UnknownProduct
        if product.kind is not ProductKind.VIRTUAL:
            raise ProductNotVirtual
        async with self._database.tenant(tenant_id) as tx:
            await _hold_holder(tx, session, wish.cardholder_id)
            if await tx.fetchval(SQL["card_exists"], tenant_id, card_id):
                return _same(await read_card(tx, tenant_id, card_id), session, wish)
        for _ in range(NUMBERS_TRIED):
            (number,) = await self._stock.fresh(product, 1)
            at = self._clock.now(tenant_id)
            async with self._database.tenant(tenant_id) as tx:
                if not await self._stock.write(tx, product, [number], stocked=False, at=at):
                    continue
                made = _virtual(card_id, wish.account_id, product, number)
                await _open_account(tx, session, wish, product.currency, at)
                await self._insert(tx, _maker(session), made, at)
                await note_operation(tx, session, self._ids.uuid(), "virtual", card_id, place, at)
                return await read_card(tx, tenant_id, card_id)
        raise AssertionError("a range whose numbers are all known was never ours")

    async def replace(self, tenant_id: int, card_id: str, new_card_id: str) -> IssuedCard:
        """The operator's verb: a new card on the account of a lost one; virtual for virtual, else from the stock.

        Raises `UnknownCard`, `StatusRefused` (the old card still works), `StockEmpty`, `CardAssigned` (it has been
        replaced), `RangeExhausted`.
        """
        async with self._database.tenant(tenant_id) as tx:
            old = await read_card(tx, tenant_id, card_id)
        product = await self._programs.product(tenant_id, old.product_id)
        fresh: SealedNumber | None = None
        if product.kind is ProductKind.VIRTUAL:
            (fresh,) = await self._stock.fresh(product, 1)
        maker = _Maker(tenant_id, old.client_id, old.assigned_by)
        async with self._database.tenant(tenant_id) as tx:
            await tx.execute(SQL["lock_card"], tenant_id, card_id)
            successor = await tx.fetchval(SQL["successor"], tenant_id, card_id)
            if successor is not None:
                if successor != new_card_id:
                    raise CardAssigned
                return await read_card(tx, tenant_id, new_card_id)
            old = await read_card(tx, tenant_id, card_id)
            if not is_final(old.status):
                raise StatusRefused(old.status.value, "replacement")
            at = self._clock.now(tenant_id)
            if fresh is not None:
                await self._stock.write(tx, product, [fresh], stocked=False, at=at)
                made = _virtual(new_card_id, old.account.account_id, product, fresh)
            else:
                waiting = await tx.fetchval(SQL["next_in_stock"], tenant_id, product.product_id)
                if waiting is None:
                    raise StockEmpty
                made = _Made(
                    new_card_id,
                    old.account.account_id,
                    product.product_id,
                    product.currency,
                    CardType.PHYSICAL,
                    waiting,
                )
            await self._insert(tx, maker, replace(made, replaces=card_id), at)
            return await read_card(tx, tenant_id, new_card_id)

    async def _insert(self, tx: Tx, maker: _Maker, made: _Made, at: datetime) -> None:
        tenant_id = maker.tenant_id
        inserted = await tx.fetchval(
            SQL["insert_card"],
            tenant_id,
            made.card_id,
            maker.client_id,
            made.account_id,
            made.product_id,
            made.fingerprint,
            made.type.value,
            CardStatus.NEED_ACTIVATION.value,
            maker.key_id,
            made.replaces,
            at,
        )
        if inserted is None:
            raise ReplayMismatch
        await tx.execute(SQL["bind_number"], tenant_id, made.fingerprint, made.card_id)
        pin = Secret(str(secrets.randbelow(10**PIN_DIGITS)).zfill(PIN_DIGITS))
        await tx.execute(SQL["insert_pin"], tenant_id, made.card_id, self._pins.seal(tenant_id, made.card_id, pin))


def _virtual(card_id: str, account_id: str, product: Product, number: SealedNumber) -> _Made:
    fingerprint = number.sealed.fingerprint
    return _Made(card_id, account_id, product.product_id, product.currency, CardType.VIRTUAL, fingerprint)


async def _hold_holder(tx: Tx, session: Session, cardholder_id: str) -> None:
    row = await tx.fetchrow(SQL["cardholder_by_id"], session.tenant_id, cardholder_id)
    if row is None or row["client_id"] != session.client_id:
        raise UnknownCardholder


async def _open_account(tx: Tx, session: Session, wish: AccountWish, currency: Currency, at: datetime) -> None:
    opened = await tx.fetchval(
        SQL["insert_account"],
        session.tenant_id,
        wish.account_id,
        session.client_id,
        wish.cardholder_id,
        wish.reference,
        currency.code,
        wish.document.type,
        wish.document.number,
        wish.observations,
        session.key_id,
        at,
    )
    if opened is None:
        raise ReplayMismatch


def _same(card: IssuedCard, session: Session, wish: AccountWish) -> IssuedCard:
    stands = card.client_id, card.account.account_id, card.account.cardholder_id, card.account.document
    if stands != (session.client_id, wish.account_id, wish.cardholder_id, wish.document):
        raise ReplayMismatch
    return card
