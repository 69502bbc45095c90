"""The connection to the network: dialled and signed on, tried with an echo when silent, redialled.

One task keeps it, for as long as the rail runs; a request costs no task. A stream that brings anything but
messages is closed, like one that answers no echo. What requests and answers mean is not known here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from pasarela.kernel.money import Money
from pasarela.rails.card_network.exchanges import Exchange, Exchanges
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.card_network.wire import network_management
from pasarela.rails.contract import Trace
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.frames import FrameReader
from pasarela.rails.iso8583.links import Dial, Link
from pasarela.rails.iso8583.message import Message

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ConnectionCounts:
    """How often the network was signed on, and how many streams were closed for what they brought."""

    signed_on: int = 0
    malformed: int = 0


class _Session:
    """One stream from dialling to its end."""

    def __init__(
        self,
        link: Link,
        on_message: Callable[[Message], None],
        on_end: Callable[[], None],
        counts: ConnectionCounts,
    ) -> None:
        self.link = link
        self.heard_at = asyncio.get_running_loop().time()
        self.ended = asyncio.Event()
        self._on_message = on_message
        self._on_end = on_end
        self._counts = counts
        self._frames = FrameReader()

    def received(self, data: bytes) -> None:
        if self.ended.is_set():
            return
        self.heard_at = asyncio.get_running_loop().time()
        try:
            for frame in self._frames.feed(data):
                self._take(Message.decode(frame))
        except Malformed as error:
            self._counts.malformed += 1
            _log.warning("card_network.malformed", reason=str(error))
            self.close()

    def _take(self, message: Message) -> None:
        if message.mti == "0800":
            self.link.write(message.answer("00").frame())
        else:
            self._on_message(message)

    def lost(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self._on_end()

    def close(self) -> None:
        self.lost()
        self.link.close()


class Connection:
    """Keeps the network within reach from `start` to `stop`."""

    def __init__(
        self, dial: Dial, exchanges: Exchanges, new_trace: Callable[[], Trace], settings: CardNetworkSettings
    ) -> None:
        self._dial = dial
        self._exchanges = exchanges
        self._new_trace = new_trace
        self._settings = settings
        self._session: _Session | None = None
        self._signed_on = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self.counts = ConnectionCounts()

    @property
    def signed_on(self) -> bool:
        return self._signed_on.is_set()

    async def start(self) -> None:
        """Begins to connect and waits a moment for it; a network that's away is dialled again until it's
        there."""
        assert self._keeper is None, "not running yet"
        self._keeper = asyncio.create_task(self._keep(), name="card-network")
        self._keeper.add_done_callback(_tell_of_death)
        await self.ready()

    async def stop(self) -> None:
        """Signs off, if there's somebody to sign off from, and ends every wait."""
        if self._keeper is None:
            return
        if self.signed_on:
            self._signed_on.clear()  # nobody sends any more: the network would refuse it
            await self._manage(f.SIGN_OFF)
        self._keeper.cancel()
        await asyncio.wait([self._keeper])
        self._keeper = None
        self._exchanges.close()

    async def ready(self) -> bool:
        """Whether the network is signed on, now or after a short wait."""
        if self.signed_on:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.connect_wait_s):
                await self._signed_on.wait()
        return self.signed_on

    def send(self, trace: Trace, message: Message, amount: Money | None) -> Exchange | None:
        """Sends a request and returns its exchange; `None` when nothing was sent."""
        session = self._session
        if session is None or session.ended.is_set():
            return None
        frame = message.frame()
        exchange = self._exchanges.begin(trace, f.ANSWER_OF[message.mti], amount)
        if exchange is not None:
            session.link.write(frame)
        return exchange

    async def _keep(self) -> None:
        pause = self._settings.redial_first_s
        while True:
            try:
                if await self._connect():
                    pause = self._settings.redial_first_s
                    await self._watch()
            finally:
                if self._session is not None:
                    self._session.close()
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._settings.redial_longest_s)

    async def _connect(self) -> bool:
        try:
            async with asyncio.timeout(self._settings.dial_timeout_s):
                await self._dial(self._accept)
        except OSError as error:
            # `TimeoutError` is one of them.
            _log.warning("card_network.unreachable", reason=type(error).__name__)
            return False
        if not await self._manage(f.SIGN_ON):
            _log.warning("card_network.sign_on_refused")
            return False
        self.counts.signed_on += 1
        self._signed_on.set()
        _log.info("card_network.signed_on")
        return True

    def _accept(self, link: Link) -> _Session:
        self._session = _Session(link, self._exchanges.answered, self._session_ended, self.counts)
        return self._session

    def _session_ended(self) -> None:
        self._signed_on.clear()
        self._exchanges.abandon()

    async def _watch(self) -> None:
        """Returns when the stream has ended or answers no more."""
        session = self._session
        assert session is not None, "only a connection that was made is watched"
        loop = asyncio.get_running_loop()
        while not session.ended.is_set():
            try:
                async with asyncio.timeout_at(session.heard_at + self._settings.echo_after_s):
                    await session.ended.wait()
            except TimeoutError:
                silent = loop.time() - session.heard_at >= self._settings.echo_after_s
                if silent and not await self._manage(f.ECHO):
                    _log.warning("card_network.silent")
                    return
        _log.warning("card_network.lost")

    async def _manage(self, code: str) -> bool:
        """Sends a network management message; whether the network agreed."""
        trace = self._new_trace()
        exchange = self.send(trace, network_management(trace, code), None)
        if exchange is None:
            return False
        answer = await exchange.reply
        return answer is not None and answer.get(f.RESPONSE_CODE) == "00"


def _tell_of_death(keeper: asyncio.Task[None]) -> None:
    """The keeper runs until it's cancelled: anything else is a bug, and without it the rail is cut off."""
    if not keeper.cancelled() and (error := keeper.exception()) is not None:
        _log.error("card_network.keeper_died", exc_info=error)
