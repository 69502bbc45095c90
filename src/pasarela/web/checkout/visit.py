"""A payer at a payment's page: whose payment it is, how it stands, and the pages that tell how it stands.

An address that leads to nothing says so, and no more: it does not tell merchants from payments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.context import Caller, Mode
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import Tenant
from pasarela.web.checkout import formats
from pasarela.web.checkout.addresses import going_back, origin_of
from pasarela.web.checkout.pages import Pages, language_of, root_of
from pasarela.web.checkout.ports import Desk
from pasarela.web.checkout.texts import Texts

S = PaymentStatus

REFRESH_SECONDS = 3

_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,45}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,45}")


class NothingHere(Exception):
    """There is no such merchant or payment, or none that is paid on this page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a payment's page. `path` is where everything about this payment lies."""

    request: Request
    caller: Caller
    tenant: Tenant
    payment: Payment
    texts: Texts
    path: str

    @property
    def back(self) -> str | None:
        """Where the shop wants its payer back."""
        return going_back(self.payment.details.get("redirect_url"), self.payment.payment_id)

    @property
    def form_targets(self) -> tuple[str, ...]:
        origin = origin_of(self.payment.details.get("redirect_url"))
        return () if origin is None else (origin,)

    def values(self) -> dict[str, Any]:
        """What every page about this payment shows."""
        payment, texts = self.payment, self.texts
        due = payment.expires_at
        return {
            "merchant": self.tenant.name,
            "test_mode": self.tenant.mode is Mode.TEST,
            "amount": formats.amount(payment.amount),
            "figure": formats.figure(payment.amount),
            "currency": payment.amount.currency.code,
            "description": payment.description,
            "order": payment.order_id,
            "due": formats.instant(due, texts) if due is not None else None,
            "back": self.back,
        }


class Visits:
    """Finds out whose page is asked for, and shows how payments stand."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def of(self, request: Request) -> Visit:
        """Raises `NothingHere`."""
        account, payment_id = request.path_params["merchant"], request.path_params["charge_id"]
        if not _ACCOUNT.fullmatch(account) or not _ID.fullmatch(payment_id):
            raise NothingHere
        try:
            tenant = await self._desk.tenant(self._desk.api, account)
            caller = Caller(
                tenant.tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, self._desk.ids.uuid()
            )
            payment = await self._desk.payment(caller, payment_id)
        except (UnknownTenant, UnknownPayment):
            raise NothingHere from None
        path = f"{root_of(request)}/v1/{account}/charges/{payment_id}"
        return Visit(request, caller, tenant, payment, language_of(request), path)

    async def again(self, visit: Visit) -> Visit:
        """The same visit with the payment as it stands now."""
        payment = await self._desk.payment(visit.caller, visit.payment.payment_id)
        return Visit(visit.request, visit.caller, visit.tenant, payment, visit.texts, visit.path)

    def can_be_paid(self, visit: Visit) -> bool:
        """Whether it waits for its payer, and its time has not passed."""
        payment = visit.payment
        now = self._desk.clock.now(payment.tenant_id)
        return payment.status is S.PENDING and (payment.expires_at is None or payment.expires_at > now)

    def standing(self, visit: Visit) -> Response:
        """How a payment stands that can't be paid (any more)."""
        payment, t = visit.payment, visit.texts
        values = visit.values()
        told = {"merchant": visit.tenant.name, "amount": values["amount"]}
        match payment.status:
            case S.AUTHORIZING:
                return self.processing(visit)
            case S.COMPLETED | S.CAPTURING:
                return self._notice(visit, "paid", "good", (t("paid_text", **told),))
            case S.AUTHORIZED | S.REVIEWING:
                return self._notice(visit, "paid", "good", (t("held_text", **told),))
            case S.DECLINED:
                lines = (t(decline_text(payment)), t("declined_final_text", **told))
                return self._notice(visit, "declined", "bad", lines)
            case S.UNKNOWN | S.FAILED:
                return self._notice(visit, "uncertain", "bad", (t("uncertain_text", **told),))
            case S.VOIDING | S.VOIDED | S.REJECTING:
                return self._notice(visit, "cancelled", "bad", (t("cancelled_text", **told),), 410)
            case S.PENDING | S.REQUESTED | S.EXPIRING | S.EXPIRED:
                text = t("expired_text", instant=values["due"] or "", **told)
                return self._notice(visit, "expired", "bad", (text,), 410)

    def nothing_here(self, request: Request) -> Response:
        return self.bare_notice(request, "unknown", 404)

    def bare_notice(self, request: Request, name: str, status: int) -> Response:
        """A notice about no payment in particular."""
        t = language_of(request)
        values: dict[str, Any] = {
            "title": t(f"{name}_title"),
            "lines": (t(f"{name}_text"),),
            "mood": "bad",
            "merchant": "",
            "test_mode": False,
            "facts": {},
            "again": None,
            "back": None,
        }
        return self._pages.page(request, "notice.html", status, **values)

    def checkout_closed(self, request: Request, name: str, values: Mapping[str, Any]) -> Response:
        """That a payment link can't be paid (any more), where there is no payment that tells it. `values` are what
        every page shows."""
        t = language_of(request)
        told = {"merchant": values["merchant"], "amount": values["amount"], "instant": values["due"]}
        facts = _known(
            {t("amount"): values["amount"], t("concept"): values["description"], t("order"): values["order"]}
        )
        more = {
            "title": t(f"{name}_title"),
            "lines": (t(f"{name}_text", **told),),
            "mood": "good" if name == "paid" else "bad",
            "facts": facts,
            "again": None,
        }
        status = 200 if name == "paid" else 410
        return self._pages.page(request, "notice.html", status, **{**values, **more})

    def processing(self, visit: Visit, address: str | None = None) -> Response:
        """That it is being paid just now; the browser looks again at `address`, or where it is."""
        again = address or visit.request.url.path
        response = self._notice(visit, "processing", "wait", (visit.texts("processing_text"),), again=again)
        response.headers["Refresh"] = f"{REFRESH_SECONDS}; url={again}"
        return response

    def _notice(
        self, visit: Visit, name: str, mood: str, lines: tuple[str, ...], status: int = 200, again: str | None = None
    ) -> Response:
        t, values = visit.texts, visit.values()
        facts = {t("amount"): values["amount"], t("concept"): values["description"], t("order"): values["order"]}
        return self._pages.page(
            visit.request,
            "notice.html",
            status,
            visit.form_targets,
            **(values | {"title": t(f"{name}_title"), "mood": mood, "lines": lines, "again": again}),
            facts=_known(facts),
        )


def _known(facts: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}


# What a payer is told of a decline; of the others only that his bank said no: a thief must not learn why.
_TOLD = frozenset(
    {
        "expired_card",
        "insufficient_funds",
        "call_issuer",
        "not_permitted",
        "not_online",
        "wrong_security_code",
        "invalid_card_number",
        "issuer_unavailable",
        "authentication_failed",
    }
)


def decline_text(payment: Payment) -> str:
    """The name of the text that tells a payer why his last try failed."""
    reason = payment.decline.value if payment.decline is not None else ""
    return f"declined_{reason if reason in _TOLD else 'do_not_honour'}"
