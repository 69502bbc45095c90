"""A payer chooses how to pay a checkout: asks for the payment that is made on it.

A checkout outlives the payments that are tried on it: when one has ended without money, the next choice makes another,
which bears the order id from then on. Of two choices at once one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pasarela.core.checkouts.errors import CheckoutClosed
from pasarela.core.checkouts.model import Checkout, CheckoutStatus
from pasarela.core.checkouts.repository import SQL, checkout_from
from pasarela.core.context import Caller
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.errors import ReplayMismatch, UnknownPayment
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus, RequestPayment
from pasarela.core.payments.opening import ORDER_ID_SCOPE
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.request import Request
from pasarela.infra import claims
from pasarela.infra.claims import Claim
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument

ENDED_WITHOUT_MONEY = frozenset(
    {PaymentStatus.DECLINED, PaymentStatus.FAILED, PaymentStatus.VOIDED, PaymentStatus.EXPIRED}
)


@dataclass(frozen=True, slots=True)
class Way:
    """How the payer wants to pay: what he names at a counter or in a transfer, and the dialect's facts to print."""

    instrument: Instrument
    reference: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class PayCheckout:
    """The verb."""

    def __init__(
        self,
        db: Database,
        request: Request,
        payments: PaymentQueries,
        customers: Customers,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._db = db
        self._request = request
        self._payments = payments
        self._customers = customers
        self._clock = clock
        self._ids = ids

    async def current(self, caller: Caller, checkout: Checkout) -> Payment | None:
        """The payment that was asked for last; `None` when nothing was chosen yet."""
        try:
            return await self._payments.get(caller, checkout.payment_id)
        except UnknownPayment:
            return None

    async def ready(self, caller: Caller, checkout: Checkout) -> Checkout:
        """The checkout with an id under which it can be paid: a fresh one when what bore it has ended without money.
        Raises `CheckoutClosed`."""
        if checkout.status(self._clock.now(caller.tenant_id)) is not CheckoutStatus.AVAILABLE:
            raise CheckoutClosed
        earlier = await self.current(caller, checkout)
        if earlier is None or earlier.status not in ENDED_WITHOUT_MONEY:
            return checkout
        return await self._anew(caller, checkout)

    async def __call__(self, caller: Caller, checkout: Checkout, way: Way) -> Payment:
        """The payment, waiting; or the one that waits already, however it was chosen to be paid. To be called with
        what `ready` answered. Raises `DueDatePassed`, `OrderIdTaken`."""
        card = way.instrument is Instrument.CARD
        command = RequestPayment(
            payment_id=checkout.payment_id,
            instrument=way.instrument,
            amount=checkout.amount,
            due_at=checkout.expires_at,
            reference=way.reference,
            order_id=checkout.order_id,
            description=checkout.description,
            customer_id=checkout.customer_id,
            credits_customer=await self._credits_customer(caller, checkout),
            payer=checkout.payer,
            details={"checkout_id": checkout.checkout_id, "redirect_url": checkout.redirect_url, **way.details},
            confirm=ConfirmBy.PAGE if card else None,
        )
        try:
            return await self._request(caller, command)
        except ReplayMismatch:
            return await self._payments.get(caller, checkout.payment_id)

    async def _credits_customer(self, caller: Caller, checkout: Checkout) -> bool:
        if checkout.customer_id is None:
            return False
        try:
            return (await self._customers.by_id(caller.tenant_id, checkout.customer_id)).has_account
        except UnknownCustomer:
            raise CheckoutClosed from None

    async def _anew(self, caller: Caller, checkout: Checkout) -> Checkout:
        tenant_id, fresh = caller.tenant_id, self._ids.fresh("tr")
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(
                SQL["pay_checkout_anew"], tenant_id, checkout.checkout_id, checkout.payment_id, fresh
            )
            if row is None:
                row = await tx.fetchrow(SQL["checkout_by_id"], tenant_id, checkout.checkout_id)
                assert row is not None, "checkouts are never deleted"
            elif checkout.order_id is not None:
                at = self._clock.now(tenant_id)
                held = Claim(tenant_id, ORDER_ID_SCOPE, checkout.order_id, checkout.payment_id, at)
                await claims.give_back(tx, [held])
                await claims.take(tx, [Claim(tenant_id, ORDER_ID_SCOPE, checkout.order_id, fresh, at)])
        return checkout_from(row)
