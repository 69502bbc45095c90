"""Books a batch of transfers inside the caller's transaction: all that can be booked is, the others are refused.

Floored accounts are opened first, then locked in the order of their keys, before anything is read: so concurrent
batches neither overdraw nor deadlock. Accounts without a floor are not touched: their entries are the transfers
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from pasarela.core.ledger.chart import currency_of, floor_of
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.core.ledger.rules import AccountKey, AccountState, TransferKey, decide
from pasarela.infra.database import SqlFiles, Tx
from pasarela.kernel.errors import Refusal

SQL = SqlFiles(__package__)


async def book(tx: Tx, transfers: Sequence[Transfer]) -> list[Booked | Refusal]:
    """One result for each transfer, in order: `Booked`, or one of `ledger.errors` (returned, not raised).

    Holds row locks on the floored accounts until the caller's transaction ends, so call it last.
    """
    if not transfers:
        return []
    floored = _floored_accounts(transfers)
    if any(transfer.settles is not None for transfer in transfers):
        # A void names no accounts; its pending transfer does, and being immutable it can be read before the lock.
        pendings, _ = await _named(tx, transfers)
        floored |= _floored_accounts(pendings.values())
    accounts = await _lock(tx, floored)
    decided = decide(transfers, accounts, *await _named(tx, transfers))
    written = await _insert(tx, decided.book)
    if len(written) < len(decided.book):
        # Somebody has just booked or settled the same, on accounts that nobody locks: judge again, knowing it.
        booked, settled = await _named(tx, transfers)
        for key in written:
            settled.pop((key[0], booked.pop(key).settles or ""), None)
        first, decided = decided, decide(transfers, accounts, booked, settled)
        kept = [transfer for transfer in first.book if _key(transfer) in written]
        assert decided.book == kept, "what is written follows from nothing that was lost"
    await _change(tx, decided.changes)
    return decided.results


def _key(transfer: Transfer) -> TransferKey:
    return transfer.tenant_id, transfer.transfer_id


def _floored_accounts(transfers: Iterable[Transfer]) -> set[AccountKey]:
    return {
        (transfer.tenant_id, leg.account)
        for transfer in transfers
        for leg in transfer.legs
        if floor_of(leg.account) is not None
    }


async def _lock(tx: Tx, keys: set[AccountKey]) -> dict[AccountKey, AccountState]:
    wanted = sorted(keys)
    tenants, names = [key[0] for key in wanted], [key[1] for key in wanted]
    rows = await tx.fetch(SQL["lock_accounts"], tenants, names)
    if len(rows) < len(wanted):
        # One is missing, so nothing is locked yet: who waits for another to open an account must not hold a lock.
        currencies, floors = [currency_of(name) for name in names], [floor_of(name) for name in names]
        await tx.execute(SQL["open_accounts"], tenants, names, currencies, floors)
        rows = await tx.fetch(SQL["lock_accounts"], tenants, names)
    return {
        (row["tenant_id"], row["account"]): AccountState(row["posted"], row["pending_in"], row["pending_out"])
        for row in rows
    }


async def _named(tx: Tx, transfers: Sequence[Transfer]) -> tuple[dict[TransferKey, Transfer], dict[TransferKey, str]]:
    keys = {(transfer.tenant_id, transfer.transfer_id) for transfer in transfers}
    keys |= {(transfer.tenant_id, transfer.settles) for transfer in transfers if transfer.settles is not None}
    rows = await tx.fetch(SQL["named_transfers"], [key[0] for key in keys], [key[1] for key in keys])
    booked = {(row["tenant_id"], row["transfer_id"]): transfer_of(row) for row in rows}
    settled = {(row["tenant_id"], row["transfer_id"]): row["settled_by"] for row in rows if row["settled_by"]}
    return booked, settled


def transfer_of(row: object) -> Transfer:
    """A `ledger_transfers` row as a `Transfer`."""
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's Record is a mapping without saying so
    return Transfer(
        fields["tenant_id"],
        fields["transfer_id"],
        fields["kind"],
        Phase(fields["phase"]),
        tuple(Leg(*leg) for leg in zip(fields["accounts"], fields["amounts"], strict=True)),
        fields["occurred_at"],
        fields["settles"],
    )


async def _insert(tx: Tx, transfers: Sequence[Transfer]) -> set[TransferKey]:
    """Writes transfers, in the order of their keys so that batches never deadlock; answers which are new."""
    if not transfers:
        return set()
    rows = [
        {
            "tenant_id": transfer.tenant_id,
            "transfer_id": transfer.transfer_id,
            "kind": transfer.kind,
            "phase": transfer.phase.value,
            "settles": transfer.settles,
            "accounts": [leg.account for leg in transfer.legs],
            "amounts": [leg.amount for leg in transfer.legs],
            "occurred_at": transfer.occurred_at,
        }
        for transfer in sorted(transfers, key=_key)
    ]
    written = await tx.fetch(SQL["insert_transfers"], msgspec.json.encode(rows).decode())
    return {(row["tenant_id"], row["transfer_id"]) for row in written}


async def _change(tx: Tx, changes: Mapping[AccountKey, AccountState]) -> None:
    guarded = [(key, change) for key, change in changes.items() if floor_of(key[1]) is not None]
    if guarded:
        await tx.execute(
            SQL["change_accounts"],
            [key[0] for key, _ in guarded],
            [key[1] for key, _ in guarded],
            [change.posted for _, change in guarded],
            [change.pending_in for _, change in guarded],
            [change.pending_out for _, change in guarded],
        )
