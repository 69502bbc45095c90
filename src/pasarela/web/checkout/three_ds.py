"""3-D Secure as payers meet it: `…/charges/{id}/redirect/`, the way to their bank's page, and the way back.

Nothing happens by GET: the page that asks a bank posts a form, by itself or by its button. What a bank's page brings
back through the browser is only a reason to look; how the payer was authenticated, the bank tells us itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import structlog
from starlette.requests import Request
from starlette.responses import Response

from pasarela.core.authentication.errors import NothingToAuthenticate, StillAuthenticating
from pasarela.core.authentication.model import (
    Authentication,
    AuthenticationStatus,
    Challenge,
    StartAuthentication,
)
from pasarela.core.context import Caller
from pasarela.core.payments.errors import NotInState, OutcomeUnknown, PaymentDeclined, StillAuthorizing
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus
from pasarela.core.payments.waiting import PayWaiting
from pasarela.web.checkout.addresses import origin_of
from pasarela.web.checkout.alerts import Alert, alert
from pasarela.web.checkout.forms import Forms, NotOurForm, browser_of, new_browser, posted
from pasarela.web.checkout.pages import Pages
from pasarela.web.checkout.payer_browser import browser_facts
from pasarela.web.checkout.ports import Desk
from pasarela.web.checkout.visit import NothingHere, Visit, Visits

PAGE = "redirect/"
RETURN = "redirect/return"
CARD_PAGE = "card_capture"
RETURNED = "returned"
"""The query of a payer who has been at his bank: he is not sent there again by himself."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verbs:
    """`core.authentication`'s; the errors are its own and `core.payments`'."""

    start: Callable[[Caller, StartAuthentication], Awaitable[Challenge | Payment]]
    conclude: Callable[[Caller, str], Awaitable[Payment]]
    latest: Callable[[int, str], Awaitable[Authentication | None]]


@dataclass(frozen=True, slots=True)
class StartPageValues:
    """What the template of the page before the bank's reads."""

    action: str
    state: str
    alert: Alert | None = None


