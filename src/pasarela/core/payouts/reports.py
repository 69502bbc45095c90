"""What made up an automatic payout, and what the platform charged a merchant in a month. Computed from the ledger."""

from __future__ import annotations

from datetime import datetime

from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.ledger.entries import between_cuts, between_instants
from pasarela.core.payouts.create_payout import reserve_id
from pasarela.core.payouts.errors import NoReport, UnknownPayout
from pasarela.core.payouts.model import EntryType, FeesReport, PayoutReport, ReportEntry
from pasarela.core.payouts.rows import SQL
from pasarela.core.payouts.rules import accounts_swept, fee_entries, report_entries
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency


class Reports:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def payout_entries(self, tenant_id: int, payout_id: str) -> list[ReportEntry]:
        """The transactions since the payout before it, newest first. Raises `UnknownPayout`, `NoReport`."""
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["cuts_of"], tenant_id, payout_id)
            if row is None:
                raise UnknownPayout
            if row["cut"] is None:
                raise NoReport
            currency = Currency.of(row["currency"])
            accounts = accounts_swept(row["customer_id"], currency)
            entries = await between_cuts(tx, tenant_id, accounts, row["cut_before"], row["cut"])
        if row["id_before"] is not None:
            # It swept the account: what it took is its own, but comes in again if it comes back.
            swept = reserve_id(row["id_before"])
            entries = [entry for entry in entries if entry.transfer_id != swept]
        return report_entries(entries, accounts, currency)[::-1]

    async def payout(self, tenant_id: int, payout_id: str) -> PayoutReport:
        """Raises `UnknownPayout`, `NoReport`."""
        entries = await self.payout_entries(tenant_id, payout_id)
        return PayoutReport(
            _sum(entries, EntryType.IN),
            _sum(entries, EntryType.OUT),
            _sum(entries, EntryType.CHARGED_ADJUSTMENT),
            _sum(entries, EntryType.REFUNDED_ADJUSTMENT),
        )

    async def fee_entries(self, tenant_id: int, begins: datetime, ends: datetime) -> list[ReportEntry]:
        """The transactions whose fees were charged (OUT) or given back (IN) from `begins` to before `ends`, newest
        first."""
        currency = Currency.MXN
        accounts = (account(AccountKind.FEE_REVENUE, currency), account(AccountKind.TAX_PAYABLE, currency))
        async with self._database.tenant(tenant_id) as tx:
            entries = await between_instants(tx, tenant_id, accounts, begins, ends)
        return fee_entries(entries, currency)[::-1]

    async def fees(self, tenant_id: int, begins: datetime, ends: datetime) -> FeesReport:
        """The sums of `fee_entries`."""
        entries = await self.fee_entries(tenant_id, begins, ends)
        return FeesReport(
            _sum(entries, EntryType.OUT),
            _taxes(entries, EntryType.OUT),
            _sum(entries, EntryType.CHARGED_ADJUSTMENT),
            _taxes(entries, EntryType.CHARGED_ADJUSTMENT),
            _sum(entries, EntryType.IN),
            _taxes(entries, EntryType.IN),
            _sum(entries, EntryType.REFUNDED_ADJUSTMENT),
            _taxes(entries, EntryType.REFUNDED_ADJUSTMENT),
        )


def _sum(entries: list[ReportEntry], kind: EntryType) -> int:
    return sum(entry.amount for entry in entries if entry.type is kind)


def _taxes(entries: list[ReportEntry], kind: EntryType) -> int:
    return sum(entry.tax for entry in entries if entry.type is kind)
