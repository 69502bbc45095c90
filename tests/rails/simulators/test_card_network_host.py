"""The simulated network as strangers meet it: over TCP, unsigned-on, with nonsense."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from pasarela.kernel.ids import seeded
from pasarela.rails.contract import Approved
from pasarela.rails.iso8583.frames import framed
from pasarela.rails.iso8583.message import Message
from tests.rails.card_world import CardWorld, card_world, until
from tests.rails.wire_samples import SALE


@pytest.fixture
async def served() -> AsyncIterator[CardWorld]:
    async with card_world("tcp") as world:
        yield world


class Stranger:
    """A client made of sockets."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> Message:
        size = int.from_bytes(await self.reader.readexactly(2), "big")
        return Message.decode(await self.reader.readexactly(size))

    async def hung_up_on(self) -> bool:
        with contextlib.suppress(ConnectionResetError):
            await self.reader.read()
        return True


async def stranger(world: CardWorld) -> Stranger:
    server = await world.network.serve("127.0.0.1", 0)
    return Stranger(*await asyncio.open_connection(*server.sockets[0].getsockname()))


def manage(code: str) -> bytes:
    return Message("0800", {"7": "1121025200", "11": "000001", "70": code}).frame()


async def test_nothing_is_decided_before_sign_on_and_after_sign_off(served: CardWorld) -> None:
    client = await stranger(served)
    codes = []
    for message in (
        Message("0200", dict(SALE)).frame(),
        manage("001"),
        Message("0200", dict(SALE)).frame(),
        manage("301"),
        manage("999"),
        manage("002"),
        Message("0200", {**SALE, "11": "000999"}).frame(),
    ):
        await client.send(message)
        codes.append((await client.answer()).get("39"))

    assert codes == ["91", "00", "00", "00", "12", "00", "91"]
    assert len(served.network.snapshot()) == 1
    client.writer.close()


async def test_a_message_byte_by_byte_is_a_message(served: CardWorld) -> None:
    client = await stranger(served)

    for byte in manage("001"):
        await client.send(bytes([byte]))

    assert (await client.answer()).get("39") == "00"
    client.writer.close()


async def test_a_type_that_no_host_answers_is_counted(served: CardWorld) -> None:
    client = await stranger(served)

    await client.send(manage("001") + Message("0210", dict(SALE)).frame() + manage("301"))

    assert [(await client.answer()).mti for _ in range(2)] == ["0810", "0810"]
    assert served.network.counts.unsupported == 1
    client.writer.close()


async def test_random_bytes_never_kill_the_host(served: CardWorld) -> None:
    noise = seeded("noise for the host")
    for n in range(60):
        client = await stranger(served)
        data = noise.randbytes(noise.randrange(1, 200))
        await client.send(noise.choice([data, framed(data + bytes(12)), manage("001") + framed(b"0200" + data * 2)]))
        if n % 2:
            client.writer.write(b"\xff" * 10_000)  # ends whatever frame the noise began, and begins an impossible one
            assert await client.hung_up_on()
        client.writer.close()

    assert served.network.counts.malformed > 0
    assert served.rail.counts.signed_on == 1
    assert isinstance(await served.rail.authorise(served.sale()), Approved)


async def test_stop_closes_what_is_open(served: CardWorld) -> None:
    client = await stranger(served)
    await client.send(manage("001"))
    await client.answer()

    await served.network.stop()

    assert await client.hung_up_on()
    await until(lambda: not served.rail.connected)
    client.writer.close()


async def test_an_answer_due_after_the_client_has_gone_is_dropped(served: CardWorld) -> None:
    served.faults.modes.append("delay:60000")
    client = await stranger(served)
    await client.send(manage("001") + Message("0200", dict(SALE)).frame())
    await until(lambda: len(served.network.snapshot()) == 1)

    client.writer.close()

    assert isinstance(await served.rail.authorise(served.sale()), Approved)
