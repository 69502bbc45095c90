"""What dialects ask of the rest of the platform. The composition root binds it; tests bind fakes.

(The class is `Services`; the file is not called so because the tidy test wants names from the business.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pasarela.core.authentication.model import PrepareCard, PreparePayment
from pasarela.core.checkouts.model import Checkout, CheckoutFilter, CheckoutStatus, NewCheckout
from pasarela.core.context import Caller
from pasarela.core.customers.model import Customer, CustomerChanges, CustomerFilter, NewCustomer
from pasarela.core.payments.model import (
    AuthoriseCard,
    CapturePayment,
    Level,
    Payment,
    PaymentFilter,
    RefundPayment,
    RequestPayment,
    Sender,
)
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.core.payments.waiting import CancelWaiting, PayWaiting
from pasarela.core.places.model import Point, Store
from pasarela.core.tenants.model import Authenticated, Tenant
from pasarela.core.vault.model import Address, SavedCard, SourceKind, Token
from pasarela.core.webhooks.model import NewWebhook, Webhook
from pasarela.facades.toolkit.billing_ports import Billing
from pasarela.facades.toolkit.issuing_ports import Issuing
from pasarela.facades.toolkit.money_out_ports import MoneyOut
from pasarela.infra.idempotency import Answer, Key
from pasarela.infra.request_log import CallLog
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import CreatedBetween, Page
from pasarela.kernel.points import PointsBalance
from pasarela.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Payments:
    """The verbs and queries of `core.payments`, and `core.authentication`'s `prepare` and `prepare_waiting`; the errors
    are theirs."""

    authorise: Callable[[Caller, AuthoriseCard], Awaitable[Payment]]
    request: Callable[[Caller, RequestPayment], Awaitable[Payment]]
    prepare: Callable[[Caller, PreparePayment], Awaitable[Payment]]
    prepare_waiting: Callable[[Caller, PrepareCard], Awaitable[Payment]]
    capture: Callable[[Caller, CapturePayment], Awaitable[Payment]]
    refund: Callable[[Caller, RefundPayment], Awaitable[Payment]]
    pay_waiting: Callable[[Caller, PayWaiting], Awaitable[Payment]]
    cancel_waiting: Callable[[Caller, CancelWaiting], Awaitable[Payment]]
    save_card: Callable[[Caller, SaveCardCommand], Awaitable[SavedCard]]
    get: Callable[[Caller, str, Level | None], Awaitable[Payment]]
    sender: Callable[[Caller, str], Awaitable[Sender | None]]
    list: Callable[[Caller, PaymentFilter, Page], Awaitable[Sequence[Payment]]]
    ask_points: Callable[[Caller, str, SourceKind, str | None], Awaitable[PointsBalance]]


class UpdateCard(Protocol):
    """`core.vault.update_card`: what is `None` stays as it is."""

    async def __call__(
        self,
        caller: Caller,
        card_id: str,
        customer_id: str | None = None,
        *,
        today: date,
        holder_name: str | None = None,
        expiry: Expiry | None = None,
        cvv: Secret | None = None,
    ) -> SavedCard: ...


@dataclass(frozen=True, slots=True)
class Vault:
    """The verbs and queries of `core.vault`: `Cards.get` and `.list`, `Tokens.get` and the verbs. A customer's id
    of `None` means the merchant's own cards."""

    create_token: Callable[[Caller, str, CardData, Address | None], Awaitable[Token]]
    get_token: Callable[[int, str], Awaitable[Token]]
    get_card: Callable[[int, str, str | None], Awaitable[SavedCard]]
    list_cards: Callable[[int, str | None, CreatedBetween, Page], Awaitable[Sequence[SavedCard]]]
    delete_card: Callable[[Caller, str, str | None], Awaitable[None]]
    update_card: UpdateCard


@dataclass(frozen=True, slots=True)
class Customers:
    """The verbs and queries of `core.customers`. `by_id` answers without the balance, quickly."""

    create: Callable[[Caller, NewCustomer], Awaitable[Customer]]
    update: Callable[[Caller, str, CustomerChanges], Awaitable[Customer]]
    delete: Callable[[Caller, str], Awaitable[None]]
    get: Callable[[int, str], Awaitable[Customer]]
    by_id: Callable[[int, str], Awaitable[Customer]]
    list: Callable[[int, CustomerFilter, Page], Awaitable[Sequence[Customer]]]


