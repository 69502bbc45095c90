"""What calls say about bank accounts, payouts, transfers, fees and reports; and the core's commands for them."""

from __future__ import annotations

from datetime import date

from pasarela.core.context import Mode
from pasarela.core.payouts.model import (
    ChargeFee,
    CreatePayout,
    EntryType,
    InlineAccount,
    InlineCard,
    NewBankAccount,
    PayoutFilter,
    PayoutKind,
    PayoutStatus,
    RefundFee,
    RegisteredDestination,
    TransferMoney,
)
from pasarela.core.vault.errors import ExpiredCard
from pasarela.core.vault.rules import check_number
from pasarela.facades.openpay.wire.cards import expiry
from pasarela.facades.openpay.wire.filters import OFFSET_MAX, ListFilters
from pasarela.facades.toolkit.fields import Amount, Choice, Nested, SecretDigits, Text, Whole
from pasarela.facades.toolkit.refusals import Missing
from pasarela.facades.toolkit.wire import WireModel, default, required
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import Page

CURRENCY = Currency.MXN
"""Money leaves by SPEI, which carries pesos."""

BANK_ACCOUNT, CARD = "bank_account", "card"
_TO_CARD = {BANK_ACCOUNT: False, CARD: True}
_ALL = "ALL"
_KINDS: dict[str, PayoutKind | None] = {
    _ALL: None,
    "AUTOMATIC": PayoutKind.AUTOMATIC,
    "MANUAL": PayoutKind.MANUAL,
}
S = PayoutStatus
_STATUSES: dict[str, tuple[PayoutStatus, ...]] = {
    "IN_PROGRESS": (S.SCHEDULED, S.SENDING, S.SENT),
    "COMPLETED": (S.COMPLETED,),
    "FAILED": (S.FAILED,),
    "CANCELLED": (S.CANCELLED,),
}
_DETAIL_TYPES = {
    "IN": EntryType.IN,
    "OUT": EntryType.OUT,
    "CHARGED_ADJUSTMENTS": EntryType.CHARGED_ADJUSTMENT,
    "REFUNDED_ADJUSTMENTS": EntryType.REFUNDED_ADJUSTMENT,
}
_FEE_TYPES = {
    "CHARGED": EntryType.OUT,
    "REFUNDED": EntryType.IN,
    "CHARGED_ADJUSTMENTS": EntryType.CHARGED_ADJUSTMENT,
    "REFUNDED_ADJUSTMENTS": EntryType.REFUNDED_ADJUSTMENT,
}


class BankAccountBody(WireModel):
    """Cuentas Bancarias / Crear una cuenta bancaria. Whether the CLABE is one, the core's rule says."""

    holder_name = required(Text(80))
    alias = Text(45)
    clabe = required(Text(45, numbers=True, any_digits=True))

    def new(self, bank_account_id: str, customer_id: str | None) -> NewBankAccount:
        return NewBankAccount(bank_account_id, customer_id, self.clabe, self.holder_name, self.alias)


class InlineAccountBody(WireModel):
    """The `bank_account` of Pagos / Pago a cuenta bancaria."""

    clabe = required(Text(45, numbers=True, any_digits=True))
    holder_name = required(Text(80))
    alias = Text(45)


class InlineCardBody(WireModel):
    """The `card` of a payout, as the provider's clients send it. No payment is asked for, so no security code is."""

    card_number = required(SecretDigits(12, 19))
    holder_name = required(Text(80))
    bank_code = Text(3)
    expiration_year = Whole(0, 2099)
    expiration_month = Whole(1, 12)

    def card(self, today: date, mode: Mode) -> InlineCard:
        """Raises what `core.vault.rules.check_number` raises, and `ExpiredCard`."""
        check_number(self.card_number, mode)
        year, month = self.expiration_year, self.expiration_month
        until = expiry(year, month) if year is not None and month is not None else None
        if until is not None and until.passed(today):
            raise ExpiredCard
        return InlineCard(self.card_number, self.holder_name, until, self.bank_code)


class PayoutBody(WireModel):
    """Pagos / Pago a id registrado, and the same with the account's data in `bank_account` or a card's in `card`."""

    method = required(Choice(_TO_CARD))
    destination_id = Text(45)
    bank_account = Nested(InlineAccountBody)
    card = Nested(InlineCardBody)
    amount = required(Amount())
    description = required(Text(250))
    order_id = Text(100)

    def command(self, payout_id: str, customer_id: str | None, *, today: date, mode: Mode) -> CreatePayout:
        """Raises `Missing` without a destination, and what `InlineCardBody.card` raises; an id counts before data."""
        return CreatePayout(
            payout_id,
            customer_id,
            Money(self.amount, CURRENCY),
            self._destination(today, mode),
            self.description,
            self.order_id,
            self.method,
        )

    def _destination(self, today: date, mode: Mode) -> RegisteredDestination | InlineAccount | InlineCard:
        account, card = self.bank_account, self.card
        if self.destination_id is not None:
            return RegisteredDestination(self.destination_id)
        if self.method and card is not None:
            return card.card(today, mode)
        if account is None or self.method:
            raise Missing("destination_id")
        return InlineAccount(account.clabe, account.holder_name, account.alias)


class PayoutFilters(ListFilters):
    """Pagos / Listado de pagos."""

    amount = Amount(zero=True)
    amount_gte = Amount(zero=True, name="amount[gte]")
    amount_lte = Amount(zero=True, name="amount[lte]")
    payout_type = Choice(_KINDS)
    status = Choice(_STATUSES)
    order_id = Text(100)

    def wanted(self) -> PayoutFilter:
        return PayoutFilter(
            created=self.created(),
            amount=self.amount,
            amount_at_least=self.amount_gte,
            amount_at_most=self.amount_lte,
            kind=self.payout_type,
            statuses=self.status,
            order_id=self.order_id,
        )


class TransferBody(WireModel):
    """Transferencias / Transferir entre clientes."""

    customer_id = required(Text(45))
    amount = required(Amount())
    description = required(Text(250))
    order_id = Text(100)

    def command(self, transfer_id: str, payer_id: str) -> TransferMoney:
        return TransferMoney(
            transfer_id, payer_id, self.customer_id, Money(self.amount, CURRENCY), self.description, self.order_id
        )


class FeeBody(WireModel):
    """Comisiones / Cobrar Comisión."""

    customer_id = required(Text(45))
    amount = required(Amount())
    description = required(Text(250))
    order_id = Text(100)

    def command(self, fee_id: str) -> ChargeFee:
        return ChargeFee(fee_id, self.customer_id, Money(self.amount, CURRENCY), self.description, self.order_id)


class FeeRefundBody(WireModel):
    """Comisiones / Devolver Comisión."""

    description = Text(250)

    def command(self, fee_id: str, refund_id: str) -> RefundFee:
        return RefundFee(fee_id, refund_id, self.description)


class _PageFilters(WireModel):
    """A list's place, where there is nothing else to filter by."""

    offset = default(Whole(0, OFFSET_MAX), 0)
    limit = default(Whole(1, 100), 10)

    def page(self) -> Page:
        return Page(self.offset, self.limit)


class PayoutDetailFilters(_PageFilters):
    """Pagos / Detalle de Pagos."""

    detail_type = Choice(_DETAIL_TYPES)


class MonthFilters(WireModel):
    """A month of Mexico City's calendar; asked for by the provider's clients, not in the document."""

    year = required(Whole(2000, 2999))
    month = required(Whole(1, 12))


class FeeDetailFilters(MonthFilters, _PageFilters):
    """The same with a kind of fee."""

    fee_type = Choice(_FEE_TYPES)
