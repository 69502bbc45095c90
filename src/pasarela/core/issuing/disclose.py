"""The door by which card numbers leave issuing: encrypted for the program's own client, or shown to a sandbox's user.

The only module of this slice that opens a card number (decision 7). It writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.issuing.cards import Cards
from pasarela.core.issuing.codes import CardCodes
from pasarela.core.issuing.cvc import DynamicCodes
from pasarela.core.issuing.errors import UnknownCard
from pasarela.core.issuing.model import CardType, IssuedCard, Session
from pasarela.core.issuing.pins import Pins
from pasarela.core.issuing.rows import SQL
from pasarela.core.issuing.sealing import Values
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class CardSecrets:
    """All that it takes to pay with a card."""

    pan: Secret
    expiry: Expiry
    cvv2: Secret


@dataclass(frozen=True, slots=True)
class WaitingPlastic:
    """A card of a stock, before anybody has it."""

    pan: Secret
    product_id: str


@dataclass(frozen=True, slots=True)
class SealedExpiry:
    """Month and year (four digits), each encrypted."""

    month: bytes
    year: bytes


class Disclose:
    """What may be seen of cards, by whom it is asked for."""

    def __init__(
        self,
        database: Database,
        cards: Cards,
        sources: Sources,
        sealer: Sealer,
        values: Values,
        pins: Pins,
        codes: CardCodes,
        dynamic: DynamicCodes,
    ) -> None:
        self._database = database
        self._cards = cards
        self._sources = sources
        self._reveal = Reveal(sealer)
        self._values = values
        self._pins = pins
        self._codes = codes
        self._dynamic = dynamic

    async def pan(self, session: Session, card: IssuedCard) -> bytes:
        """The card's number, encrypted for the caller. Raises `NoPublicKey`."""
        return self._values.seal(session, await self._opened(card.tenant_id, card.fingerprint))

    def expiry(self, session: Session, card: IssuedCard) -> SealedExpiry:
        """The card's expiry, encrypted for the caller. Raises `NoPublicKey`."""
        month, year = f"{card.expiry.month:02d}", str(card.expiry.year)
        return SealedExpiry(self._values.seal(session, Secret(month)), self._values.seal(session, Secret(year)))

    async def pos_pin(self, session: Session, card: IssuedCard) -> bytes:
        """The card's PIN for shops, encrypted for the caller. Raises `NoPublicKey`."""
        return self._values.seal(session, await self._pins.pos_pin(card))

    async def secrets(self, card_id: str) -> CardSecrets:
        """Sandbox only: what pays elsewhere; of a virtual card the code that is good now. Raises `UnknownCard`."""
        async with self._database.operator() as tx:
            tenant_id = await tx.fetchval(SQL["tenant_of_card"], card_id)
        if tenant_id is None:
            raise UnknownCard
        card = await self._cards.in_program(tenant_id, card_id)
        pan = await self._opened(tenant_id, card.fingerprint)
        if card.type is CardType.VIRTUAL:
            return CardSecrets(pan, card.expiry, (await self._dynamic.without_pin(card)).code)
        return CardSecrets(pan, card.expiry, self._codes.printed(pan, card.expiry))

    async def stock(self, product_id: str | None, count: int) -> list[WaitingPlastic]:
        """Sandbox only: plastics of a product, or of all, that nobody has yet."""
        async with self._database.operator() as tx:
            rows = await tx.fetch(SQL["waiting_plastics"], product_id, count)
        return [
            WaitingPlastic(await self._opened(row["tenant_id"], row["fingerprint"]), row["product_id"]) for row in rows
        ]

    async def _opened(self, tenant_id: int, fingerprint: bytes) -> Secret:
        stored = await self._sources.pan(tenant_id, fingerprint)
        assert stored is not None, "a card's number is in the vault"
        return await self._reveal.card(tenant_id, stored.sealed)
