"""What the hosted pages ask of the platform. The composition root binds it; tests bind fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.context import Caller
from pasarela.core.payments.model import Payment
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.tenants.model import Tenant
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


class WalletPayer(Protocol):
    """The payer's wallet in a sandbox; the errors are `core.payments`'."""

    async def approve(self, payment: Payment) -> None: ...

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
class Desk:
    """All of it, for one dialect. `api` is the dialect's name; `tenant` and `payment` read, `pay` pays a waiting
    payment. `wallet` is absent in production, `three_ds` where nobody authenticates. `instalments` are the numbers of
    payments that payers may be offered, `points` says whether points pay. `base_url` is where the outside reaches us,
    `form_key` signs forms."""

    api: str
    base_url: str
    form_key: bytes
    tenant: Callable[[str, str], Awaitable[Tenant]]
    payment: Callable[[Caller, str], Awaitable[Payment]]
    pay: Callable[[Caller, PayWaiting], Awaitable[Payment]]
    wallet: WalletPayer | None
    clock: Clock
    ids: IdSource
    three_ds: ThreeDSecure | None = None
    instalments: tuple[int, ...] = ()
    points: bool = False
