"""Checkouts in memory, behind the dialects' port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pasarela.core.checkouts.errors import UnknownCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutFilter, CheckoutStatus, NewCheckout
from pasarela.core.checkouts.rules import changed
from pasarela.core.context import Caller
from pasarela.facades.toolkit.ports import Checkouts
from pasarela.kernel.paging import Page
from tests.fakes.stopped_clock import StoppedClock


class FakeCheckouts:
    """`heard` is told every call and may raise."""

    def __init__(self, clock: StoppedClock, heard: Callable[[Caller | None, object], None]) -> None:
        self.clock = clock
        self.heard = heard
        self.held: dict[str, Checkout] = {}

    def port(self) -> Checkouts:
        return Checkouts(create=self.create, change=self.change, get=self.get, list=self.list)

    async def create(self, caller: Caller, new: NewCheckout) -> Checkout:
        self.heard(caller, new)
        now = self.clock.now()
        checkout = Checkout(
            caller.tenant_id,
            new.checkout_id,
            new.payment_id,
            new.link_token,
            new.order_id,
            new.customer_id,
            new.amount,
            new.description,
            new.redirect_url,
            new.send_email,
            new.payer,
            CheckoutStatus.AVAILABLE,
            now,
            new.expires_at or now + timedelta(days=1),
        )
        self.held[new.checkout_id] = checkout
        return checkout

    async def change(
        self, caller: Caller, checkout_id: str, status: CheckoutStatus | None, expires_at: datetime | None
    ) -> Checkout:
        self.heard(caller, (checkout_id, status, expires_at))
        checkout = await self.get(caller.tenant_id, checkout_id, None)
        stored, until = changed(checkout, status, expires_at, self.clock.now())
        self.held[checkout_id] = replace(checkout, stored_status=stored, expires_at=until)
        return self.held[checkout_id]

    async def get(self, tenant_id: int, name: str, customer_id: str | None) -> Checkout:
        self.heard(None, (name, customer_id))
        for checkout in self.held.values():
            if name in (checkout.checkout_id, checkout.order_id) and customer_id in (None, checkout.customer_id):
                return checkout
        raise UnknownCheckout

    async def list(self, tenant_id: int, wanted: CheckoutFilter, page: Page, at: datetime) -> Sequence[Checkout]:
        self.heard(None, (wanted, page, at))
        return [one for one in self.held.values() if wanted.customer_id in (None, one.customer_id)]
