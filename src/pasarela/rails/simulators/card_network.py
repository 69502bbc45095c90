"""A card network in a box: speaks ISO 8583 in this process or over TCP, carries the issuer's answers.

Both ways carry the same bytes. An answer may come at once, late, twice or never, as the issuer decided; a
stream that brings anything but messages is closed, and no other stream notices. It decides nothing about
payments.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from pasarela.kernel.ids import RandomBits, seeded
from pasarela.rails.contract import FaultPlan, Trace
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.frames import FrameReader
from pasarela.rails.iso8583.links import Accept, Link, TcpLink, pipe
from pasarela.rails.iso8583.message import Message
from pasarela.rails.simulators.book import Book, Entry
from pasarela.rails.simulators.issuer import Decision, Issuer
from pasarela.rails.simulators.outcomes import Delivery
from pasarela.rails.simulators.points import PointsBook

_log = structlog.get_logger(__name__)
_NOT_SIGNED_ON = "91"
_UNKNOWN_CODE = "12"


@dataclass(slots=True)
class NetworkCounts:
    """What came in: messages, those of a type that no host answers, and streams closed for what they brought."""

    messages: int = 0
    unsupported: int = 0
    malformed: int = 0


class _Stream:
    """One client's connection."""

    def __init__(
        self,
        link: Link,
        issuer: Issuer,
        late_s: float,
        counts: NetworkCounts,
        on_end: Callable[[_Stream], None],
    ) -> None:
        self._link = link
        self._issuer = issuer
        self._late_s = late_s
        self._counts = counts
        self._on_end = on_end
        self._frames = FrameReader()
        self._signed_on = False
        self._ended = False
        self._timers: set[asyncio.TimerHandle] = set()

    def received(self, data: bytes) -> None:
        try:
            for frame in self._frames.feed(data):
                if self._ended:
                    return
                self._take(Message.decode(frame))
        except Malformed as error:
            self._counts.malformed += 1
            _log.warning("card_network_simulator.malformed", reason=str(error))
            self.close()

    def lost(self) -> None:
        if self._ended:
            return
        self._ended = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._on_end(self)

    def close(self) -> None:
        self.lost()
        self._link.close()

    def _take(self, message: Message) -> None:
        self._counts.messages += 1
        if message.mti == "0800":
            self._link.write(message.answer(self._managed(message)).frame())
        elif message.mti not in f.ANSWER_OF:
            self._counts.unsupported += 1
        elif self._signed_on:
            self._deliver(self._issuer.decide(message))
        else:
            self._link.write(message.answer(_NOT_SIGNED_ON).frame())

    def _managed(self, message: Message) -> str:
        match message.get(f.NETWORK_CODE):
            case f.SIGN_ON:
                self._signed_on = True
            case f.SIGN_OFF:
                self._signed_on = False
            case f.ECHO:
                pass
            case _:
                return _UNKNOWN_CODE
        return "00"

    def _deliver(self, decision: Decision) -> None:
        answer, delivery, delay_ms = decision
        match delivery:
            case Delivery.NOW:
                self._link.write(answer.frame())
            case Delivery.TWICE:
                self._link.write(answer.frame() * 2)
            case Delivery.DROP:
                self.close()
            case Delivery.LATE:
                self._deliver_in(self._late_s, answer)
            case Delivery.DELAYED:
                self._deliver_in(delay_ms / 1000, answer)
            case Delivery.NEVER:
                pass

    def _deliver_in(self, seconds: float, answer: Message) -> None:
        def deliver() -> None:
            self._timers.discard(timer)
            self._link.write(answer.frame())

        timer = asyncio.get_running_loop().call_later(seconds, deliver)
        self._timers.add(timer)


class CardNetworkSimulator:
    """A network with one issuer behind it. `randomness` makes authorisation codes, seeded where runs must
    repeat.

    `late_s` is how late a late approval comes: longer than clients wait. `book_size` bounds what the issuer
    keeps.
    """

    def __init__(
        self,
        randomness: RandomBits | None = None,
        faults: FaultPlan | None = None,
        *,
        late_s: float = 6.0,
        book_size: int = 20_000,
    ) -> None:
        self._book = Book(book_size)
        self._points = PointsBook()
        self._issuer = Issuer(self._book, randomness or seeded(secrets.token_hex()), faults, self._points)
        self._late_s = late_s
        self._streams: set[_Stream] = set()
        self._servers: list[asyncio.Server] = []
        self.counts = NetworkCounts()

    async def dial(self, accept: Accept) -> Link:
        """Opens a stream inside this process: what a rail takes as its `Dial`."""
        return pipe(accept, self._accept)

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listens on TCP; port 0 takes a free one. The server is returned for its address; `stop` closes it."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: TcpLink(self._accept, throttle=True), host, port)
        self._servers.append(server)
        return server

    async def stop(self) -> None:
        """Closes servers and streams; answers not yet delivered never are."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.close()
        self.hang_up()
        for server in servers:
            await server.wait_closed()

    def hang_up(self) -> None:
        """Breaks all streams, as a network does that fails; clients may dial again."""
        for stream in list(self._streams):
            stream.close()

    def snapshot(self) -> tuple[Entry, ...]:
        """All that the issuer remembers, without card numbers."""
        return self._book.entries()

    def entry(self, trace: Trace) -> Entry | None:
        """What the issuer remembers of the message with this trace."""
        return self._book.get((trace.rrn, trace.stan))

    def forget(self) -> None:
        """Empties the book, as a restart does; every card has its first points again."""
        self._book.clear()
        self._points.forget()

    def _accept(self, link: Link) -> _Stream:
        stream = _Stream(link, self._issuer, self._late_s, self.counts, self._streams.discard)
        self._streams.add(stream)
        return stream
