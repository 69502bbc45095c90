"""A card rail whose network answers as a test's script says, and which keeps the truth: what cards really paid.

The script holds the fates of the messages to come, in their order; a message without one meets `otherwise`, and is
approved unless a test says something else. Whatever the caller hears, `charged` and `held` tell what the network
believes, by the rules of a real one: a message that comes twice counts once, a reversal of something never seen makes
it void, should it come yet; unless `remembers_voids` is switched off.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Money
from pasarela.rails.contract import (
    Answer,
    Approved,
    CardAuthorization,
    CardCompletion,
    CardPointsInquiry,
    CardRefund,
    CardReversal,
    Declined,
    LateAnswer,
    NoPoints,
    PointsAnswer,
    Trace,
    Unknown,
)

Request = CardAuthorization | CardCompletion | CardRefund | CardReversal


class Fate(Enum):
    """What becomes of a message that is not simply answered."""

    NOT_SENT = "not_sent"  # the network is away; the rail knows it
    LOSE_REQUEST = "lose_request"  # never arrives, nobody answers
    LOSE_ANSWER = "lose_answer"  # approved, but the answer comes after its time, or never
    DELAY_REQUEST = "delay_request"  # arrives after its time, perhaps after its reversal
    HANG = "hang"  # approved, and nothing comes back while the caller lives


Script = Fate | Approved | Declined


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that the network has taken. `amount` is what it granted."""

    kind: str
    amount: int
    answer: Answer
    original: Trace | None = None
    reversed: bool = False


def kind_of(request: Request) -> str:
    """`sale`, `authorisation`, `verification`, `completion`, `refund` or `reversal`."""
    match request:
        case CardAuthorization(purpose=purpose):
            return purpose.value
        case CardCompletion():
            return "completion"
        case CardRefund():
            return "refund"
        case CardReversal():
            return "reversal"


class ScriptedRail:
    """The rail and its network in one. `sent` holds every message that left, `late` the answers still under way."""

    def __init__(self) -> None:
        self.script: deque[Script] = deque()
        self.remembers_voids = True
        self.otherwise: Callable[[Request], Script | None] = lambda _: None
        self.sent: list[Request] = []
        self.late: list[tuple[Trace, Answer]] = []
        self.delayed: list[Request] = []
        self.hanging = asyncio.Event()
        self.book: dict[Trace, Entry] = {}
        self.points_told: PointsAnswer = NoPoints()
        self.asked_for_points: list[CardPointsInquiry] = []
        self._listeners: list[LateAnswer] = []
        self._numbers = itertools.count(1)

    def will(self, *fates: Script) -> None:
        """The fates of the next messages."""
        self.script.extend(fates)

    def kinds(self) -> list[str]:
        """What was sent so far, in order."""
        return [kind_of(request) for request in self.sent]

    @property
    def charged(self) -> int:
        """What cards have paid, less what they were given back."""
        signs = {"sale": 1, "completion": 1, "refund": -1}
        return sum(signs.get(one.kind, 0) * one.amount for one in self.book.values() if not one.reversed)

    @property
    def held(self) -> int:
        """What is held on cards and neither cleared nor given back."""
        cleared = {one.original for one in self.book.values() if one.kind == "completion" and not one.reversed}
        return sum(
            one.amount
            for trace, one in self.book.items()
            if one.kind == "authorisation" and not one.reversed and trace not in cleared
        )

    async def deliver_late(self) -> None:
        """What was delayed arrives, and whatever was answered too late is heard now."""
        delayed, self.delayed = self.delayed, []
        for request in delayed:
            answer = self._take(request, None)
            self.late.append((request.trace, answer))
        late, self.late = self.late, []
        for trace, answer in late:
            for listener in self._listeners:
                await listener(trace, answer)

    # The port.

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    @property
    def connected(self) -> bool:
        return True

    def on_late_answer(self, callback: LateAnswer) -> None:
        self._listeners.append(callback)

    def new_trace(self) -> Trace:
        number = next(self._numbers)
        return Trace(f"{number:06d}", f"{number:012d}", datetime.now(UTC).replace(microsecond=0))

    async def authorise(self, request: CardAuthorization) -> Answer:
        return await self._send(request)

    async def complete(self, request: CardCompletion) -> Answer:
        return await self._send(request)

    async def refund(self, request: CardRefund) -> Answer:
        return await self._send(request)

    async def points(self, request: CardPointsInquiry) -> PointsAnswer:
        self.asked_for_points.append(request)
        return self.points_told

    async def reverse(self, request: CardReversal) -> Answer:
        return await self._send(request)

    async def _send(self, request: Request) -> Answer:
        fate = self.script.popleft() if self.script else self.otherwise(request)
        await asyncio.sleep(0)  # as any network, it lets others go on
        if fate is Fate.NOT_SENT:
            return Unknown(reached=False)
        self.sent.append(request)
        match fate:
            case Fate.LOSE_REQUEST:
                return Unknown()
            case Fate.DELAY_REQUEST:
                self.delayed.append(request)
                return Unknown()
            case Fate.LOSE_ANSWER:
                self.late.append((request.trace, self._take(request, None)))
                return Unknown()
            case Fate.HANG:
                self._take(request, None)
                self.hanging.set()
                await asyncio.get_running_loop().create_future()
                raise AssertionError("nothing ends this wait but its caller's end")
            case _:
                return self._take(request, fate)

    def _take(self, request: Request, wish: Approved | Declined | None) -> Answer:
        """The network's side: what it does with a message that has arrived, and what it answers."""
        if isinstance(request, CardReversal):
            return self._reverse(request, wish)
        if isinstance(wish, Declined) and wish.decline is Decline.ISSUER_UNAVAILABLE:
            return wish  # it could not decide, so it may be asked again
        known = self.book.get(request.trace)
        if known is None:
            known = self._decided(request, wish or Approved(f"{len(self.book):06d}", request.amount))
            self.book[request.trace] = known
        if known.reversed:
            return Declined(Decline.DO_NOT_HONOUR, "12")
        return known.answer

    def _decided(self, request: CardAuthorization | CardCompletion | CardRefund, answer: Approved | Declined) -> Entry:
        granted = answer.amount.minor if isinstance(answer, Approved) else 0
        original = None if isinstance(request, CardAuthorization) else request.original
        return Entry(kind_of(request), granted, answer, original)

    def _reverse(self, request: CardReversal, wish: Approved | Declined | None) -> Answer:
        if isinstance(wish, Declined):
            return wish
        if request.original not in self.book and not self.remembers_voids:
            return Approved("", request.amount)
        void = Entry("void", 0, Declined(Decline.DO_NOT_HONOUR, "12"))
        self.book[request.original] = replace(self.book.get(request.original, void), reversed=True)
        return Approved("", request.amount)


def approved(amount: Money, code: str = "00") -> Approved:
    """An approval of just this much: less than was asked for is a partial one, code 10."""
    return Approved("654321", amount, code)


def declined(decline: Decline, code: str = "05") -> Declined:
    return Declined(decline, code)
