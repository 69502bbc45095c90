"""The calls that take money out: bank accounts, payouts, transfers, fees and their reports."""

from __future__ import annotations

from pasarela.facades.openpay import bank_accounts, fees, payouts, reports, transfers
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.openpay.wire.money_out import (
    BankAccountBody,
    FeeBody,
    FeeDetailFilters,
    FeeRefundBody,
    MonthFilters,
    PayoutBody,
    PayoutDetailFilters,
    PayoutFilters,
    TransferBody,
)
from pasarela.facades.openpay.wire.money_out_answers import (
    BankAccountAnswer,
    CustomerFeeAnswer,
    FeesReportAnswer,
    PayoutAnswer,
    PayoutReportAnswer,
    TransferAnswer,
)
from pasarela.facades.toolkit.routing import Route

M = "/v1/{merchant}"
C = f"{M}/customers/{{customer_id}}"
CLIENTS_ONLY = ""
"""Called by the provider's own clients, and not in the document."""


def money_out_routes() -> tuple[Route[Profile], ...]:
    """All of them; none may be called from a browser."""
    return (
        *_payouts(M), *_payouts(C), *_bank_accounts(M), *_bank_accounts(C), *_transfers(), *_fees(), *_reports()
    )  # fmt: skip # one line of six groups


def _payouts(at: str) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{at}/payouts", handler=payouts.create, mints="tr",
              summary="Pay out to a bank account or a card", section="Pagos o retiros / Pago a id registrado",
              body=PayoutBody, answer=PayoutAnswer),
        Route(method="GET", address=f"{at}/payouts", handler=payouts.find,
              summary="List payouts", section="Pagos o retiros / Listado de pagos",
              filters=PayoutFilters, answer=list[PayoutAnswer]),
        Route(method="GET", address=f"{at}/payouts/{{payout_id}}", handler=payouts.get,
              summary="Get a payout", section="Pagos o retiros / Obtener un pago", answer=PayoutAnswer),
        Route(method="DELETE", address=f"{at}/payouts/{{payout_id}}", handler=payouts.cancel,
              summary="Cancel a payout that has not left yet", section="Pagos o retiros / Cancelar un pago",
              answer=PayoutAnswer),
    )  # fmt: skip # a call is a paragraph here, not a column


def _bank_accounts(at: str) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{at}/bankaccounts", handler=bank_accounts.create, mints="b", status=201,
              summary="Register a bank account", section="Cuentas Bancarias / Crear una cuenta bancaria",
              body=BankAccountBody, answer=BankAccountAnswer),
        Route(method="GET", address=f"{at}/bankaccounts", handler=bank_accounts.find,
              summary="List bank accounts", section="Cuentas Bancarias / Listado de cuentas bancarias",
              filters=ListFilters, answer=list[BankAccountAnswer]),
        Route(method="GET", address=f"{at}/bankaccounts/{{bank_account_id}}", handler=bank_accounts.get,
              summary="Get a bank account", section="Cuentas Bancarias / Obtener una cuenta bancaria",
              answer=BankAccountAnswer),
        Route(method="DELETE", address=f"{at}/bankaccounts/{{bank_account_id}}", handler=bank_accounts.delete,
              status=204, summary="Delete a bank account",
              section="Cuentas Bancarias / Eliminar una cuenta bancaria"),
    )  # fmt: skip # a call is a paragraph here, not a column


def _transfers() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{C}/transfers", handler=transfers.create, mints="tr",
              summary="Move money to another customer", section="Transferencias / Transferir entre clientes",
              body=TransferBody, answer=TransferAnswer),
        Route(method="GET", address=f"{C}/transfers", handler=transfers.find,
              summary="List a customer's transfers", section="Transferencias / Listado de transferencias",
              filters=ListFilters, answer=list[TransferAnswer]),
        Route(method="GET", address=f"{C}/transfers/{{transfer_id}}", handler=transfers.get,
              summary="Get a transfer", section="Transferencias / Obtener una transferencia",
              answer=TransferAnswer),
    )  # fmt: skip # a call is a paragraph here, not a column


def _fees() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{M}/fees", handler=fees.create, mints="tr",
              summary="Charge a customer a fee", section="Comisiones / Cobrar Comisión",
              body=FeeBody, answer=CustomerFeeAnswer),
        Route(method="GET", address=f"{M}/fees", handler=fees.find,
              summary="List fees", section="Comisiones / Listado de comisiones",
              filters=ListFilters, answer=list[CustomerFeeAnswer]),
        Route(method="GET", address=f"{M}/fees/{{fee_id}}", handler=fees.get,
              summary="Get a fee", section="Comisiones / Cobrar Comisión", answer=CustomerFeeAnswer),
        Route(method="POST", address=f"{M}/fees/{{fee_id}}/refund", handler=fees.refund, mints="tr", about="fee_id",
              summary="Give a fee back", section="Comisiones / Devolver Comisión",
              body=FeeRefundBody, answer=CustomerFeeAnswer),
    )  # fmt: skip # a call is a paragraph here, not a column


def _reports() -> tuple[Route[Profile], ...]:
    return (
        Route(method="GET", address=f"{M}/reports/payout/{{payout_id}}", handler=reports.payout,
              summary="What made up an automatic payout", section="Pagos o retiros / Resumen de Pagos",
              answer=PayoutReportAnswer),
        Route(method="GET", address=f"{M}/reports/payout/{{payout_id}}/detail", handler=reports.payout_detail,
              about="payout_id", summary="The transactions that made up an automatic payout",
              section="Pagos o retiros / Detalle de Pagos", filters=PayoutDetailFilters, answer=list[PayoutAnswer]),
        Route(method="GET", address=f"{M}/reports/fees", handler=reports.fees,
              summary="What a month's processing cost", section=CLIENTS_ONLY,
              filters=MonthFilters, answer=FeesReportAnswer),
        Route(method="GET", address=f"{M}/reports/fees/detail", handler=reports.fees_detail,
              summary="The transactions of which a month's fees were charged or given back", section=CLIENTS_ONLY,
              filters=FeeDetailFilters, answer=list[PayoutAnswer]),
    )  # fmt: skip # a call is a paragraph here, not a column
