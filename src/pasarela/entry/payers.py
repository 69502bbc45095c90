"""The rails by which payers come by themselves, as a process has them, and what hears of them in the core.

`/payers/{stores,wallets,ivr}/{kind}` is where real networks knock; the door decides nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pasarela.core.payments.callers import Callers
from pasarela.core.payments.phone_calls import SOURCE as CALLS
from pasarela.core.payments.phone_calls import PhoneCalls
from pasarela.core.payments.tills import SOURCE as CASH
from pasarela.core.payments.tills import Tills
from pasarela.core.payments.wallet_answers import SOURCE as ANSWERS
from pasarela.core.payments.wallet_answers import WalletAnswers
from pasarela.entry.core_parts import CoreParts, Plumbing
from pasarela.infra.inbox import MessageHandler
from pasarela.rails.payers import (
    PhoneCall,
    PhoneRail,
    StorePayment,
    StoreRail,
    TillQuestion,
    TillRefusal,
    WalletAnswer,
    WalletRail,
)

MOUNT = "/payers"
BODY_BYTES_MAX = 64 * 1024

Received = Callable[[str, str | None, bytes], Awaitable[tuple[int, bytes]]]
"""The path's last word, the Authorization header and the body; status and body of the answer."""


class Till(Protocol):
    """A simulated store, as far as somebody outside may tell it what to do; likewise the other two."""

    async def pay(self, question: TillQuestion) -> StorePayment | TillRefusal: ...


class Wallet(Protocol):
    async def answer(self, answer: WalletAnswer) -> None: ...


class Phone(Protocol):
    async def call(self, call: PhoneCall) -> None: ...


@dataclass(frozen=True, slots=True)
class SimulatedWorld:
    """Who stands behind the rails in a sandbox."""

    till: Till
    wallet: Wallet
    phone: Phone


@dataclass(frozen=True, slots=True)
class Payers:
    """The rails; in a sandbox who is behind them, and in production the doors where their networks knock."""

    stores: StoreRail
    wallets: WalletRail
    phone: PhoneRail
    world: SimulatedWorld | None = None
    doors: Mapping[str, Received] = field(default_factory=dict)


class PayerParts:
    """What hears of payers, built once for one process."""

    def __init__(self, on: Plumbing, core: CoreParts, payers: Payers) -> None:
        payments, callers = core.payments, Callers(core.tenants.queries)
        self.tills = Tills(on.database, payers.stores, on.inbox, core.collect, core.customers.queries, on.clock)
        self.wallet_answers = WalletAnswers(payers.wallets, on.inbox, core.collect, payments.decline_waiting, on.clock)
        self.phone_calls = PhoneCalls(
            payers.phone,
            on.inbox,
            core.vault.create_token,
            payments.pay_waiting,
            payments.fail_waiting,
            payments.queries,
            callers,
            on.ids,
        )

    def arrivals(self) -> Mapping[str, MessageHandler]:
        """The handlers of what they stored, by source."""
        return {CASH: self.tills.handle, ANSWERS: self.wallet_answers.handle, CALLS: self.phone_calls.handle}


class PayersDoor:
    """The ASGI application."""

    def __init__(self, doors: Mapping[str, Received]) -> None:
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        _, _, below = request.url.path.rstrip("/").rpartition(f"{MOUNT}/")
        rail, _, kind = below.partition("/")
        if rail not in self._doors:
            return Response(status_code=404)
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES_MAX:
                return Response(status_code=413)
        status, told = await self._doors[rail](kind, request.headers.get("authorization"), bytes(body))
        return Response(told, status, media_type="application/json")
