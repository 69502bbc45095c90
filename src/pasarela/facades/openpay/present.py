"""The core's entities as Openpay prints them."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from pasarela.core.customers.model import Customer
from pasarela.core.payments.card_terms import card_terms
from pasarela.core.payments.model import (
    CardView,
    ChargedFee,
    Operation,
    OperationKind,
    OperationStatus,
    Payer,
    Payment,
    PaymentStatus,
)
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.tenants.model import Tenant
from pasarela.core.vault.model import SavedCard, Token
from pasarela.facades.openpay.barcode_url import barcode_url
from pasarela.facades.openpay.errors import DECLINES
from pasarela.facades.openpay.present_waiting import METHOD_WORDS, own_authorization, payment_method, shows_card
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import (
    CardAnswer,
    CardPointsAnswer,
    ChargeAnswer,
    CustomerAnswer,
    ExchangeRateAnswer,
    FeeAnswer,
    MerchantAnswer,
    PayerAnswer,
    PaymentPlanAnswer,
    PointsBalanceAnswer,
    RefundAnswer,
    StoreReferenceAnswer,
    TokenAnswer,
    TokenCardAnswer,
)
from pasarela.facades.toolkit.amounts import json_decimal, json_number
from pasarela.facades.toolkit.mexico_time import iso_seconds
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsBalance, PointsSpent

encode = msgspec.json.Encoder().encode

STATUSES = {
    PaymentStatus.REQUESTED: "in_progress",
    PaymentStatus.PENDING: "charge_pending",
    PaymentStatus.AUTHORIZING: "in_progress",
    PaymentStatus.AUTHORIZED: "in_progress",
    PaymentStatus.REVIEWING: "in_progress",
    PaymentStatus.REJECTING: "in_progress",
    PaymentStatus.CAPTURING: "in_progress",
    PaymentStatus.COMPLETED: "completed",
    PaymentStatus.DECLINED: "failed",
    PaymentStatus.UNKNOWN: "in_progress",
    PaymentStatus.FAILED: "failed",
    PaymentStatus.VOIDING: "in_progress",
    PaymentStatus.VOIDED: "cancelled",
    PaymentStatus.EXPIRING: "in_progress",
    PaymentStatus.EXPIRED: "cancelled",
}


def charge(payment: Payment, profile: Profile, root_url: str, account: str) -> ChargeAnswer:
    """Objeto Transacción of a charge of the merchant `account`."""
    created = iso_seconds(payment.created_at)
    same_instant = payment.operated_at == payment.created_at
    refunds = [
        _refund(payment, operation)
        for operation in payment.operations
        if operation.kind is OperationKind.REFUND and operation.status is not OperationStatus.FAILED
    ]
    return ChargeAnswer(
        id=payment.payment_id,
        amount=json_number(payment.amount),
        authorization=payment.authorization_code or own_authorization(payment, profile),
        method=METHOD_WORDS[payment.instrument],
        operation_type="in",
        transaction_type="charge",
        card=card_that_pays(payment.card, profile) if payment.card and shows_card(payment) else UNSET,
        status=STATUSES[payment.status],
        conciliated=False,
        currency=payment.amount.currency.code,
        creation_date=created,
        operation_date=created if same_instant else iso_seconds(payment.operated_at),
        description=payment.description,
        error_message=_error_message(payment),
        order_id=payment.order_id,
        customer_id=payment.customer_id,
        due_date=iso_seconds(payment.due_at) if payment.due_at else UNSET,
        payment_method=payment_method(payment, root_url, account) or UNSET,
        fee=fee(payment.fee) if payment.fee else UNSET,
        refund=refunds[-1] if refunds else UNSET,
        refunds=refunds or UNSET,
        payment_plan=_plan(payment) if payment.details.get("payments") else UNSET,
        exchange_rate=_exchange_rate(payment.exchange) if payment.exchange else UNSET,
        card_points=_card_points(payment, payment.points) if payment.points else UNSET,
        fraud_rules=list(payment.reviewed_for) or UNSET,
        subscription_id=payment.details.get("subscription_id", UNSET),
        customer=_payer(payment.payer, created) if payment.payer and payment.customer_id is None else UNSET,
    )


def card(saved: SavedCard, profile: Profile) -> CardAnswer:
    """Objeto Tarjeta of a saved card."""
    facts, expiry = saved.facts, saved.expiry
    return CardAnswer(
        id=saved.card_id,
        type=facts.kind,
        brand=facts.brand.value,
        address=saved.address,
        card_number=facts.masked,
        holder_name=saved.holder_name,
        expiration_year=_two_digits(expiry.year),
        expiration_month=_two_digits(expiry.month),
        allows_charges=facts.allows_charges,
        allows_payouts=facts.allows_payouts,
        creation_date=iso_seconds(saved.created_at),
        bank_name=profile.bank_names.get(facts.bank_code, facts.bank_name),
        bank_code=facts.bank_code,
        customer_id=saved.customer_id,
        points_card=facts.points is not None,
        points_type=_points_type(facts.points, profile),
    )


def customer(shown: Customer, root_url: str) -> CustomerAnswer:
    """Objeto Cliente. `root_url` is where the provider's barcodes lie."""
    return CustomerAnswer(
        id=shown.customer_id,
        name=shown.name,
        last_name=shown.last_name,
        email=shown.email,
        phone_number=shown.phone_number,
        address=shown.address,
        creation_date=iso_seconds(shown.created_at),
        external_id=shown.external_id,
        store=StoreReferenceAnswer(shown.store_reference, barcode_url(shown.store_reference, root_url)),
        clabe=shown.clabe,
        status="active" if shown.has_account else None,
        balance=json_number(shown.balance) if shown.balance is not None else None,
    )


