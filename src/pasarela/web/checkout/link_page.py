"""The page that a checkout's link leads to: choose how to pay, then pay by card, or read what to name at a counter.

Which references a provider gives and how it shows them, the dialect says, through a port; here they are only printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.checkouts.errors import CheckoutClosed, UnknownCheckout
from pasarela.core.checkouts.model import Checkout, CheckoutStatus
from pasarela.core.checkouts.pay import ENDED_WITHOUT_MONEY
from pasarela.core.context import Caller, Mode
from pasarela.core.payments.errors import DueDatePassed, OrderIdTaken
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import Tenant, TenantStatus
from pasarela.kernel.instruments import Instrument
from pasarela.web.checkout import card_page, formats
from pasarela.web.checkout.addresses import origin_of
from pasarela.web.checkout.alerts import Alert, alert
from pasarela.web.checkout.forms import Forms, NotOurForm, browser_of, new_browser, posted
from pasarela.web.checkout.pages import Pages, language_of, root_of
from pasarela.web.checkout.ports import Desk
from pasarela.web.checkout.visit import NothingHere, Visit, Visits

_log = structlog.get_logger(__name__)

METHODS = {
    "card": Instrument.CARD,
    "store": Instrument.STORE,
    "bank_account": Instrument.BANK_TRANSFER,
}
"""The form's words."""

_TOKEN_CHARS_MAX = 64


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who has followed a checkout's link."""

    request: Request
    tenant: Tenant
    caller: Caller
    checkout: Checkout

    @property
    def path(self) -> str:
        return f"{root_of(self.request)}/checkout/{self.checkout.link_token}"


