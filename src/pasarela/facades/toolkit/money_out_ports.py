"""What dialects ask of `core.payouts`. The composition root binds it; tests bind fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payouts.model import (
    BankAccount,
    ChargeFee,
    CreatePayout,
    CustomerFee,
    CustomerTransfer,
    FeesReport,
    NewBankAccount,
    Payout,
    PayoutFilter,
    PayoutReport,
    RefundFee,
    ReportEntry,
    TransferMoney,
)
from pasarela.kernel.paging import CreatedBetween, Page


@dataclass(frozen=True, slots=True)
class MoneyOut:
    """The verbs and queries of `core.payouts`; the errors are theirs. A customer's id of `None` means the merchant;
    `any_payout` and `any_transfer` look whoever the owner is."""

    register_bank_account: Callable[[Caller, NewBankAccount], Awaitable[BankAccount]]
    get_bank_account: Callable[[int, str | None, str], Awaitable[BankAccount]]
    list_bank_accounts: Callable[[int, str | None, CreatedBetween, Page], Awaitable[Sequence[BankAccount]]]
    delete_bank_account: Callable[[Caller, str | None, str], Awaitable[None]]
    create_payout: Callable[[Caller, CreatePayout], Awaitable[Payout]]
    cancel_payout: Callable[[Caller, str | None, str], Awaitable[Payout]]
    get_payout: Callable[[int, str | None, str], Awaitable[Payout]]
    any_payout: Callable[[int, str], Awaitable[Payout]]
    list_payouts: Callable[[int, str | None, PayoutFilter, Page], Awaitable[Sequence[Payout]]]
    transfer: Callable[[Caller, TransferMoney], Awaitable[CustomerTransfer]]
    get_transfer: Callable[[int, str, str], Awaitable[CustomerTransfer]]
    any_transfer: Callable[[int, str], Awaitable[CustomerTransfer]]
    list_transfers: Callable[[int, str, CreatedBetween, Page], Awaitable[Sequence[CustomerTransfer]]]
    charge_fee: Callable[[Caller, ChargeFee], Awaitable[CustomerFee]]
    refund_fee: Callable[[Caller, RefundFee], Awaitable[CustomerFee]]
    get_fee: Callable[[int, str], Awaitable[CustomerFee]]
    list_fees: Callable[[int, CreatedBetween, Page], Awaitable[Sequence[CustomerFee]]]
    payout_report: Callable[[int, str], Awaitable[PayoutReport]]
    payout_entries: Callable[[int, str], Awaitable[Sequence[ReportEntry]]]
    fees_report: Callable[[int, datetime, datetime], Awaitable[FeesReport]]
    fee_entries: Callable[[int, datetime, datetime], Awaitable[Sequence[ReportEntry]]]
