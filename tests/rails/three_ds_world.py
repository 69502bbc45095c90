"""A 3DS server, a directory and an issuer, in one process or over HTTP with the same bytes, and what tests ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.kernel.browser import Browser, Screen
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.ids import IdSource, seeded
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from pasarela.rails.authentication import AuthenticationRequest, AuthenticationResult, Challenge
from pasarela.rails.contract import Acceptor
from pasarela.rails.emv3ds.eci import ENROLLED
from pasarela.rails.simulators.acs import AcsSimulator
from pasarela.rails.simulators.directory import DirectorySimulator
from pasarela.rails.three_ds.exchange import Exchange, HttpExchange
from pasarela.rails.three_ds.server import ThreeDsServer
from pasarela.rails.three_ds.settings import ThreeDsSettings
from tests.fakes.stopped_clock import StoppedClock

Transport = Literal["in_process", "http"]
Handler = Callable[[bytes], Awaitable[bytes]]

RETURN_URL = "https://pay.example/return"
ACS_URL = "https://bank.example/challenge"
BROWSER = Browser("text/html", "Tests/1", "es-MX", "192.0.2.7", Screen(1080, 1920, 24, 360))


@dataclass
class Listener(list[AuthenticationResult]):
    """What the core would hear; `knows` says whether it is about anything of ours."""

    knows: bool = True

    async def __call__(self, result: AuthenticationResult) -> bool:
        self.append(result)
        return self.knows


@dataclass
class ThreeDsWorld:
    """`wire` holds every message that passed, in its order."""

    server: ThreeDsServer
    acs: AcsSimulator
    directory: DirectorySimulator
    clock: StoppedClock
    ids: IdSource
    heard: Listener
    wire: list[dict[str, Any]] = field(default_factory=list)
    codes: list[tuple[str, str, str]] = field(default_factory=list)

    def request(self, pan: str, **changes: Any) -> AuthenticationRequest:
        values: dict[str, Any] = {
            "server_trans_id": self.ids.uuid(),
            "acceptor": Acceptor("mzdtln0bmtms6o3kck8f", "Tienda Peña"),
            "card": CardData(Secret(pan), "Juan Pérez", Expiry(2029, 12)),
            "amount": Money(10_050, Currency.MXN),
            "browser": BROWSER,
            "return_url": RETURN_URL,
            "at": datetime(2026, 11, 21, 12, 30, 15, tzinfo=UTC),
        }
        return AuthenticationRequest(**(values | changes))

    async def result(self, pan: str) -> AuthenticationResult:
        answer = await self.server.authenticate(self.request(pan))
        assert isinstance(answer, AuthenticationResult)
        return answer

    async def challenge(self, pan: str) -> Challenge:
        answer = await self.server.authenticate(self.request(pan))
        assert isinstance(answer, Challenge)
        return answer

    def kinds(self) -> list[str]:
        return [message["messageType"] for message in self.wire]


@asynccontextmanager
async def three_ds_world(
    database: Database, transport: Transport, timeout_s: float = 30.0, faults: Any = None
) -> AsyncIterator[ThreeDsWorld]:
    async with AsyncExitStack() as stack:
        clock, seen, codes = StoppedClock(), [], []

        def tapped(handler: Handler) -> Handler:
            async def passed(message: bytes) -> bytes:
                seen.append(json.loads(message))
                answer = await handler(message)
                seen.append(json.loads(answer))
                return answer

            return passed

        async def reached(handler: Handler) -> Exchange:
            if transport == "in_process":
                return handler
            exchange = HttpExchange(await stack.enter_async_context(serving(handler)), timeout_s)
            stack.push_async_callback(exchange.close)
            return exchange

        async def keep(message_id: str, recipient: str, text: str) -> None:
            codes.append((message_id, recipient, text))

        ids = IdSource(clock, seeded("3ds"))
        acs = AcsSimulator(database, DueWork(), clock, ids, ACS_URL, keep)
        heard = Listener()
        later: list[Exchange] = []

        async def tell(message: bytes) -> bytes:
            return await later[0](message)

        directory = DirectorySimulator(acs, tell, ids, faults)
        way = await reached(tapped(directory.received))
        settings = ThreeDsSettings("https://pay.example/3ds/results", "https://pay.example", timeout_s=timeout_s)
        server = ThreeDsServer(dict.fromkeys(ENROLLED, way), settings)
        server.on_result(heard)
        later.append(await reached(tapped(server.received)))
        yield ThreeDsWorld(server, acs, directory, clock, ids, heard, seen, codes)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """The handler on a port of this machine; its address."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            answer = await handler(await reader.readexactly(length))
            head_back = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(answer)
            writer.write(head_back + answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has hung up
        finally:
            writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/3ds"
    finally:
        server.close()
