"""What happened on some accounts of one tenant in a stretch of time: between two cuts, or between two instants.

A cut says which transactions had booked when it was taken. Taken while the account is locked, it divides that
account's transfers exactly: each lies before it or after it, none twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from pasarela.core.ledger.chart import unfloored_beginnings
from pasarela.core.ledger.model import Balance, Leg, Phase
from pasarela.infra.database import SqlFiles, Tx

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer that touches the accounts asked for. `pending_legs` are those of the transfer that it settles."""

    transfer_id: str
    kind: str
    phase: Phase
    settles: str | None
    legs: tuple[Leg, ...]
    pending_legs: tuple[Leg, ...]
    occurred_at: datetime

    @property
    def subject(self) -> str:
        """What the transfer is about: its id is `subject/...`."""
        return self.transfer_id.partition("/")[0]

    @property
    def chain(self) -> str:
        """The same for a reservation and what settled it."""
        return self.settles or self.transfer_id

    def effect(self, accounts: Sequence[str]) -> int:
        """How it changed what may leave `accounts`, in sum: what is reserved to go out is gone already."""
        reserved = sum(min(leg.amount, 0) for leg in self.pending_legs if leg.account in accounts)
        if self.phase is Phase.PENDING:
            return sum(min(leg.amount, 0) for leg in self.legs if leg.account in accounts)
        return self.moved(accounts) - reserved

    def moved(self, accounts: Sequence[str]) -> int:
        """What it moves onto `accounts`, posted or pending."""
        return sum(leg.amount for leg in self.legs if leg.account in accounts)

    def posted(self, accounts: Sequence[str]) -> int:
        """What it moved onto `accounts` for good."""
        return self.moved(accounts) if self.phase is Phase.POSTED else 0


async def take_cut(tx: Tx) -> str:
    """Which transactions have booked by now; without the caller's own."""
    return str(await tx.fetchval(SQL["take_cut"]))


async def balances_in(tx: Tx, tenant_id: int, names: Sequence[str]) -> list[Balance]:
    """Balances of the accounts named, as the caller's transaction sees them."""
    rows = await tx.fetch(SQL["balances"], tenant_id, list(names), unfloored_beginnings())
    return [Balance(*row) for row in rows]


async def between_cuts(tx: Tx, tenant_id: int, accounts: Sequence[str], after: str | None, upto: str) -> list[Entry]:
    """Transfers on `accounts` that are in the cut `upto` but not in `after` (`None`: from the beginning), in the order
    in which they were booked."""
    rows = await tx.fetch(SQL["entries_between_cuts"], tenant_id, list(accounts), after, upto)
    return [_entry(row) for row in rows]


async def between_instants(
    tx: Tx, tenant_id: int, accounts: Sequence[str], begins: datetime, ends: datetime
) -> list[Entry]:
    """Transfers on `accounts` that occurred from `begins` to before `ends`, in that order."""
    rows = await tx.fetch(SQL["entries_between_instants"], tenant_id, list(accounts), begins, ends)
    return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        row["transfer_id"],
        row["kind"],
        Phase(row["phase"]),
        row["settles"],
        _legs(row["accounts"], row["amounts"]),
        _legs(row["pending_accounts"] or (), row["pending_amounts"] or ()),
        row["occurred_at"],
    )


def _legs(accounts: Sequence[str], amounts: Sequence[int]) -> tuple[Leg, ...]:
    return tuple(Leg(*leg) for leg in zip(accounts, amounts, strict=True))
