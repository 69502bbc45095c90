"""What answers print. Keys stand in every state; those that may be absent say so (`UNSET`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Number = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]
Address = Mapping[str, str | None]


class CardAnswer(Struct):
    """Tarjetas / Objeto Tarjeta; inside a charge or payout, what was not told of a card that is not saved is null."""

    id: str | None
    type: str
    brand: str
    address: Address | None
    card_number: str
    holder_name: str
    expiration_year: str | None
    expiration_month: str | None
    allows_charges: bool
    allows_payouts: bool
    creation_date: str | None
    bank_name: str
    bank_code: str
    customer_id: str | None
    points_card: bool
    points_type: str | UnsetType | None = UNSET


class TokenCardAnswer(Struct):
    """The card inside Tokens / Objeto Token."""

    card_number: str
    holder_name: str
    expiration_year: str
    expiration_month: str
    address: Address | None
    creation_date: str | None
    brand: str
    points_card: bool


class TokenAnswer(Struct):
    """Tokens / Objeto Token."""

    id: str
    card: TokenCardAnswer


class RefundAnswer(Struct):
    """The `refund` of a charge: a transaction in the other direction."""

    id: str
    amount: Number
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    status: str
    conciliated: bool
    currency: str
    creation_date: str
    operation_date: str
    description: str | None
    error_message: str | None
    order_id: str | None
    customer_id: str | None


class FeeAnswer(Struct):
    """What the charge costs its merchant."""

    amount: Number
    tax: Number
    currency: str


class PayerAnswer(Struct):
    """The `customer` of a charge: who paid, without an account of ours."""

    name: str | None
    last_name: str | None
    email: str | None
    phone_number: str | None
    address: Address | None
    creation_date: str
    external_id: str | None
    clabe: str | None


class PaymentPlanAnswer(Struct):
    """Objetos Comunes / Objeto PaymentPlan."""

    payments: str
    payments_type: str | UnsetType = UNSET
    deferred_months: str | UnsetType = UNSET


class ExchangeRateAnswer(Struct, rename={"from_": "from"}):
    """At which rate a charge in another currency became the merchant's money."""

    from_: str
    date: str
    value: Number
    to: str


class CardPointsAnswer(Struct):
    """Objetos Comunes / Objeto CardPoints."""

    used: int
    remaining: int
    amount: Number
    caption: str | UnsetType = UNSET


class PointsBalanceAnswer(Struct):
    """Tarjetas / Consulta de puntos: numbers as texts, as the document prints them."""

    points_type: str
    remaining_points: str
    remaining_mxn: str


class PaymentMethodAnswer(Struct, omit_defaults=True):
    """How a charge that waits is to be paid: the keys of its kind only."""

    type: str
    reference: str | UnsetType = UNSET
    paybin_reference: str | UnsetType = UNSET
    barcode_url: str | UnsetType = UNSET
    barcode_paybin_url: str | UnsetType = UNSET
    agreement: str | UnsetType = UNSET
    bank: str | UnsetType = UNSET
    clabe: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    phone_number: str | UnsetType = UNSET
    ivr_key: int | UnsetType = UNSET
    attempts: int | UnsetType = UNSET


class SenderAnswer(Struct):
    """The `bank_account` of a charge that was paid by transfer, as reports print it: whose account paid."""

    clabe: str
    bank_code: str
    bank_name: str
    rfc: str | None
    holder_name: str | None


class ChargeAnswer(Struct):
    """Objetos Comunes / Objeto Transacción, of a charge; `card` of a card charge, `payment_method` of one that waits
    for its payer."""

    id: str
    amount: Number
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    card: CardAnswer | UnsetType | None
    status: str
    conciliated: bool
    currency: str
    creation_date: str
    operation_date: str
    description: str | None
    error_message: str | None
    order_id: str | None
    customer_id: str | None
    due_date: str | UnsetType = UNSET
    payment_method: PaymentMethodAnswer | UnsetType = UNSET
    bank_account: SenderAnswer | UnsetType = UNSET
    fee: FeeAnswer | UnsetType = UNSET
    refund: RefundAnswer | UnsetType = UNSET
    refunds: list[RefundAnswer] | UnsetType = UNSET
    payment_plan: PaymentPlanAnswer | UnsetType = UNSET
    exchange_rate: ExchangeRateAnswer | UnsetType = UNSET
    card_points: CardPointsAnswer | UnsetType = UNSET
    fraud_rules: list[str] | UnsetType = UNSET
    subscription_id: str | UnsetType = UNSET
    customer: PayerAnswer | UnsetType = UNSET


class StoreReferenceAnswer(Struct):
    """Objetos Comunes / Objeto Store: how a convenience store takes cash for a customer."""

    reference: str
    barcode_url: str


class CustomerAnswer(Struct):
    """Clientes / Objeto Cliente; without an account `status` and `balance` are null."""

    id: str
    name: str
    last_name: str | None
    email: str | None
    phone_number: str | None
    address: Address | None
    creation_date: str
    external_id: str | None
    store: StoreReferenceAnswer
    clabe: str
    status: str | None
    balance: Number | None


class MerchantAnswer(Struct):
    """Comercio / Objeto Comercio."""

    id: str
    creation_date: str
    name: str
    email: str | None
    phone: str | None
    status: str
    balance: Number
    clabe: str | None


class ErrorAnswer(Struct):
    """Introducción / Errores / Objeto Error."""

    category: str
    description: str
    http_code: int
    error_code: int
    request_id: str
    fraud_rules: list[str]
