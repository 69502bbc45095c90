"""Reads of the ledger for one tenant: balances, and the transfers about a payment."""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.ledger.book import transfer_of
from pasarela.core.ledger.chart import AccountKind, account, unfloored_beginnings
from pasarela.core.ledger.model import Balance, Transfer
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles(__package__)


class LedgerQueries:
    """Balances and transfers of one tenant, read under row-level security."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merchant_balance(self, tenant_id: int, currency: Currency) -> Money:
        """What the merchant may withdraw now, in `currency`: one key look-up, whatever the history."""
        name = account(AccountKind.MERCHANT_PAYABLE, currency)
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["floored_balances"], tenant_id, [name])
        available = rows[0]["posted"] - rows[0]["pending_out"] if rows else 0
        return Money(available, currency)

    async def balances(self, tenant_id: int, names: Sequence[str] | None = None) -> list[Balance]:
        """Balances of the accounts named, or of every account of the tenant, by name."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["balances"], tenant_id, names, unfloored_beginnings())
        return [Balance(*row) for row in rows]

    async def transfers_of(self, tenant_id: int, subject: str) -> list[Transfer]:
        """The transfers whose ids are `subject/...`, in the order in which they were booked."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["transfers_of"], tenant_id, f"{subject}/", f"{subject}0")
        return [transfer_of(row) for row in rows]


async def floored_balances(tx: Tx, tenant_id: int, names: Sequence[str]) -> dict[str, Balance]:
    """Balances of these floored accounts, read in the caller's transaction; one never booked on is missing."""
    rows = await tx.fetch(SQL["floored_balances"], tenant_id, names)
    return {row["account"]: Balance(*row) for row in rows}
