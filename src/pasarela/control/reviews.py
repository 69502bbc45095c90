"""`/risk/reviews`: payments that somebody has to look at, and what is decided about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import ControlRefusal, answer, bad_value, instant, not_found
from pasarela.control.bodies import body_as, known_parameters
from pasarela.control.plane import ControlPlane
from pasarela.core.payments.errors import NotInState, OperationDeclined, OutcomeUnknown, UnknownPayment
from pasarela.core.payments.model import Payment

SHOWN_MAX = 100


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """There is nothing to say."""


class Reviews:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._desk = plane.reviews
        self._finder = plane.finder

    async def index(self, request: Request) -> Response:
        """The oldest first."""
        known_parameters(request, "tenant")
        name = request.query_params.get("tenant")
        if not name:
            raise bad_value("tenant", "whose payments?", "add ?tenant=mzdtln0bmtms6o3kck8f")
        tenant = await self._finder.find(name)
        held = await self._desk.in_review(tenant.tenant_id, SHOWN_MAX)
        return answer({"tenant": tenant.account, "reviews": [_told(payment) for payment in held]})

    async def release(self, request: Request) -> Response:
        return await self._decided(request, self._desk.release)

    async def decline(self, request: Request) -> Response:
        return await self._decided(request, self._desk.decline)

    async def _decided(self, request: Request, decide: Callable[[str], Awaitable[Payment]]) -> Response:
        await body_as(Nothing, request)
        payment_id = request.path_params["payment_id"]
        try:
            return answer(_told(await decide(payment_id)))
        except UnknownPayment as refused:
            fix = "GET /sandbox/v1/risk/reviews tells what is held"
            raise not_found(f"the payment {payment_id!r}", fix) from refused
        except NotInState as refused:
            raise ControlRefusal(409, "state", str(refused), fix="read the payment: it was decided about") from refused
        except OperationDeclined as refused:
            raise ControlRefusal(409, "declined", str(refused), fix="it is still held: capture it later") from refused
        except OutcomeUnknown as refused:
            raise ControlRefusal(503, "unknown", str(refused), fix="read the payment in a minute") from refused


def _told(payment: Payment) -> dict[str, object]:
    return {
        "payment": payment.payment_id,
        "status": payment.status.value,
        "amount": payment.amount.text(),
        "currency": payment.amount.currency.code,
        "rules": list(payment.reviewed_for),
        "created_at": instant(payment.created_at),
    }