class OnceOnly(Protocol):
    """Calls with an idempotency key: `infra.idempotency.Idempotency`."""

    def fingerprint(self, *parts: bytes) -> bytes: ...

    async def once(self, key: Key, subject: str, work: Callable[[str], Awaitable[Answer]]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The verbs and queries of `core.webhooks`."""

    create: Callable[[Caller, NewWebhook], Awaitable[Webhook]]
    verify: Callable[[Caller, str, str], Awaitable[Webhook]]
    delete: Callable[[Caller, str], Awaitable[None]]
    get: Callable[[int, str], Awaitable[Webhook]]
    list: Callable[[int, Page], Awaitable[Sequence[Webhook]]]


@dataclass(frozen=True, slots=True)
class Checkouts:
    """The verbs and queries of `core.checkouts`."""

    create: Callable[[Caller, NewCheckout], Awaitable[Checkout]]
    change: Callable[[Caller, str, CheckoutStatus | None, datetime | None], Awaitable[Checkout]]
    get: Callable[[int, str, str | None], Awaitable[Checkout]]
    list: Callable[[int, CheckoutFilter, Page, datetime], Awaitable[Sequence[Checkout]]]


class BarcodePicture(Protocol):
    """`web.receipts.barcode`: a picture of a Code 128 bar code, in PNG or in SVG."""

    def __call__(self, reference: str, module_pixels: int, bar_pixels: int, *, text: bool) -> bytes: ...


class StoreReceipt(Protocol):
    """`web.receipts.receipts.store_receipt`: a PDF for the till."""

    def __call__(
        self,
        *,
        merchant: str,
        reference: str,
        amount: Money | None,
        description: str | None,
        payer: str | None,
        made_at: datetime,
        due_at: datetime | None,
        paybin_reference: str | None = None,
    ) -> bytes: ...


class TransferReceipt(Protocol):
    """`web.receipts.receipts.transfer_receipt`: a PDF for a transfer."""

    def __call__(
        self,
        *,
        merchant: str,
        agreement: str,
        clabe: str,
        reference: str,
        bank: str,
        amount: Money | None,
        description: str | None,
        payer: str | None,
        made_at: datetime,
        due_at: datetime | None,
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Payables:
    """What a receipt can be made for: whom it pays, and what for. The errors are those of `core.tenants` and
    `core.payments`; a store reference may also be a customer's own."""

    tenant: Callable[[str, str], Awaitable[Tenant]]
    payment: Callable[[Caller, str], Awaitable[Payment]]
    payment_by_reference: Callable[[str], Awaitable[Payment]]
    customer_by_reference: Callable[[str], Awaitable[tuple[int, Customer] | None]]


@dataclass(frozen=True, slots=True)
class Paper:
    """`web.receipts`: what payers take along."""

    barcode_png: BarcodePicture
    barcode_svg: BarcodePicture
    store_receipt: StoreReceipt
    transfer_receipt: TransferReceipt


@dataclass(frozen=True, slots=True)
class Services:
    """All of it. `authenticate` and `merchant_balance` are those of `core.tenants` and `core.ledger`, `stores_near`
    is `core.places`'. `sandbox` tells whether callers may wish for outcomes; `base_url` is where the outside reaches
    us, without a slash at its end."""

    authenticate: Callable[[str, str, Secret], Awaitable[Authenticated]]
    payments: Payments
    customers: Customers
    vault: Vault
    money_out: MoneyOut
    billing: Billing
    issuing: Issuing
    authenticate_key: Callable[[str, Secret], Awaitable[Authenticated]]
    merchant_balance: Callable[[int, Currency], Awaitable[Money]]
    stores_near: Callable[[int, Point, float, int], Awaitable[Sequence[Store]]]
    paper: Paper
    payables: Payables
    webhooks: Webhooks
    checkouts: Checkouts
    clock: Clock
    ids: IdSource
    request_log: CallLog
    idempotency: OnceOnly
    sandbox: bool
    base_url: str
