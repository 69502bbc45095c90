"""What answers about money out print. Keys stand in every state; those that may be absent say so (`UNSET`)."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from pasarela.facades.openpay.wire.answers import CardAnswer, Number, StoreReferenceAnswer


class BankAccountAnswer(Struct):
    """Cuentas Bancarias / Objeto Cuenta Bancaria."""

    id: str
    clabe: str
    bank_code: str
    bank_name: str
    alias: str | None
    holder_name: str
    creation_date: str
    customer_id: str | None


class PaidAccountAnswer(Struct):
    """The `bank_account` of a payout; `id` only of a registered one."""

    clabe: str
    bank_code: str
    bank_name: str
    alias: str | None
    holder_name: str
    rfc: str | None
    mobile: str | None
    creation_date: str
    id: str | UnsetType = UNSET


class PayoutAnswer(Struct):
    """Objetos Comunes / Objeto Transacción, of a payout."""

    id: str
    amount: Number
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    status: str
    currency: str
    creation_date: str
    operation_date: str
    description: str | None
    error_message: str | None
    order_id: str | None
    customer_id: str | None
    conciliated: bool
    bank_account: PaidAccountAnswer | UnsetType = UNSET
    card: CardAnswer | UnsetType = UNSET


class TransferAnswer(Struct):
    """Objetos Comunes / Objeto Transacción, of one side of a transfer; `customer_id` is whom it was paid to. His store
    reference and CLABE stand in the answer to its creation."""

    id: str
    amount: Number
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    status: str
    currency: str
    creation_date: str
    operation_date: str
    description: str | None
    error_message: str | None
    order_id: str | None
    customer_id: str
    conciliated: bool
    store: StoreReferenceAnswer | UnsetType = UNSET
    clabe: str | UnsetType = UNSET


class CustomerFeeAnswer(Struct):
    """Objetos Comunes / Objeto Transacción, of a fee that a customer paid, or of its refund."""

    id: str
    amount: Number
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    status: str
    currency: str
    creation_date: str
    operation_date: str
    description: str | None
    error_message: str | None
    order_id: str | None
    customer_id: str
    conciliated: bool


class PayoutReportAnswer(Struct, rename={"incoming": "in"}):
    """Pagos / Objeto Resumen de Pagos."""

    incoming: Number
    out: Number
    charged_adjustments: Number
    refunded_adjustments: Number


class FeesReportAnswer(Struct):
    """What the provider's clients read of a month's fees."""

    charged: Number
    charged_tax: Number
    charged_adjustments: Number
    charged_adjustments_tax: Number
    refunded: Number
    refunded_tax: Number
    refunded_adjustments: Number
    refunded_adjustments_tax: Number
    total: Number
