"""A card rail and the network that it talks to, in one process or over TCP, with everything that tests ask of both.

Nothing here measures time: whoever waits, waits for something that happens.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.ids import seeded
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from pasarela.rails.card_network.rail import CardNetworkRail
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import (
    Acceptor,
    Answer,
    CardAuthorization,
    CardCompletion,
    CardPurpose,
    CardRefund,
    CardReversal,
    Trace,
)
from pasarela.rails.iso8583.frames import FrameReader
from pasarela.rails.iso8583.links import Accept, Dial, Link, Receiver, pipe, tcp
from pasarela.rails.iso8583.message import Message
from pasarela.rails.simulators.book import Entry
from pasarela.rails.simulators.card_network import CardNetworkSimulator

Transport = Literal["in_process", "tcp"]

PAN = "4111111111111111"
CVV = "737"
ACCEPTOR = Acceptor("mzdtln0bmtms6o3kck8f", "Tienda Peña")

PATIENT = CardNetworkSettings(timeout_s=30.0, connect_wait_s=30.0, redial_first_s=0.01, outcome_wishes=True)
IMPATIENT = replace(PATIENT, timeout_s=0.1, redial_longest_s=0.05, reversal_attempts=50)
"""For tests in which an answer doesn't come in time; whatever else is slow is simply asked again."""


class FixedClock:
    """Stands still on an afternoon in Mexico that is already the next day in UTC."""

    def now(self, tenant_id: int | None = None) -> datetime:
        return datetime(2026, 11, 21, 2, 52, 0, 123456, tzinfo=UTC)


class ListedFaults:
    """A fault plan that names the mode of each coming message, then no more."""

    def __init__(self) -> None:
        self.modes: deque[str | None] = deque()
        self.asked: list[str] = []

    def next_fault(self, target: str) -> str | None:
        self.asked.append(target)
        return self.modes.popleft() if self.modes else None


def mxn(minor: int) -> Money:
    return Money(minor, Currency.MXN)


def card(pan: str = PAN, holder_name: str = "Juan Pérez") -> CardData:
    return CardData(Secret(pan), holder_name, Expiry(2029, 12), Secret(CVV))


@dataclass
class CardWorld:
    """The rail under test, the network behind it, what the network shall break, and what came late."""

    rail: CardNetworkRail
    network: CardNetworkSimulator
    faults: ListedFaults
    late: asyncio.Queue[tuple[Trace, Answer]] = field(default_factory=asyncio.Queue)

    async def hear(self, trace: Trace, answer: Answer) -> None:
        self.late.put_nowait((trace, answer))

    def sale(
        self, minor: int = 10050, *, pan: str = PAN, holder: str = "Juan Pérez", outcome: str | None = None
    ) -> CardAuthorization:
        return self._authorization(CardPurpose.SALE, minor, pan, holder, outcome)

    def hold(self, minor: int = 10050, *, pan: str = PAN, outcome: str | None = None) -> CardAuthorization:
        return self._authorization(CardPurpose.AUTHORISATION, minor, pan, "Juan Pérez", outcome)

    def verification(self, pan: str = PAN) -> CardAuthorization:
        return self._authorization(CardPurpose.VERIFICATION, 0, pan, "Juan Pérez", None)

    def _authorization(
        self, purpose: CardPurpose, minor: int, pan: str, holder: str, outcome: str | None
    ) -> CardAuthorization:
        trace = self.rail.new_trace()
        return CardAuthorization(trace, ACCEPTOR, card(pan, holder), mxn(minor), purpose, outcome=outcome)

    def completion(self, original: Trace, minor: int, code: str = "123456") -> CardCompletion:
        return CardCompletion(self.rail.new_trace(), original, ACCEPTOR, card(), mxn(minor), code)

    def refund(self, original: Trace, minor: int, outcome: str | None = None) -> CardRefund:
        return CardRefund(self.rail.new_trace(), original, ACCEPTOR, card(), mxn(minor), outcome)

    def reversal(
        self,
        request: CardAuthorization | CardRefund,
        *,
        timed_out: bool = True,
        repeat: bool = False,
    ) -> CardReversal:
        refund = isinstance(request, CardRefund)
        return CardReversal(
            trace=self.rail.new_trace(),
            original=request.trace,
            acceptor=ACCEPTOR,
            card=request.card,
            amount=request.amount,
            purpose=CardPurpose.SALE if isinstance(request, CardRefund) else request.purpose,
            timed_out=timed_out,
            repeat=repeat,
            refund=refund,
        )

    def entry(self, trace: Trace) -> Entry:
        entry = self.network.entry(trace)
        assert entry is not None, "the issuer remembers it"
        return entry


@asynccontextmanager
async def card_world(
    transport: Transport,
    settings: CardNetworkSettings = PATIENT,
    *,
    late_s: float = 0.0,
    book_size: int = 100_000,
    first_stan: int | None = 1,
) -> AsyncIterator[CardWorld]:
    """A world whose rail is signed on, taken down at the end."""
    faults = ListedFaults()
    network = CardNetworkSimulator(seeded("card network"), faults, late_s=late_s, book_size=book_size)
    dial: Dial = network.dial
    if transport == "tcp":
        server = await network.serve("127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        dial = tcp(host, port)
    world = CardWorld(CardNetworkRail(dial, FixedClock(), settings, first_stan=first_stan), network, faults)
    world.rail.on_late_answer(world.hear)
    await world.rail.start()
    assert world.rail.connected
    try:
        yield world
    finally:
        await world.rail.stop()
        await network.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Lets the event loop turn until `condition` holds."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - most conditions are counts that nobody announces
            await asyncio.sleep(0.001)


class ScriptedHost:
    """A network in a test's hands: notes what arrives and sends what `script` returns, if anything.

    `script` sees every message but sign-on, sign-off and echo, which are agreed to while `agreeable`.
    """

    def __init__(self, script: Callable[[Message], bytes | None] = lambda _: None) -> None:
        self.script = script
        self.agreeable = True
        self.reachable = True
        self.dialled = 0
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        self.managed: list[str | None] = []
        self.link: Link

    async def dial(self, accept: Accept) -> Link:
        self.dialled += 1
        if not self.reachable:
            raise ConnectionRefusedError
        return pipe(accept, self._accept)

    def _accept(self, link: Link) -> Receiver:
        self.link = link
        return _Ear(self, link)

    def take(self, message: Message, link: Link) -> None:
        if message.mti == "0800":
            self.managed.append(message.get("70"))
            answer = message.answer("00").frame() if self.agreeable else None
        else:
            self.received.put_nowait(message)
            answer = self.script(message)
        if answer is not None:
            link.write(answer)

    def rail(self, settings: CardNetworkSettings = PATIENT, first_stan: int | None = 1) -> CardNetworkRail:
        return CardNetworkRail(self.dial, FixedClock(), settings, first_stan=first_stan)


class _Ear:
    def __init__(self, host: ScriptedHost, link: Link) -> None:
        self._host = host
        self._link = link
        self._frames = FrameReader()

    def received(self, data: bytes) -> None:
        for frame in self._frames.feed(data):
            self._host.take(Message.decode(frame), self._link)

    def lost(self) -> None:
        pass


Started = Callable[[CardNetworkRail], Coroutine[None, None, CardNetworkRail]]
