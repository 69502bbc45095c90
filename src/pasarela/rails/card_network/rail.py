"""`CardRail` over ISO 8583: one call, one message, one answer, whatever the network does in between.

Nothing is decided here: a broken connection, silence and nonsense all become `Unknown`, and only reversals,
which are harmless to repeat, are sent more than once. Answers that come after their caller was told `Unknown`
go to those who registered for them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from pasarela.kernel.clock import Clock
from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsUse
from pasarela.rails.card_network import wire
from pasarela.rails.card_network.connection import Connection
from pasarela.rails.card_network.exchanges import Exchange, Exchanges
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.card_network.traces import TraceSource
from pasarela.rails.contract import (
    Answer,
    Approved,
    CardAuthorization,
    CardCompletion,
    CardPointsInquiry,
    CardRefund,
    CardReversal,
    LateAnswer,
    PointsAnswer,
    Trace,
    Unknown,
)
from pasarela.rails.iso8583.links import Dial
from pasarela.rails.iso8583.message import Message

_log = structlog.get_logger(__name__)
_DEFAULTS = CardNetworkSettings()
_NOT_SENT = Unknown(reached=False)
_UNANSWERED = Unknown()


@dataclass(frozen=True, slots=True)
class CardNetworkCounts:
    """What metrics show: requests in flight now, and totals since the process began."""

    in_flight: int
    signed_on: int
    timed_out: int
    late: int
    ignored: int
    malformed: int


class CardNetworkRail:
    """A client of the card network that `dial` reaches. Times come from `clock`; `first_stan` is for tests."""

    def __init__(
        self,
        dial: Dial,
        clock: Clock,
        settings: CardNetworkSettings = _DEFAULTS,
        *,
        first_stan: int | None = None,
    ) -> None:
        self._settings = settings
        self._exchanges = Exchanges(settings, self._too_late)
        self._traces = TraceSource(clock, self._exchanges.in_use, first_stan)
        self._connection = Connection(dial, self._exchanges, self._traces.fresh, settings)
        self._listeners: list[LateAnswer] = []
        self._deliveries: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connects; returns once signed on, or after a short wait when the network is away (it's dialled
        again)."""
        await self._connection.start()

    async def stop(self) -> None:
        """Signs off and ends every wait with `Unknown`; late answers on their way to a listener are waited
        for."""
        await self._connection.stop()
        if self._deliveries:
            await asyncio.wait(self._deliveries)

    @property
    def connected(self) -> bool:
        return self._connection.signed_on

    @property
    def counts(self) -> CardNetworkCounts:
        exchanges, connection = self._exchanges.counts, self._connection.counts
        return CardNetworkCounts(
            in_flight=len(self._exchanges),
            signed_on=connection.signed_on,
            timed_out=exchanges.timed_out,
            late=exchanges.late,
            ignored=exchanges.ignored,
            malformed=connection.malformed,
        )

    def new_trace(self) -> Trace:
        return self._traces.fresh()

    def on_late_answer(self, callback: LateAnswer) -> None:
        self._listeners.append(callback)

    async def authorise(self, request: CardAuthorization) -> Answer:
        message = wire.authorisation(request, self._settings)
        answer = await self._ask(request.trace, message, request.amount)
        if request.points is PointsUse.ONLY and isinstance(answer, Approved) and not _all_in_points(answer):
            return _UNANSWERED  # not what was asked for: to be undone
        return answer

    async def points(self, request: CardPointsInquiry) -> PointsAnswer:
        reply = await self._reply(request.trace, wire.points_inquiry(request, self._settings), request.amount)
        return wire.points_of(reply, request.amount) if isinstance(reply, Message) else reply

    async def complete(self, request: CardCompletion) -> Answer:
        message = wire.completion(request, self._settings)
        return await self._ask(request.trace, message, request.amount)

    async def refund(self, request: CardRefund) -> Answer:
        message = wire.refund(request, self._settings)
        return await self._ask(request.trace, message, request.amount)

    async def reverse(self, request: CardReversal) -> Answer:
        """Sent again as a repeat while nothing answers, as often as the settings say."""
        sent = False
        for _ in range(self._settings.reversal_attempts):
            message = wire.reversal(request, self._settings, repeat=request.repeat or sent)
            answer = await self._ask(request.trace, message, request.amount)
            if not isinstance(answer, Unknown):
                return answer
            if not answer.reached:
                break
            sent = True
        return _UNANSWERED if sent else _NOT_SENT

    async def _ask(self, trace: Trace, message: Message, amount: Money) -> Answer:
        reply = await self._reply(trace, message, amount)
        return wire.answer_of(reply, amount) if isinstance(reply, Message) else reply

    async def _reply(self, trace: Trace, message: Message, amount: Money) -> Message | Unknown:
        if not self._connection.signed_on and not await self._connection.ready():
            return _NOT_SENT
        exchange = self._connection.send(trace, message, amount)
        if exchange is None:
            return _NOT_SENT
        try:
            reply = await exchange.reply
        except asyncio.CancelledError:
            if exchange.reply.done() and not exchange.reply.cancelled():
                self._unheard(exchange)
            raise
        return _UNANSWERED if reply is None else reply

    def _unheard(self, exchange: Exchange) -> None:
        """The caller was cancelled in the moment between its answer and its waking up."""
        reply = exchange.reply.result()
        if reply is not None:
            self._exchanges.late(exchange, reply)

    def _too_late(self, exchange: Exchange, message: Message) -> None:
        if exchange.amount is None:
            return
        answer = wire.answer_of(message, exchange.amount)
        for listener in self._listeners:
            task = asyncio.create_task(_heard(listener, exchange.trace, answer))
            self._deliveries.add(task)
            task.add_done_callback(self._delivered)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        self._deliveries.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # The core's job asks again for every `Unknown`, so nothing is lost with the listener.
            _log.error("card_network.late_answer_not_taken", error=type(task.exception()).__name__)


def _all_in_points(answer: Approved) -> bool:
    return answer.points is not None and answer.points.worth_minor == answer.amount.minor


async def _heard(listener: LateAnswer, trace: Trace, answer: Answer) -> None:
    await listener(trace, answer)
