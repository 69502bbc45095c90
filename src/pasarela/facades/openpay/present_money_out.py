"""Bank accounts, payouts, transfers, fees and reports as Openpay prints them. Account numbers are masked always."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import Sender
from pasarela.core.payouts.model import (
    AccountDestination,
    BankAccount,
    CardDestination,
    CustomerFee,
    CustomerTransfer,
    FeesReport,
    Payout,
    PayoutReport,
    PayoutStatus,
)
from pasarela.facades.openpay.barcode_url import barcode_url
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import CardAnswer, Number, SenderAnswer, StoreReferenceAnswer
from pasarela.facades.openpay.wire.money_out import BANK_ACCOUNT, CARD, CURRENCY
from pasarela.facades.openpay.wire.money_out_answers import (
    BankAccountAnswer,
    CustomerFeeAnswer,
    FeesReportAnswer,
    PaidAccountAnswer,
    PayoutAnswer,
    PayoutReportAnswer,
    TransferAnswer,
)
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.mexico_time import iso_seconds
from pasarela.kernel.banks import bank_of, mask
from pasarela.kernel.money import Money

CUSTOMER = "customer"
"""The method of money that moves between accounts of ours."""

STATUSES = {
    PayoutStatus.SCHEDULED: "in_progress",
    PayoutStatus.SENDING: "in_progress",
    PayoutStatus.SENT: "in_progress",
    PayoutStatus.COMPLETED: "completed",
    PayoutStatus.FAILED: "failed",
    PayoutStatus.CANCELLED: "cancelled",
}
_UNKNOWN_BANK = ("000", "DESCONOCIDO")


def bank_account(account: BankAccount) -> BankAccountAnswer:
    """Objeto Cuenta Bancaria."""
    code, name = _bank(account.clabe)
    return BankAccountAnswer(
        id=account.bank_account_id,
        clabe=mask(account.clabe),
        bank_code=code,
        bank_name=name,
        alias=account.alias,
        holder_name=account.holder_name,
        creation_date=iso_seconds(account.created_at),
        customer_id=account.customer_id,
    )


def payout(shown: Payout, profile: Profile) -> PayoutAnswer:
    """Objeto Transacción of a payout. Its order's name on SPEI is the authorisation, once it does not wait any more."""
    account, card = shown.destination.bank_account, shown.destination.card
    status = STATUSES[shown.status]
    return PayoutAnswer(
        id=shown.payout_id,
        amount=json_number(shown.amount),
        authorization=None if status == "in_progress" else shown.tracking_key,
        method=CARD if card else BANK_ACCOUNT,
        operation_type="out",
        transaction_type="payout",
        status=status,
        currency=shown.amount.currency.code,
        creation_date=iso_seconds(shown.created_at),
        operation_date=iso_seconds(shown.operated_at),
        description=shown.description,
        error_message=shown.failure,
        order_id=shown.order_id,
        customer_id=shown.customer_id,
        conciliated=False,
        bank_account=_paid_account(account, shown) if account else UNSET,
        card=_paid_card(card, shown, profile) if card else UNSET,
    )


def transfer(shown: CustomerTransfer, seen_by: str) -> TransferAnswer:
    """Objeto Transacción of the side that the customer `seen_by` sees; the order id is the withdrawal's."""
    out = shown.payer_id == seen_by
    created = iso_seconds(shown.created_at)
    return TransferAnswer(
        id=shown.transfer_id,
        amount=json_number(shown.amount),
        authorization=None,
        method=CUSTOMER,
        operation_type="out" if out else "in",
        transaction_type="transfer",
        status="completed",
        currency=shown.amount.currency.code,
        creation_date=created,
        operation_date=created,
        description=shown.description,
        error_message=None,
        order_id=shown.order_id if out else None,
        customer_id=shown.payee_id,
        conciliated=False,
    )


def new_transfer(shown: CustomerTransfer, payee: Customer, root_url: str) -> TransferAnswer:
    """The same as its creation answers it."""
    answer = transfer(shown, shown.payer_id)
    answer.store = StoreReferenceAnswer(payee.store_reference, barcode_url(payee.store_reference, root_url))
    answer.clabe = payee.clabe
    return answer


