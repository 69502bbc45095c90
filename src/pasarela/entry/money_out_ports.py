"""Binds what dialects ask about money out to the core."""

from __future__ import annotations

from pasarela.core.payouts.slice import Payouts
from pasarela.facades.toolkit.money_out_ports import MoneyOut


def money_out_of(payouts: Payouts) -> MoneyOut:
    """The slice's verbs and queries by the names of the port."""
    return MoneyOut(
        register_bank_account=payouts.bank_accounts.register,
        get_bank_account=payouts.bank_accounts.get,
        list_bank_accounts=payouts.bank_accounts.list,
        delete_bank_account=payouts.bank_accounts.delete,
        create_payout=payouts.create,
        cancel_payout=payouts.cancel,
        get_payout=payouts.queries.get,
        any_payout=payouts.queries.by_id,
        list_payouts=payouts.queries.list,
        transfer=payouts.transfer,
        get_transfer=payouts.transfers.get,
        any_transfer=payouts.transfers.by_id,
        list_transfers=payouts.transfers.list,
        charge_fee=payouts.fees.charge,
        refund_fee=payouts.fees.refund,
        get_fee=payouts.fee_queries.get,
        list_fees=payouts.fee_queries.list,
        payout_report=payouts.reports.payout,
        payout_entries=payouts.reports.payout_entries,
        fees_report=payouts.reports.fees,
        fee_entries=payouts.reports.fee_entries,
    )