def token(stored: Token) -> TokenAnswer:
    """Objeto Token; the creation date is printed as null, as the document's answers have it."""
    return TokenAnswer(
        id=stored.token_id,
        card=TokenCardAnswer(
            card_number=stored.facts.masked,
            holder_name=stored.holder_name,
            expiration_year=_two_digits(stored.expiry.year),
            expiration_month=_two_digits(stored.expiry.month),
            address=stored.address,
            creation_date=None,
            brand=stored.facts.brand.value,
            points_card=stored.facts.points is not None,
        ),
    )


def merchant(tenant: Tenant, balance: Money) -> MerchantAnswer:
    """Objeto Comercio."""
    return MerchantAnswer(
        id=tenant.account,
        creation_date=iso_seconds(tenant.created_at),
        name=tenant.name,
        email=tenant.email,
        phone=tenant.phone,
        status=tenant.status.value,
        balance=json_number(balance),
        clabe=tenant.clabe,
    )


def card_that_pays(view: CardView, profile: Profile) -> CardAnswer:
    """Objeto Tarjeta of whatever card pays; one that is not saved has no id."""
    return CardAnswer(
        id=view.card_id,
        type=view.kind,
        brand=view.brand,
        address=view.address,
        card_number=view.masked,
        holder_name=view.holder_name,
        expiration_year=_two_digits(view.expiration_year),
        expiration_month=_two_digits(view.expiration_month),
        allows_charges=view.allows_charges,
        allows_payouts=view.allows_payouts,
        creation_date=iso_seconds(view.created_at) if view.created_at else None,
        bank_name=profile.bank_names.get(view.bank_code, view.bank_name),
        bank_code=view.bank_code,
        customer_id=view.customer_id,
        points_card=view.points is not None,
        points_type=_points_type(view.points, profile),
    )


def _points_type(programme: str | None, profile: Profile) -> str | UnsetType | None:
    if profile.points_words is None:
        return UNSET
    return None if programme is None else profile.points_words.get(programme, programme.upper())


def _refund(payment: Payment, operation: Operation) -> RefundAnswer:
    return RefundAnswer(
        id=operation.operation_id,
        amount=json_number(operation.amount),
        authorization=operation.authorization_code or payment.authorization_code,
        method=METHOD_WORDS[payment.instrument],
        operation_type="out",
        transaction_type="refund",
        status=operation.status.value,
        conciliated=False,
        currency=operation.amount.currency.code,
        creation_date=iso_seconds(operation.created_at),
        operation_date=iso_seconds(operation.operated_at),
        description=operation.description,
        error_message=None,
        order_id=None,
        customer_id=payment.customer_id,
    )


def _plan(payment: Payment) -> PaymentPlanAnswer:
    deferred = card_terms(payment.details).deferred_months
    return PaymentPlanAnswer(
        str(payment.details["payments"]),
        payment.details.get("payments_type", UNSET),
        UNSET if deferred is None else str(deferred),
    )


def points_balance(balance: PointsBalance) -> PointsBalanceAnswer:
    """The points of a card. Their worth is printed without needless zeros, as in the document."""
    worth = balance.worth.decimal().normalize()
    return PointsBalanceAnswer(balance.programme, str(balance.points), f"{worth:f}")


def _exchange_rate(rate: ExchangeRate) -> ExchangeRateAnswer:
    return ExchangeRateAnswer(rate.source.code, rate.day.isoformat(), json_decimal(rate.value), rate.target.code)


def _card_points(payment: Payment, spent: PointsSpent) -> CardPointsAnswer:
    paid = Money(spent.worth_minor, payment.amount.currency)
    return CardPointsAnswer(spent.used, spent.remaining, json_number(paid), spent.caption or UNSET)


def fee(charged: ChargedFee) -> FeeAnswer:
    """The `fee` of a charge; its tax is not rounded."""
    tax = Decimal(charged.amount.minor * charged.tax_basis_points).scaleb(-4 - charged.amount.currency.decimals)
    return FeeAnswer(json_number(charged.amount), json_decimal(tax), charged.amount.currency.code)


def _payer(payer: Payer, created: str) -> PayerAnswer:
    return PayerAnswer(
        name=payer.name,
        last_name=payer.last_name,
        email=payer.email,
        phone_number=payer.phone_number,
        address=payer.address,
        creation_date=created,
        external_id=payer.external_id,
        clabe=None,
    )


def _error_message(payment: Payment) -> str | None:
    if payment.status is PaymentStatus.DECLINED:
        return DECLINES[payment.decline or Decline.DO_NOT_HONOUR].description
    return DECLINES[Decline.ISSUER_UNAVAILABLE].description if payment.status is PaymentStatus.FAILED else None


def _two_digits(number: int) -> str:
    return f"{number % 100:02d}"
