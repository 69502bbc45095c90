"""Books a batch of transfers inside the caller's transaction: all that can be booked is, the others are refused.

Floored accounts are locked in the order of their keys before anything is read, so concurrent batches neither
overdraw nor deadlock. Accounts without a floor are not touched: their entries are the transfers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    booked, settled = await _named(tx, transfers)
    decided = decide(transfers, accounts, booked, settled)
    await _write(tx, decided.book, decided.changes)
    return decided.results


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
        found = {(row["tenant_id"], row["account"]) for row in rows}
        missing = [key for key in wanted if key not in found]
        await tx.execute(
            SQL["open_accounts"],
            [key[0] for key in missing],
            [key[1] for key in missing],
            [currency_of(key[1]) for key in missing],
            [floor_of(key[1]) for key in missing],
        )
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


async def _write(tx: Tx, transfers: Sequence[Transfer], changes: dict[AccountKey, AccountState]) -> None:
    if not transfers:
        return
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
        for transfer in transfers
    ]
    await tx.execute(SQL["insert_transfers"], msgspec.json.encode(rows).decode())
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
