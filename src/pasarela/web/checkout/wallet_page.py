"""The wallet's page in a sandbox: `…/charges/{id}/redirect/` of a wallet payment, where its payer approves or refuses.

Where a real wallet is connected, its own page stands there instead; without one nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.payments.errors import NotInState, PaymentNotTaken
from pasarela.kernel.instruments import Instrument
from pasarela.web.checkout.alerts import Alert, alert
from pasarela.web.checkout.forms import Forms, NotOurForm, browser_of, new_browser, posted
from pasarela.web.checkout.pages import Pages
from pasarela.web.checkout.ports import Desk, WalletPayer
from pasarela.web.checkout.visit import NothingHere, Visit, Visits

PAGE = "redirect/"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WalletPageValues:
    """What the template reads."""

    action: str
    state: str
    alert: Alert | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class WalletPage:
    """The handlers."""

    def __init__(self, desk: Desk, pages: Pages, visits: Visits, forms: Forms) -> None:
        self._wallet = desk.wallet
        self._pages = pages
        self._visits = visits
        self._forms = forms

    async def show(self, visit: Visit) -> Response:
        """The payment and two buttons, or how the payment stands."""
        self._payer(visit)
        return self._form(visit) if self._visits.can_be_paid(visit) else self._visits.standing(visit)

    async def decide(self, request: Request, visit: Visit) -> Response:
        """What the payer has decided; then back to the shop."""
        wallet = self._payer(visit)
        if not self._visits.can_be_paid(visit):
            return self._visits.standing(visit)
        try:
            fields = await posted(request)
            self._forms.opened(request, fields, _about(visit))
            decision = fields.get("decision")
            if decision not in ("approve", "reject"):
                raise NotOurForm("no decision")
        except NotOurForm as error:
            _log.info("a wallet form was not taken", payment_id=visit.payment.payment_id, reason=str(error))
            return self._form(visit, 403, alert(visit.texts, "not_charged", "form_again"))
        try:
            await (wallet.approve if decision == "approve" else wallet.reject)(visit.payment)
        except (NotInState, PaymentNotTaken):
            return self._visits.standing(await self._visits.again(visit))
        after = await self._visits.again(visit)
        return self._pages.sent_to(after.back) if after.back is not None else self._visits.standing(after)

    def _payer(self, visit: Visit) -> WalletPayer:
        if self._wallet is None or visit.payment.instrument is not Instrument.WALLET:
            raise NothingHere
        return self._wallet

    def _form(self, visit: Visit, status: int = 200, told: Alert | None = None) -> Response:
        browser = browser_of(visit.request) or new_browser()
        state = self._forms.seal({"about": _about(visit)}, browser)
        page = WalletPageValues(f"{visit.path}/{PAGE}", state, told)
        response = self._pages.page(
            visit.request, "wallet.html", status, visit.form_targets, **(visit.values() | {"page": page})
        )
        self._pages.remember(response, browser, visit.path)
        return response


def _about(visit: Visit) -> str:
    return f"wallet/{visit.payment.tenant_id}/{visit.payment.payment_id}"