class ThreeDsPages:
    """`root_url` is where the outside finds the dialect's addresses."""

    def __init__(self, desk: Desk, verbs: Verbs, root_url: str) -> None:
        self._pages = Pages(https=desk.base_url.startswith("https:"))
        self._visits = Visits(desk, self._pages)
        self._forms = Forms(desk.form_key)
        self._clock = desk.clock
        self._verbs = verbs
        self._root_url = root_url

    async def start(
        self, request: Request, caller: Caller, payment: Payment, command: PayWaiting, fields: Mapping[str, str]
    ) -> Payment | Response:
        """A card that was typed on the card page: the payment, or the way to the bank."""
        visit = await self._visits.of(request)
        started = await self._started(visit, caller, payment, fields, command)
        return self._to_bank(visit, started) if isinstance(started, Challenge) else started

    async def redirect(self, request: Request, caller: Caller, payment: Payment) -> Response:
        """GET shows what is to be done next; POST asks the bank. Raises `NothingHere`."""
        if payment.confirm not in {ConfirmBy.PAGE, ConfirmBy.THREE_D_SECURE}:
            raise NothingHere
        visit = await self._visits.of(request)
        if request.method == "POST":
            return await self._ask(visit, caller, payment)
        if payment.status is PaymentStatus.AUTHORIZING:
            return self._processing(visit)
        if not self._visits.can_be_paid(visit):
            return self._ended(visit)
        last = await self._verbs.latest(payment.tenant_id, payment.payment_id)
        if last is None:
            raise NothingHere
        if RETURNED in request.query_params or last.status in {AuthenticationStatus.ASKED, AuthenticationStatus.ENDED}:
            if self._still(last):
                return self._processing(visit)
        elif last.challenge is not None and self._still(last):
            return self._to_bank(visit, last.challenge)
        return self._begin(visit, card_is_known=last.status is AuthenticationStatus.PREPARED)

    async def come_back(self, request: Request, caller: Caller, payment: Payment) -> Response:
        """The bank's page has sent the browser back. What it brings can't be trusted and is not needed."""
        visit = await self._visits.of(request)
        try:
            return self._ended(replace(visit, payment=await self._verbs.conclude(caller, payment.payment_id)))
        except PaymentDeclined as declined:
            return self._declined(replace(visit, payment=declined.payment))
        except (NotInState, StillAuthorizing, OutcomeUnknown):
            return self._ended(await self._visits.again(visit))

    async def _ask(self, visit: Visit, caller: Caller, payment: Payment) -> Response:
        if not self._visits.can_be_paid(visit):
            return self._ended(visit)
        try:
            fields = await posted(visit.request)
            self._forms.opened(visit.request, fields, _about(payment))
        except NotOurForm as error:
            _log.info("a form of 3-D Secure was not taken", payment_id=payment.payment_id, reason=str(error))
            return self._begin(visit, 403, alert(visit.texts, "not_charged", "form_again"))
        try:
            started = await self._started(visit, caller, payment, fields, None)
        except PaymentDeclined as declined:
            return self._declined(replace(visit, payment=declined.payment))
        except NothingToAuthenticate:
            raise NothingHere from None
        except StillAuthenticating:
            return self._processing(visit)
        except (NotInState, StillAuthorizing, OutcomeUnknown):
            return self._ended(await self._visits.again(visit))
        if isinstance(started, Challenge):
            return self._to_bank(visit, started)
        return self._ended(replace(visit, payment=started))

    async def _started(
        self, visit: Visit, caller: Caller, payment: Payment, fields: Mapping[str, str], pay: PayWaiting | None
    ) -> Challenge | Payment:
        return_url = f"{self._root_url}/v1/{caller.account}/charges/{payment.payment_id}/{RETURN}"
        browser = browser_facts(visit.request, fields)
        return await self._verbs.start(caller, StartAuthentication(payment.payment_id, browser, return_url, pay))

    def _still(self, last: Authentication) -> bool:
        """Whether something is still to be waited for: the bank, its payer, or what becomes of the payment."""
        if last.status is AuthenticationStatus.ENDED:
            return last.result is not None and not last.abandoned
        return last.expires_at > self._clock.now(last.tenant_id)

    def _declined(self, visit: Visit) -> Response:
        """To the card page while the payer has tries left, which says why this one failed."""
        if visit.payment.status is PaymentStatus.PENDING:
            return self._pages.sent_to(f"{visit.path}/{CARD_PAGE}")
        return self._ended(visit)

    def _ended(self, visit: Visit) -> Response:
        """Back to the shop, which reads how it ended; or on waiting, while that is not known."""
        status = visit.payment.status
        if status is PaymentStatus.AUTHORIZING or (status is PaymentStatus.PENDING and self._visits.can_be_paid(visit)):
            return self._pages.sent_to(f"{visit.path}/{PAGE}?{RETURNED}")
        return self._pages.sent_to(visit.back) if visit.back is not None else self._visits.standing(visit)

    def _processing(self, visit: Visit) -> Response:
        return self._visits.processing(visit, f"{visit.path}/{PAGE}?{RETURNED}")

    def _begin(
        self, visit: Visit, status: int = 200, told: Alert | None = None, *, card_is_known: bool = False
    ) -> Response:
        """The page whose form asks the bank."""
        if visit.payment.confirm is not ConfirmBy.THREE_D_SECURE and not card_is_known:
            return self._pages.sent_to(f"{visit.path}/{CARD_PAGE}")
        browser = browser_of(visit.request) or new_browser()
        state = self._forms.seal({"about": _about(visit.payment)}, browser)
        page = StartPageValues(f"{visit.path}/{PAGE}", state, told)
        response = self._pages.page(
            visit.request, "identity_start.html", status, visit.form_targets, **(visit.values() | {"page": page})
        )
        self._pages.remember(response, browser, visit.path)
        return response

    def _to_bank(self, visit: Visit, challenge: Challenge) -> Response:
        """The page whose form goes to the bank."""
        origin = origin_of(challenge.acs_url)
        targets = () if origin is None else (origin,)
        values = visit.values() | {"challenge": challenge, "session": ""}
        return self._pages.page(
            visit.request, "identity_challenge.html", 200, (*targets, *visit.form_targets), **values
        )


def _about(payment: Payment) -> str:
    return f"3ds/{payment.tenant_id}/{payment.payment_id}"
