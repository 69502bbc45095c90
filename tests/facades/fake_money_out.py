"""Payouts, transfers and fees behind the dialects' ports, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payouts.errors import UnknownBankAccount, UnknownFee, UnknownPayout, UnknownTransfer
from pasarela.core.payouts.model import (
    AccountDestination,
    BankAccount,
    ChargeFee,
    CreatePayout,
    CustomerFee,
    CustomerTransfer,
    Destination,
    FeeRefund,
    FeesReport,
    InlineAccount,
    NewBankAccount,
    Payout,
    PayoutFilter,
    PayoutKind,
    PayoutReport,
    PayoutStatus,
    RefundFee,
    ReportEntry,
    TransferMoney,
)
from pasarela.facades.toolkit.money_out_ports import MoneyOut
from pasarela.kernel.clock import Clock
from pasarela.kernel.paging import CreatedBetween, Page


class FakeMoneyOut:
    """`heard` is told each command and filter, and may refuse it."""

    def __init__(self, heard: Callable[[Caller | None, object], None], clock: Clock) -> None:
        self._heard = heard
        self._clock = clock
        self.accounts: dict[str, BankAccount] = {}
        self.payouts: dict[str, Payout] = {}
        self.transfers: dict[str, CustomerTransfer] = {}
        self.fees: dict[str, CustomerFee] = {}
        self.entries: list[ReportEntry] = []
        self.port = MoneyOut(
            register_bank_account=self._register,
            get_bank_account=self._account,
            list_bank_accounts=self._list_accounts,
            delete_bank_account=self._delete_account,
            create_payout=self._create,
            cancel_payout=self._cancel,
            get_payout=self._payout,
            any_payout=self._any_payout,
            list_payouts=self._list_payouts,
            transfer=self._transfer,
            get_transfer=self._get_transfer,
            any_transfer=self._any_transfer,
            list_transfers=self._list_transfers,
            charge_fee=self._charge_fee,
            refund_fee=self._refund_fee,
            get_fee=self._fee,
            list_fees=self._list_fees,
            payout_report=self._payout_report,
            payout_entries=self._payout_entries,
            fees_report=self._fees_report,
            fee_entries=self._fee_entries,
        )

    async def _register(self, caller: Caller, new: NewBankAccount) -> BankAccount:
        self._heard(caller, new)
        account = BankAccount(
            7, new.bank_account_id, new.customer_id, new.clabe, new.holder_name, new.alias, self._clock.now()
        )
        self.accounts[new.bank_account_id] = account
        return account

    async def _account(self, tenant_id: int, customer_id: str | None, bank_account_id: str) -> BankAccount:
        self._heard(None, bank_account_id)
        account = self.accounts.get(bank_account_id)
        if account is None or account.customer_id != customer_id:
            raise UnknownBankAccount
        return account

    async def _list_accounts(
        self, tenant_id: int, customer_id: str | None, created: CreatedBetween, page: Page
    ) -> Sequence[BankAccount]:
        self._heard(None, (created, page))
        return [account for account in self.accounts.values() if account.customer_id == customer_id]

    async def _delete_account(self, caller: Caller, customer_id: str | None, bank_account_id: str) -> None:
        await self._account(7, customer_id, bank_account_id)
        del self.accounts[bank_account_id]

    async def _create(self, caller: Caller, command: CreatePayout) -> Payout:
        self._heard(caller, command)
        wanted, now = command.destination, self._clock.now()
        inline = wanted if isinstance(wanted, InlineAccount) else InlineAccount("012298026516924616", "Mi empresa")
        payout = Payout(
            tenant_id=7,
            payout_id=command.payout_id,
            kind=PayoutKind.MANUAL,
            customer_id=command.customer_id,
            status=PayoutStatus.SCHEDULED,
            amount=command.amount,
            source_account="merchant_payable.MXN",
            order_id=command.order_id,
            description=command.description,
            destination=Destination(AccountDestination(inline.clabe, inline.holder_name, inline.alias)),
            fingerprint=None,
            tracking_key=command.payout_id.upper(),
            returns=None,
            operation_date=None,
            failure=None,
            batch_at=now,
            created_at=now,
            operated_at=now,
        )
        self.payouts[command.payout_id] = payout
        return payout

    async def _cancel(self, caller: Caller, customer_id: str | None, payout_id: str) -> Payout:
        cancelled = replace(await self._payout(7, customer_id, payout_id), status=PayoutStatus.CANCELLED)
        self.payouts[payout_id] = cancelled
        return cancelled

    async def _payout(self, tenant_id: int, customer_id: str | None, payout_id: str) -> Payout:
        payout = await self._any_payout(tenant_id, payout_id)
        if payout.customer_id != customer_id:
            raise UnknownPayout
        return payout

    async def _any_payout(self, tenant_id: int, payout_id: str) -> Payout:
        self._heard(None, payout_id)
        if payout_id not in self.payouts:
            raise UnknownPayout
        return self.payouts[payout_id]

    async def _list_payouts(
        self, tenant_id: int, customer_id: str | None, wanted: PayoutFilter, page: Page
    ) -> Sequence[Payout]:
        self._heard(None, (wanted, page))
        return [payout for payout in self.payouts.values() if payout.customer_id == customer_id]

    async def _transfer(self, caller: Caller, command: TransferMoney) -> CustomerTransfer:
        self._heard(caller, command)
        transfer = CustomerTransfer(
            7,
            command.transfer_id,
            command.payer_id,
            command.payee_id,
            command.amount,
            command.order_id,
            command.description,
            self._clock.now(),
        )
        self.transfers[command.transfer_id] = transfer
        return transfer

    async def _get_transfer(self, tenant_id: int, customer_id: str, transfer_id: str) -> CustomerTransfer:
        return await self._any_transfer(tenant_id, transfer_id)

    async def _any_transfer(self, tenant_id: int, transfer_id: str) -> CustomerTransfer:
        self._heard(None, transfer_id)
        if transfer_id not in self.transfers:
            raise UnknownTransfer
        return self.transfers[transfer_id]

    async def _list_transfers(
        self, tenant_id: int, customer_id: str, created: CreatedBetween, page: Page
    ) -> Sequence[CustomerTransfer]:
        self._heard(None, (created, page))
        return list(self.transfers.values())

    async def _charge_fee(self, caller: Caller, command: ChargeFee) -> CustomerFee:
        self._heard(caller, command)
        fee = CustomerFee(
            7,
            command.fee_id,
            command.customer_id,
            command.amount,
            command.order_id,
            command.description,
            self._clock.now(),
        )
        self.fees[command.fee_id] = fee
        return fee

    async def _refund_fee(self, caller: Caller, command: RefundFee) -> CustomerFee:
        fee = await self._fee(7, command.fee_id)
        refunded = replace(fee, refund=FeeRefund(command.refund_id, command.description, self._clock.now()))
        self.fees[command.fee_id] = refunded
        return refunded

    async def _fee(self, tenant_id: int, fee_id: str) -> CustomerFee:
        self._heard(None, fee_id)
        if fee_id not in self.fees:
            raise UnknownFee
        return self.fees[fee_id]

    async def _list_fees(self, tenant_id: int, created: CreatedBetween, page: Page) -> Sequence[CustomerFee]:
        self._heard(None, (created, page))
        return list(self.fees.values())

    async def _payout_report(self, tenant_id: int, payout_id: str) -> PayoutReport:
        await self._any_payout(tenant_id, payout_id)
        return PayoutReport(270_000, 240_000, 0, 0)

    async def _payout_entries(self, tenant_id: int, payout_id: str) -> Sequence[ReportEntry]:
        await self._any_payout(tenant_id, payout_id)
        return self.entries

    async def _fees_report(self, tenant_id: int, begins: datetime, ends: datetime) -> FeesReport:
        self._heard(None, (begins, ends))
        return FeesReport(517, 83, 0, 0, 258, 42, 0, 0)

    async def _fee_entries(self, tenant_id: int, begins: datetime, ends: datetime) -> Sequence[ReportEntry]:
        self._heard(None, (begins, ends))
        return self.entries


async def no_sender(_caller: Caller, _payment_id: str) -> None:
    """Nobody has paid by transfer."""
