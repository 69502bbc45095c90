"""Rails that take the time of what they send: the same rails, seen by `pasarela_rail_message_seconds`."""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from pasarela.infra import metrics
from pasarela.rails.contract import (
    Answer,
    CardAuthorization,
    CardCompletion,
    CardPointsInquiry,
    CardRail,
    CardRefund,
    CardReversal,
    LateAnswer,
    PointsAnswer,
    SpeiAnswer,
    SpeiHeard,
    SpeiOrder,
    SpeiRail,
    SpeiStanding,
    Trace,
)

T = TypeVar("T")

CARD_NETWORK, SPEI = "card_network", "spei"


async def _timed(rail: str, message: Awaitable[T]) -> T:
    """What the rail answers; its kind is the answer's class: `Approved`, `Declined`, `Unknown`, `SpeiAccepted` …"""
    started = perf_counter()
    answer = await message
    metrics.RAIL_MESSAGE_SECONDS.labels(rail, type(answer).__name__).observe(perf_counter() - started)
    return answer


class MeasuredCardRail:
    """A card rail."""

    def __init__(self, rail: CardRail) -> None:
        self._rail = rail

    async def start(self) -> None:
        await self._rail.start()

    async def stop(self) -> None:
        await self._rail.stop()

    def new_trace(self) -> Trace:
        return self._rail.new_trace()

    async def authorise(self, request: CardAuthorization) -> Answer:
        return await _timed(CARD_NETWORK, self._rail.authorise(request))

    async def complete(self, request: CardCompletion) -> Answer:
        return await _timed(CARD_NETWORK, self._rail.complete(request))

    async def refund(self, request: CardRefund) -> Answer:
        return await _timed(CARD_NETWORK, self._rail.refund(request))

    async def points(self, request: CardPointsInquiry) -> PointsAnswer:
        return await _timed(CARD_NETWORK, self._rail.points(request))

    async def reverse(self, request: CardReversal) -> Answer:
        return await _timed(CARD_NETWORK, self._rail.reverse(request))

    def on_late_answer(self, callback: LateAnswer) -> None:
        self._rail.on_late_answer(callback)

    @property
    def connected(self) -> bool:
        return self._rail.connected


class MeasuredSpeiRail:
    """A SPEI rail."""

    def __init__(self, rail: SpeiRail) -> None:
        self._rail = rail

    async def send(self, order: SpeiOrder) -> SpeiAnswer:
        return await _timed(SPEI, self._rail.send(order))

    async def find(self, order: SpeiOrder) -> SpeiStanding:
        return await _timed(SPEI, self._rail.find(order))

    def on_notification(self, callback: SpeiHeard) -> None:
        self._rail.on_notification(callback)
