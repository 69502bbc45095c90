"""Card numbers: fresh ones from a product's ranges, and plastics that wait in a stock.

A serial is used once, whatever becomes of it. Numbers are sealed before they are written; this module never opens one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pasarela.core.issuing.errors import CardNumberRefused, RangeExhausted
from pasarela.core.issuing.model import Product
from pasarela.core.issuing.numbers import DIGITS, NumberMaker, room
from pasarela.core.issuing.programs import Programs
from pasarela.core.issuing.rows import SQL
from pasarela.core.issuing.rules import expiry_after
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.cards import Expiry, brand_of
from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import Secret, luhn_valid

BATCH_NUMBERS = 500


@dataclass(frozen=True, slots=True)
class StockLine:
    """A plastic that was delivered."""

    pan: Secret
    expiry: Expiry


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """A number ready to be written."""

    line: StockLine
    sealed: SealedPan


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many plastics are new in the stock, and how many were there already."""

    added: int
    known: int


class Stock:
    """The verbs; `fresh` and `write` are for the verbs that make cards."""

    def __init__(
        self, database: Database, programs: Programs, sealer: Sealer, maker: NumberMaker, clock: Clock
    ) -> None:
        self._database = database
        self._programs = programs
        self._sealer = sealer
        self._maker = maker
        self._clock = clock

    async def make(self, tenant_id: int, product_id: str, count: int) -> int:
        """Fills the stock with `count` plastics of our own making. Raises `UnknownProduct`, `RangeExhausted`."""
        product = await self._programs.product(tenant_id, product_id)
        made = 0
        while made < count:
            numbers = await self.fresh(product, min(count - made, BATCH_NUMBERS))
            made += await self._stocked(product, numbers)
        return made

    async def load(self, tenant_id: int, product_id: str, lines: Sequence[StockLine]) -> Loaded:
        """Takes plastics over that somebody else has made; those that are known stay as they are.

        Raises `UnknownProduct`, and `CardNumberRefused` when one is no number of the product's ranges: nothing is
        taken then.
        """
        product = await self._programs.product(tenant_id, product_id)
        async with self._database.tenant(tenant_id) as tx:
            prefixes = [row["prefix"] for row in await tx.fetch(SQL["ranges_of_product"], tenant_id, product_id)]
        for line in lines:
            _check(line.pan.reveal(), prefixes)
        added = 0
        for start in range(0, len(lines), BATCH_NUMBERS):
            batch = lines[start : start + BATCH_NUMBERS]
            numbers = [SealedNumber(line, await self._sealer.seal(tenant_id, line)) for line in batch]
            added += await self._stocked(product, numbers)
        return Loaded(added, len(lines) - added)

    async def fresh(self, product: Product, count: int) -> list[SealedNumber]:
        """Numbers that nobody has had, sealed but not written. Raises `RangeExhausted`."""
        tenant_id = product.tenant_id
        expiry = expiry_after(self._clock.now(tenant_id).date(), product.validity_months)
        async with self._database.tenant(tenant_id) as tx:
            for row in await tx.fetch(SQL["ranges_of_product"], tenant_id, product.product_id):
                first = await tx.fetchval(SQL["take_serials"], tenant_id, row["prefix"], count, room(row["prefix"]))
                if first is not None:
                    break
            else:
                raise RangeExhausted
        lines = [StockLine(self._maker.number(row["prefix"], first + n), expiry) for n in range(count)]
        return [SealedNumber(line, await self._sealer.seal(tenant_id, line)) for line in lines]

    async def write(
        self, tx: Tx, product: Product, numbers: Sequence[SealedNumber], *, stocked: bool, at: datetime
    ) -> int:
        """Writes numbers in the caller's transaction (the app role's); answers how many are new on the platform."""
        tenant_id = product.tenant_id
        await self._sealer.store(tx, [(tenant_id, each.sealed, each.line) for each in numbers], at)
        rows = await tx.fetch(
            SQL["insert_numbers"],
            tenant_id,
            product.product_id,
            [each.sealed.fingerprint for each in numbers],
            [self._sealer.platform_fingerprint(each.line.pan) for each in numbers],
            [each.line.pan.reveal()[-4:] for each in numbers],
            [each.line.expiry.year for each in numbers],
            [each.line.expiry.month for each in numbers],
            stocked,
            at,
        )
        return len(rows)

    async def _stocked(self, product: Product, numbers: Sequence[SealedNumber]) -> int:
        async with self._database.tenant(product.tenant_id) as tx:
            at = self._clock.now(product.tenant_id)
            return await self.write(tx, product, numbers, stocked=True, at=at)


def _check(pan: str, prefixes: Sequence[str]) -> None:
    right = pan.isascii() and pan.isdigit() and len(pan) == DIGITS and luhn_valid(pan) and brand_of(pan) is not None
    if not right or not pan.startswith(tuple(prefixes)):
        raise CardNumberRefused
