"""The page on which a payer gives his card: `…/charges/{id}/card_capture`.

A form is for one try of one payment in one browser; the core counts the tries. What can't be right is said beside its
field, what the bank refuses above the form, and the form comes back empty: no card is ever written into a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pasarela.core.payments.errors import (
    CardHasNoPoints,
    InstalmentsNotAllowed,
    NotInState,
    OutcomeUnknown,
    PaymentDeclined,
    PointsNotAllowed,
    PointsNotTold,
    StillAuthorizing,
)
from pasarela.core.payments.model import ConfirmBy, InlineCard, Payment, PaymentStatus
from pasarela.core.payments.waiting import TRIES_MAX, PayWaiting
from pasarela.core.rates.errors import NoExchangeRate
from pasarela.core.vault.bins import issuer_of
from pasarela.kernel.cards import brand_of_bin
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency
from pasarela.kernel.points import PointsUse
from pasarela.web.checkout import card_form, formats
from pasarela.web.checkout.alerts import Alert, alert
from pasarela.web.checkout.card_form import CardForm, Offer, Points
from pasarela.web.checkout.forms import Forms, NotOurForm, browser_of, new_browser, posted
from pasarela.web.checkout.pages import GUARDS, Pages
from pasarela.web.checkout.ports import Desk
from pasarela.web.checkout.visit import NothingHere, Visit, Visits, decline_text

PAGE = "card_capture"

_USES = {Points.NONE: None, Points.MIXED: PointsUse.MIXED, Points.ONLY: PointsUse.ONLY}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CardPageValues:
    """What the template of the form reads."""

    action: str
    facts: str
    state: str
    today: str
    payments: Mapping[str, str]
    points: Mapping[str, str]
    fixed: tuple[str, ...]
    tells_browser: bool
    chosen_payments: str = ""
    chosen_points: str = Points.NONE.value
    errors: Mapping[str, str] = field(default_factory=dict)
    alert: Alert | None = None

    @property
    def first_error(self) -> str | None:
        return next(iter(self.errors), None)


class CardPage:
    """The handlers."""

    def __init__(self, desk: Desk, pages: Pages, visits: Visits, forms: Forms) -> None:
        self._desk = desk
        self._pages = pages
        self._visits = visits
        self._forms = forms

    async def show(self, request: Request) -> Response:
        """The form, or how the payment stands."""
        return self._shown(await self._visit(request))

    async def pay(self, request: Request) -> Response:
        """A posted form: the payer is sent back to his shop when the payment has come to its end."""
        visit = await self._visit(request)
        if not self._visits.can_be_paid(visit):
            return self._visits.standing(visit)
        try:
            fields = await posted(request)
            state = self._forms.opened(request, fields, _about(visit))
        except NotOurForm as error:
            _log.info("a card form was not taken", payment_id=visit.payment.payment_id, reason=str(error))
            return self._form(visit, 403, told=alert(visit.texts, "not_charged", "form_again"))
        if state["try"] != visit.payment.tries + 1:
            return self._shown(visit)
        today = self._today(visit)
        form = card_form.read(fields, self._offer(visit), today, visit.tenant.mode)
        if form.card is None:
            return self._form(visit, 422, form)
        return await self._pay(visit, form, fields)

    async def facts(self, request: Request) -> Response:
        """What a card's first six digits allow, for the page's script."""
        visit = await self._visit(request)
        try:
            digits = (await posted(request)).get("bin", "")
        except NotOurForm:
            digits = ""
        if len(digits) != 6 or brand_of_bin(digits) is None:
            return JSONResponse({"instalments": False, "points": False}, headers=GUARDS)
        issuer, offer = issuer_of(digits), self._offer(visit)
        return JSONResponse(
            {
                "instalments": bool(offer.payments) and issuer.kind == "credit",
                "points": offer.points and issuer.points is not None,
            },
            headers=GUARDS,
        )

    async def _visit(self, request: Request) -> Visit:
        visit = await self._visits.of(request)
        payment = visit.payment
        if payment.instrument is not Instrument.CARD or payment.confirm is not ConfirmBy.PAGE:
            raise NothingHere
        return visit

    async def _pay(self, visit: Visit, form: CardForm, fields: Mapping[str, str]) -> Response:
        assert form.card is not None, "a form without errors has its card"
        client = visit.request.client
        command = PayWaiting(
            visit.payment.payment_id,
            f"page-{visit.payment.tries + 1}",
            InlineCard(form.card),
            instalments=form.payments,
            points=_USES[form.points],
            client_ip=client.host if client is not None else None,
            confirm=ConfirmBy.PAGE,
        )
        try:
            paid = await self._paid(visit, command, fields)
        except InstalmentsNotAllowed:
            form.errors[card_form.PAYMENTS] = "payments_credit_only"
            return self._form(visit, 422, form)
        except (CardHasNoPoints, PointsNotAllowed, PointsNotTold):
            form.errors[card_form.POINTS] = "points_not_offered"
            return self._form(visit, 422, form)
        except PaymentDeclined as declined:
            return self._declined(replace(visit, payment=declined.payment))
        except (NotInState, StillAuthorizing, OutcomeUnknown, NoExchangeRate):
            return self._shown(await self._visits.again(visit))
        return paid if isinstance(paid, Response) else self._ended(replace(visit, payment=paid))

    async def _paid(self, visit: Visit, command: PayWaiting, fields: Mapping[str, str]) -> Payment | Response:
        three_ds = self._desk.three_ds
        if three_ds is not None and _authenticated(visit.payment):
            return await three_ds.start(visit.request, visit.caller, visit.payment, command, fields)
        return await self._desk.pay(visit.caller, command)

    def _declined(self, visit: Visit) -> Response:
        if visit.payment.status is PaymentStatus.PENDING:
            return self._shown(visit, 402)
        return self._ended(visit)

    def _ended(self, visit: Visit) -> Response:
        """Back to the shop, which reads how it ended; or a page that tells it, when the shop has none."""
        return self._pages.sent_to(visit.back) if visit.back is not None else self._visits.standing(visit)

    def _shown(self, visit: Visit, status: int = 200) -> Response:
        if not self._visits.can_be_paid(visit):
            return self._visits.standing(visit)
        return self._form(visit, status, told=_last_try(visit))

    def _form(self, visit: Visit, status: int, form: CardForm | None = None, told: Alert | None = None) -> Response:
        browser = browser_of(visit.request) or new_browser()
        offer, t = self._offer(visit), visit.texts
        page = CardPageValues(
            action=f"{visit.path}/{PAGE}",
            facts=f"{visit.path}/{PAGE}/facts",
            state=self._forms.seal({"about": _about(visit), "try": visit.payment.tries + 1}, browser),
            today=f"{self._today(visit):%Y-%m}",
            payments=_payment_choices(visit, offer),
            points={use.value: t(f"points_{use.value}") for use in Points} if offer.points else {},
            fixed=_decided(visit, offer),
            tells_browser=self._desk.three_ds is not None and _authenticated(visit.payment),
            chosen_payments=form.chosen_payments if form else "",
            chosen_points=form.points.value if form else Points.NONE.value,
            errors={name: t(text) for name, text in form.errors.items()} if form else {},
            alert=told,
        )
        values: dict[str, Any] = visit.values() | {"page": page}
        response = self._pages.page(visit.request, "card.html", status, visit.form_targets, **values)
        self._pages.remember(response, browser, visit.path)
        return response

    def _offer(self, visit: Visit) -> Offer:
        """What the shop leaves to its payer: months where it has not set their number, and allows them."""
        details, settings = visit.payment.details, visit.tenant.settings
        fixed = details.get("payments")
        allowed = settings.get("instalments", self._desk.instalments)
        some = allowed if isinstance(allowed, list | tuple) else ()
        payments = tuple(count for count in self._desk.instalments if count in some)
        uses = {"MIXED": Points.MIXED, "ONLY_POINTS": Points.ONLY}
        return Offer(
            payments=() if fixed is not None else payments,
            points=visit.payment.amount.currency is Currency.MXN and details.get("points") is None,
            fixed_payments=fixed if isinstance(fixed, int) else None,
            fixed_points=uses.get(str(details.get("points"))),
        )

    def _today(self, visit: Visit) -> date:
        return self._desk.clock.now(visit.payment.tenant_id).astimezone(formats.MEXICO_CITY).date()


def _about(visit: Visit) -> str:
    return f"card/{visit.payment.tenant_id}/{visit.payment.payment_id}"


def _authenticated(payment: Payment) -> bool:
    return payment.details.get("use_3d_secure") is True


def _payment_choices(visit: Visit, offer: Offer) -> dict[str, str]:
    if not offer.payments:
        return {}
    t, amount = visit.texts, visit.payment.amount
    parts = {str(n): t("in_payments", count=n, part=formats.part(amount, n)) for n in offer.payments}
    return {"": t("one_payment"), **parts}


def _decided(visit: Visit, offer: Offer) -> tuple[str, ...]:
    """What the shop has decided about how the card pays."""
    t, lines = visit.texts, []
    if (count := offer.fixed_payments) is not None:
        lines.append(t("fixed_payments", count=count, part=formats.part(visit.payment.amount, count)))
    if offer.fixed_points is not None:
        lines.append(t(f"fixed_points_{offer.fixed_points.value}"))
    return tuple(lines)


def _last_try(visit: Visit) -> Alert | None:
    """What became of the try before, if there was one."""
    payment, t = visit.payment, visit.texts
    if not payment.tries:
        return None
    left = t.one_or_many("tries", TRIES_MAX - payment.tries)
    return Alert(t("declined_title"), (t(decline_text(payment)), f"{t('not_charged')} {left}"))
