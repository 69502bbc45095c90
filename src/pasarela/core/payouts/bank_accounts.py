"""Registers, finds and deletes bank accounts. Of a deleted one, the payouts made to it keep what they showed."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payouts.errors import BankAccountTaken, ReplayMismatch, UnknownBankAccount
from pasarela.core.payouts.model import BankAccount, NewBankAccount
from pasarela.core.payouts.rows import SQL, bank_account_of
from pasarela.core.payouts.rules import checked_clabe
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.paging import CreatedBetween, Page


class BankAccounts:
    """The verbs and queries; an owner's accounts are nobody else's. That the customer exists, the caller knows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def register(self, caller: Caller, new: NewBankAccount) -> BankAccount:
        """The account; one at a retired bank is kept too, though no payout reaches it.

        Raises `WrongClabe`, `BankAccountTaken`, `ReplayMismatch`.
        """
        checked_clabe(new.clabe)
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        content = (new.customer_id, new.clabe, new.holder_name, new.alias)
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["insert_bank_account"], tenant_id, new.bank_account_id, *content, at)
            if row is not None:
                return bank_account_of(row)
            row = await tx.fetchrow(SQL["any_bank_account"], tenant_id, new.bank_account_id)
        if row is None:
            raise BankAccountTaken
        earlier = bank_account_of(row)
        if (earlier.customer_id, earlier.clabe, earlier.holder_name, earlier.alias) != content:
            raise ReplayMismatch
        return earlier

    async def get(self, tenant_id: int, customer_id: str | None, bank_account_id: str) -> BankAccount:
        """Raises `UnknownBankAccount`, also for one of another owner."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["bank_account_by_id"], tenant_id, customer_id or "", bank_account_id)
        if row is None:
            raise UnknownBankAccount
        return bank_account_of(row)

    async def list(
        self, tenant_id: int, customer_id: str | None, created: CreatedBetween, page: Page
    ) -> list[BankAccount]:
        """The owner's accounts, newest first."""
        bounds = (created.at_least, created.before)
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(
                SQL["list_bank_accounts"], tenant_id, customer_id or "", *bounds, page.offset, page.limit
            )
        return [bank_account_of(row) for row in rows]

    async def delete(self, caller: Caller, customer_id: str | None, bank_account_id: str) -> None:
        """Raises `UnknownBankAccount`, the second time too."""
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        async with self._database.tenant(tenant_id) as tx:
            deleted = await tx.fetchval(SQL["delete_bank_account"], tenant_id, customer_id or "", bank_account_id, at)
        if deleted is None:
            raise UnknownBankAccount