def fee(shown: CustomerFee) -> CustomerFeeAnswer:
    """Objeto Transacción of a fee."""
    created = iso_seconds(shown.created_at)
    return CustomerFeeAnswer(
        id=shown.fee_id,
        amount=json_number(shown.amount),
        authorization=None,
        method=CUSTOMER,
        operation_type="out",
        transaction_type="fee",
        status="completed",
        currency=shown.amount.currency.code,
        creation_date=created,
        operation_date=created,
        description=shown.description,
        error_message=None,
        order_id=shown.order_id,
        customer_id=shown.customer_id,
        conciliated=False,
    )


def fee_refund(shown: CustomerFee) -> CustomerFeeAnswer:
    """Objeto Transacción of a fee's refund."""
    refund = shown.refund
    assert refund is not None, "the verb answers a fee that was given back"
    given = iso_seconds(refund.refunded_at)
    return CustomerFeeAnswer(
        id=refund.refund_id,
        amount=json_number(shown.amount),
        authorization=None,
        method=CUSTOMER,
        operation_type="in",
        transaction_type="refund",
        status="completed",
        currency=shown.amount.currency.code,
        creation_date=given,
        operation_date=given,
        description=refund.description,
        error_message=None,
        order_id=None,
        customer_id=shown.customer_id,
        conciliated=True,
    )


def sender(shown: Sender) -> SenderAnswer | UnsetType:
    """Whose account paid a charge; nothing where the bank did not name one."""
    if shown.account is None:
        return UNSET
    code, name = _bank(shown.account)
    return SenderAnswer(mask(shown.account), code, name, shown.tax_id, shown.name)


def payout_report(report: PayoutReport) -> PayoutReportAnswer:
    """Objeto Resumen de Pagos."""
    return PayoutReportAnswer(
        _number(report.incoming),
        _number(report.outgoing),
        _number(report.charged_adjustments),
        _number(report.refunded_adjustments),
    )


def fees_report(report: FeesReport) -> FeesReportAnswer:
    return FeesReportAnswer(
        _number(report.charged),
        _number(report.charged_tax),
        _number(report.charged_adjustments),
        _number(report.charged_adjustments_tax),
        _number(report.refunded),
        _number(report.refunded_tax),
        _number(report.refunded_adjustments),
        _number(report.refunded_adjustments_tax),
        _number(report.total),
    )


def _paid_account(account: AccountDestination, shown: Payout) -> PaidAccountAnswer:
    code, name = _bank(account.clabe)
    return PaidAccountAnswer(
        clabe=mask(account.clabe),
        bank_code=code,
        bank_name=name,
        alias=account.alias,
        holder_name=account.holder_name,
        rfc=None,
        mobile=None,
        creation_date=iso_seconds(account.registered_at or shown.created_at),
        id=account.bank_account_id or UNSET,
    )


def _paid_card(card: CardDestination, shown: Payout, profile: Profile) -> CardAnswer:
    return CardAnswer(
        id=card.card_id,
        type=card.kind,
        brand=card.brand,
        address=card.address,
        card_number=card.masked,
        holder_name=card.holder_name,
        expiration_year=f"{card.expiration_year % 100:02d}" if card.expiration_year else None,
        expiration_month=f"{card.expiration_month:02d}" if card.expiration_month else None,
        allows_charges=True,
        allows_payouts=True,
        creation_date=iso_seconds(card.saved_at) if card.saved_at else None,
        bank_name=profile.bank_names.get(card.bank_code, card.bank_name),
        bank_code=card.bank_code,
        customer_id=shown.customer_id,
        points_card=card.points is not None,
    )


def _bank(clabe: str) -> tuple[str, str]:
    bank = bank_of(clabe)
    return (bank.code, bank.name) if bank is not None else _UNKNOWN_BANK


def _number(minor: int) -> Number:
    return json_number(Money(minor, CURRENCY))