@dataclass(frozen=True, slots=True)
class LinkPageValues:
    """What the template of the choice reads."""

    action: str
    state: str
    ways: Mapping[str, tuple[str, str]]
    alert: Alert | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class LinkPage:
    """The handlers."""

    def __init__(self, desk: Desk, pages: Pages, visits: Visits, forms: Forms) -> None:
        self._desk = desk
        self._pages = pages
        self._visits = visits
        self._forms = forms

    async def show(self, request: Request) -> Response:
        """The choice; or what was chosen, and how it stands."""
        follower = await self._follower(request)
        payment = await self._desk.checkouts.current(follower.caller, follower.checkout)
        if payment is not None and not self._is_over(follower, payment):
            return self._chosen(follower, payment)
        if self._status(follower) is not CheckoutStatus.AVAILABLE:
            return self._closed(follower)
        told = alert(language_of(request), "declined_title", "declined_do_not_honour") if payment is not None else None
        return self._choice(follower, told=told if payment and payment.status is PaymentStatus.DECLINED else None)

    async def choose(self, request: Request) -> Response:
        """What the payer has chosen."""
        follower = await self._follower(request)
        if self._status(follower) is not CheckoutStatus.AVAILABLE:
            return await self.show(request)
        t = language_of(request)
        try:
            fields = await posted(request)
            self._forms.opened(request, fields, _about(follower))
        except NotOurForm as error:
            _log.info("a checkout form was not taken", checkout_id=follower.checkout.checkout_id, reason=str(error))
            return self._choice(follower, 403, told=alert(t, "not_charged", "form_again"))
        instrument = METHODS.get(fields.get("method", ""))
        if instrument is None or instrument not in self._offered(follower):
            return self._choice(follower, 422, errors={"method-card": t("choose_missing")})
        return await self._pay(follower, instrument)

    async def _pay(self, follower: Follower, instrument: Instrument) -> Response:
        desk = self._desk.checkouts
        try:
            checkout = await desk.ready(follower.caller, follower.checkout)
            way = desk.way(instrument, checkout)
            payment = await desk.pay(follower.caller, checkout, way)
        except (CheckoutClosed, DueDatePassed, OrderIdTaken):
            return await self.show(follower.request)
        if payment.instrument is Instrument.CARD:
            return self._pages.sent_to(self._card_page(follower, payment))
        return self._pages.sent_to(follower.path)

    async def _follower(self, request: Request) -> Follower:
        """Raises `NothingHere`."""
        token = request.path_params["token"]
        if len(token) > _TOKEN_CHARS_MAX or not token.isalnum():
            raise NothingHere
        try:
            checkout = await self._desk.checkouts.by_link(token)
            tenant = await self._desk.checkouts.tenant(checkout.tenant_id)
        except (UnknownCheckout, UnknownTenant):
            raise NothingHere from None
        if tenant.api != self._desk.api or tenant.status is not TenantStatus.ACTIVE:
            raise NothingHere
        caller = Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, self._desk.ids.uuid())
        return Follower(request, tenant, caller, checkout)

    def _status(self, follower: Follower) -> CheckoutStatus:
        return follower.checkout.status(self._desk.clock.now(follower.tenant.tenant_id))

    def _is_over(self, follower: Follower, payment: Payment) -> bool:
        """Whether another payment may be tried."""
        return payment.status in ENDED_WITHOUT_MONEY and self._status(follower) is not CheckoutStatus.COMPLETED

    def _chosen(self, follower: Follower, payment: Payment) -> Response:
        if payment.status is PaymentStatus.PENDING and payment.instrument is Instrument.CARD:
            return self._pages.sent_to(self._card_page(follower, payment))
        visit = self._visit(follower, payment)
        if payment.status is PaymentStatus.REQUESTED and self._status(follower) is CheckoutStatus.AVAILABLE:
            shown = self._desk.checkouts.shown(payment, root_of(follower.request), follower.tenant.account)
            values: dict[str, Any] = visit.values() | {"shown": shown, "instrument": payment.instrument.value}
            return self._pages.page(follower.request, "reference.html", **values)
        return self._visits.standing(visit)

    def _visit(self, follower: Follower, payment: Payment) -> Visit:
        t = language_of(follower.request)
        return Visit(follower.request, follower.caller, follower.tenant, payment, t, follower.path)

    def _card_page(self, follower: Follower, payment: Payment) -> str:
        root = root_of(follower.request)
        return f"{root}/v1/{follower.tenant.account}/charges/{payment.payment_id}/{card_page.PAGE}"

    def _offered(self, follower: Follower) -> tuple[Instrument, ...]:
        return tuple(each for each in METHODS.values() if self._desk.checkouts.offers(each, follower.checkout))

    def _choice(
        self,
        follower: Follower,
        status: int = 200,
        told: Alert | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> Response:
        request, t = follower.request, language_of(follower.request)
        browser = browser_of(request) or new_browser()
        offered = self._offered(follower)
        ways = {
            word: (t(f"choose_{word}"), t(f"choose_{word}_text")) for word, each in METHODS.items() if each in offered
        }
        state = self._forms.seal({"about": _about(follower)}, browser)
        page = LinkPageValues(follower.path, state, ways, told, errors or {})
        origin = origin_of(follower.checkout.redirect_url)
        response = self._pages.page(
            request, "choose.html", status, (origin,) if origin else (), **_values(follower), page=page
        )
        self._pages.remember(response, browser, follower.path)
        return response

    def _closed(self, follower: Follower) -> Response:
        name = {CheckoutStatus.COMPLETED: "paid", CheckoutStatus.EXPIRED: "expired"}.get(
            self._status(follower), "cancelled"
        )
        return self._visits.checkout_closed(follower.request, name, _values(follower))


def _about(follower: Follower) -> str:
    return f"checkout/{follower.checkout.tenant_id}/{follower.checkout.checkout_id}"


def _values(follower: Follower) -> dict[str, Any]:
    checkout, t = follower.checkout, language_of(follower.request)
    return {
        "merchant": follower.tenant.name,
        "test_mode": follower.tenant.mode is Mode.TEST,
        "amount": formats.amount(checkout.amount),
        "figure": formats.figure(checkout.amount),
        "currency": checkout.amount.currency.code,
        "description": checkout.description,
        "order": checkout.order_id,
        "due": formats.instant(checkout.expires_at, t),
        "back": checkout.redirect_url if origin_of(checkout.redirect_url) else None,
    }
