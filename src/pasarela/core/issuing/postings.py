"""Moves money between clients' and cards' accounts, many concurrent movements in one transaction.

A posting is one ledger transfer with the movements that cardholders see of it. Cards are held while it is judged, so
that none moves money after it was blocked; the ledger keeps every account at or above zero. The same operation again
answers what it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pasarela.core.issuing.errors import ReplayMismatch, StatusRefused, UnknownCard
from pasarela.core.issuing.model import CardStatus, Movement
from pasarela.core.issuing.movements import insert_movements
from pasarela.core.issuing.rows import SQL, movement_from
from pasarela.core.issuing.rules import balances_along, card_account, may_receive, may_spend
from pasarela.core.ledger.book import book
from pasarela.core.ledger.errors import TransferConflict
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.core.ledger.queries import floored_balances
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, Tx
from pasarela.kernel.errors import Refusal

LANES = 2

_CardKey = tuple[int, str]
_Result = tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """`legs` for the ledger under the reason `kind`, and `movements` as drafts, without balance and number."""

    tenant_id: int
    operation_id: str
    kind: str
    legs: tuple[Leg, ...]
    movements: tuple[Movement, ...]
    at: datetime

    @property
    def transfer(self) -> Transfer:
        return Transfer(self.tenant_id, f"{self.operation_id}/{self.kind}", self.kind, Phase.POSTED, self.legs, self.at)


class Postings:
    """The hot verb; one for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._post: Coalescer[Posting, _Result] = Coalescer(self._run, lanes=LANES)

    async def __call__(self, posting: Posting) -> tuple[Movement, ...]:
        """The movements as they stand, each with what was available afterwards.

        Raises `StatusRefused`, `ledger.InsufficientFunds`, `ReplayMismatch`; nothing happened then.
        """
        return await self._post(posting)

    async def _run(self, items: Sequence[Posting]) -> Sequence[_Result | Exception]:
        async with self._database.batch() as tx:
            statuses = await _hold_cards(tx, items)
            earlier = await _earlier(tx, items)
            results: list[_Result | Exception | None] = [
                _standing(item, earlier) or _refused(item, statuses) for item in items
            ]
            open_ones = [n for n, result in enumerate(results) if result is None]
            booked = await book(tx, [items[n].transfer for n in open_ones])
            done = [items[n] for n, answer in zip(open_ones, booked, strict=True) if _is_new(answer)]
            await insert_movements(tx, await _with_balances(tx, done))
            # Those that stand now were written above, or by whoever was quicker.
            earlier = await _earlier(tx, [items[n] for n in open_ones])
            for n, answer in zip(open_ones, booked, strict=True):
                if isinstance(answer, Refusal):
                    results[n] = ReplayMismatch() if isinstance(answer, TransferConflict) else answer
                else:
                    results[n] = _standing(items[n], earlier) or ()
        return [result if result is not None else ReplayMismatch() for result in results]


def _is_new(answer: Booked | Refusal) -> bool:
    return isinstance(answer, Booked) and not answer.replayed


async def _hold_cards(tx: Tx, items: Sequence[Posting]) -> dict[_CardKey, CardStatus]:
    keys = sorted({(each.tenant_id, each.card_id) for item in items for each in item.movements})
    if not keys:
        return {}
    rows = await tx.fetch(SQL["hold_cards"], [key[0] for key in keys], [key[1] for key in keys])
    return {(row["tenant_id"], row["card_id"]): CardStatus(row["status"]) for row in rows}


async def _earlier(tx: Tx, items: Sequence[Posting]) -> dict[tuple[int, str], list[Movement]]:
    found: dict[tuple[int, str], list[Movement]] = {}
    keys = {(item.tenant_id, item.operation_id) for item in items if item.movements}
    if keys:
        rows = await tx.fetch(SQL["movements_of"], [key[0] for key in keys], [key[1] for key in keys])
        for row in rows:
            found.setdefault((row["tenant_id"], row["operation_id"]), []).append(movement_from(row))
    return found


def _standing(
    item: Posting, earlier: dict[tuple[int, str], list[Movement]]
) -> tuple[Movement, ...] | ReplayMismatch | None:
    """What this operation did before, if it was the same."""
    stand = earlier.get((item.tenant_id, item.operation_id))
    if stand is None:
        return None
    if [_content(each) for each in stand] != [_content(each) for each in item.movements]:
        return ReplayMismatch()
    return tuple(stand)


def _content(movement: Movement) -> tuple[object, ...]:
    return (
        movement.side,
        movement.account_id,
        movement.card_id,
        movement.kind,
        movement.amount,
        movement.description,
    )


def _refused(item: Posting, statuses: dict[_CardKey, CardStatus]) -> Refusal | None:
    for each in item.movements:
        status = statuses.get((each.tenant_id, each.card_id))
        if status is None:
            return UnknownCard()
        if each.amount.minor < 0 and not may_spend(status):
            return StatusRefused(status.value, each.kind.value)
        if each.amount.minor > 0 and not may_receive(status):
            return StatusRefused(status.value, each.kind.value)
    return None


async def _with_balances(tx: Tx, items: Sequence[Posting]) -> list[Movement]:
    """All movements of postings that were booked just now, in that order, with their balances."""
    movements = [each for item in items for each in item.movements]
    along: dict[tuple[int, str], list[int]] = {}
    for n, each in enumerate(movements):
        name = card_account(each.account_id, each.amount.currency)
        along.setdefault((each.tenant_id, name), []).append(n)
    for tenant_id in {key[0] for key in along}:
        names = [key[1] for key in along if key[0] == tenant_id]
        balances = await floored_balances(tx, tenant_id, names)
        for name in names:
            places = along[(tenant_id, name)]
            after = balances_along(balances[name].available, [movements[n].amount.minor for n in places])
            for n, balance in zip(places, after, strict=True):
                movements[n] = replace(movements[n], balance_after=balance)
    return movements
