"""What the hosted pages ask of the platform. The composition root binds it; tests bind fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.checkouts.model import Checkout
from pasarela.core.checkouts.pay import Way
from pasarela.core.context import Caller
from pasarela.core.payments.model import Payment
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.tenants.model import Tenant
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument


class WalletPayer(Protocol):
    """The payer's wallet in a sandbox; the errors are `core.payments`'."""

    async def approve(self, payment: Payment) -> object: ...

    async def reject(self, payment: Payment) -> None: ...


class ThreeDSecure(Protocol):
    """3-D Secure, as far as pages come to it."""

    async def start(
        self, request: Request, caller: Caller, payment: Payment, command: PayWaiting, fields: Mapping[str, str]
    ) -> Payment | Response:
        """Authenticates the payer of a posted card form and pays, as `core.payments`' verb does and with its refusals;
        or answers the page on which the payer goes on."""
        ...

    async def redirect(self, request: Request, caller: Caller, payment: Payment) -> Response:
        """What `…/redirect/` of a card payment shows, and what is posted to it."""
        ...

    async def come_back(self, request: Request, caller: Caller, payment: Payment) -> Response:
        """What the payer's bank posts to `…/redirect/return`."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What a payer who brings or sends money must name: `facts` by the names of their texts, the address of a picture
    of the reference for a till, and that of a receipt."""

    reference: str
    facts: Mapping[str, str]
    receipt: str
    barcode: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutDesk:
    """Payment links. `by_link`, `current`, `ready` and `pay` are `core.checkouts`', with its errors; `tenant` is
    `core.tenants`'. What the dialect knows: which instruments a checkout can be paid by, how that way is asked for, and
    what is `shown` of a payment (by its root address and the merchant's account)."""

    by_link: Callable[[str], Awaitable[Checkout]]
    tenant: Callable[[int], Awaitable[Tenant]]
    current: Callable[[Caller, Checkout], Awaitable[Payment | None]]
    ready: Callable[[Caller, Checkout], Awaitable[Checkout]]
    pay: Callable[[Caller, Checkout, Way], Awaitable[Payment]]
    offers: Callable[[Instrument, Checkout], bool]
    way: Callable[[Instrument, Checkout], Way]
    shown: Callable[[Payment, str, str], Shown]


@dataclass(frozen=True, slots=True)
class Desk:
    """All of it, for one dialect. `api` is the dialect's name; `tenant` and `payment` read, `pay` pays a waiting
    payment. `wallet` is absent in production, `three_ds` where nobody authenticates. `instalments` are the numbers of
    payments that payers may be offered. `base_url` is where the outside reaches us,
    `form_key` signs forms."""

    api: str
    base_url: str
    form_key: bytes
    tenant: Callable[[str, str], Awaitable[Tenant]]
    payment: Callable[[Caller, str], Awaitable[Payment]]
    pay: Callable[[Caller, PayWaiting], Awaitable[Payment]]
    checkouts: CheckoutDesk
    wallet: WalletPayer | None
    clock: Clock
    ids: IdSource
    three_ds: ThreeDSecure | None = None
    instalments: tuple[int, ...] = ()
