"""The control plane's whole surface: what stands under `/sandbox/v1`."""

from __future__ import annotations

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pasarela.control.answers import ControlRefusal, answer, refusal, refused
from pasarela.control.calls import Calls
from pasarela.control.clock import Clock
from pasarela.control.events import Events
from pasarela.control.faults import Faults
from pasarela.control.issuing import IssuedCards
from pasarela.control.ledger import Ledger
from pasarela.control.messages import Messages
from pasarela.control.money_in import MoneyIn
from pasarela.control.phone_calls import PhoneCalls
from pasarela.control.plane import ControlPlane
from pasarela.control.reviews import Reviews
from pasarela.control.risk import Risk
from pasarela.control.settlements import Settlements
from pasarela.control.spei import Spei
from pasarela.control.state import State

_log = structlog.get_logger(__name__)


def control_app(plane: ControlPlane) -> Starlette:
    """The control plane as an ASGI application, to be mounted at `/sandbox/v1` behind its guard."""
    clock, faults, calls, risk, state = Clock(plane), Faults(plane), Calls(plane), Risk(plane), State(plane)
    reviews = Reviews(plane)
    events, ledger, spei = Events(plane), Ledger(plane), Spei(plane)
    money_in, settlements, issued = MoneyIn(plane), Settlements(plane), IssuedCards(plane)
    routes = [
        Route("/", _index, methods=["GET"]),
        Route("/clock", clock.show, methods=["GET"]),
        Route("/clock", clock.move, methods=["POST"]),
        Route("/faults", faults.index, methods=["GET"]),
        Route("/faults", faults.add, methods=["POST"]),
        Route("/faults", faults.clear, methods=["DELETE"]),
        Route("/ledger/verify", ledger.verify, methods=["GET"]),
        Route("/requests", calls.index, methods=["GET"]),
        Route("/requests/{request_id}", calls.show, methods=["GET"]),
        Route("/events", events.index, methods=["GET"]),
        Route("/messages", Messages(plane).index, methods=["GET"]),
        Route("/stores/payments", money_in.store_payment, methods=["POST"]),
        Route("/wallets/{charge_id}/approve", money_in.approve, methods=["POST"]),
        Route("/wallets/{charge_id}/reject", money_in.reject, methods=["POST"]),
        Route("/ivr/{charge_id}/calls", PhoneCalls(plane).call, methods=["POST"]),
        Route("/stock", issued.stock, methods=["GET"]),
        Route("/cards/{card_id}/secrets", issued.secrets, methods=["GET"]),
        Route("/outcomes", state.outcomes, methods=["GET"]),
        Route("/risk/limits", risk.limits, methods=["GET"]),
        Route("/risk/limits", risk.set_limit, methods=["POST"]),
        Route("/risk/lists", risk.lists, methods=["GET"]),
        Route("/risk/lists", risk.change_list, methods=["POST"]),
        Route("/risk/explain", risk.explain, methods=["POST"]),
        Route("/risk/reviews", reviews.index, methods=["GET"]),
        Route("/risk/reviews/{payment_id}/release", reviews.release, methods=["POST"]),
        Route("/risk/reviews/{payment_id}/decline", reviews.decline, methods=["POST"]),
        Route("/settlements", settlements.index, methods=["GET"]),
        Route("/settlements", settlements.put, methods=["POST"]),
        Route("/settlements", settlements.drop, methods=["DELETE"]),
        Route("/spei/deposits", spei.deposit, methods=["POST"]),
        Route("/spei/orders/{order_id}/settle", spei.settle, methods=["POST"]),
        Route("/spei/orders/{order_id}/return", spei.give_back, methods=["POST"]),
        Route("/reset", state.reset, methods=["POST"]),
    ]
    methods: dict[str, set[str]] = {}
    for route in routes:
        methods.setdefault(route.path, set()).update((route.methods or set()) - {"HEAD"})

    async def wrong_method(request: Request, _error: Exception) -> Response:
        path = request.url.path.removeprefix(request.scope["root_path"])
        allowed = sorted(methods.get(path, {"GET"}))
        message = f"{request.method} is not answered here"
        told = refusal(ControlRefusal(405, "wrong_method", message, fix=f"use {', '.join(allowed)}"))
        told.headers["Allow"] = ", ".join(allowed)
        return told

    return Starlette(
        routes=routes,
        exception_handlers={ControlRefusal: refused, 404: _no_such_call, 405: wrong_method, Exception: _failed},
    )


async def _index(request: Request) -> Response:
    """What can be called: so that a lost visitor finds the way."""
    calls = [
        f"{method} {request.scope['root_path']}{route.path}"
        for route in request.app.routes
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    return answer({"calls": calls[1:]})


async def _no_such_call(request: Request, _error: Exception) -> Response:
    message = f"{request.url.path} is no call of the control plane"
    return refusal(ControlRefusal(404, "not_found", message, fix="GET /sandbox/v1/ lists its calls"))


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("a control call failed", path=request.url.path, exc_info=error)
    return refusal(ControlRefusal(500, "failed", "this call failed; the log of the sandbox says why"))
