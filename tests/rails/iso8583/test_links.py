"""Both kinds of byte stream keep the same promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pasarela.rails.iso8583.links import Link, TcpLink, pipe, tcp
from tests.rails.card_world import Transport, until


class Ear:
    """Keeps what it hears."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.chunks: list[bytes] = []
        self.ends = 0

    @property
    def heard(self) -> bytes:
        return b"".join(self.chunks)

    def received(self, data: bytes) -> None:
        self.chunks.append(data)

    def lost(self) -> None:
        self.ends += 1


@asynccontextmanager
async def joined(transport: Transport) -> AsyncIterator[tuple[Ear, Ear]]:
    near: list[Ear] = []
    far: list[Ear] = []

    def at_near(link: Link) -> Ear:
        near.append(Ear(link))
        return near[0]

    def at_far(link: Link) -> Ear:
        far.append(Ear(link))
        return far[0]

    if transport == "in_process":
        pipe(at_near, at_far)
        yield near[0], far[0]
        return
    server = await asyncio.get_running_loop().create_server(lambda: TcpLink(at_far, throttle=True), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    await tcp(host, port)(at_near)
    await until(lambda: bool(far))
    yield near[0], far[0]
    near[0].link.close()
    server.close()
    await until(lambda: far[0].ends == 1)


async def test_bytes_arrive_in_order_and_together(transport: Transport) -> None:
    async with joined(transport) as (near, far):
        near.link.write(b"one ")
        near.link.write(b"two")
        assert far.chunks == []

        await until(lambda: bool(far.heard))
        far.link.write(b"three")
        await until(lambda: bool(near.heard))

        assert (far.chunks, near.chunks) == ([b"one two"], [b"three"])


@pytest.mark.parametrize("closer", ["near", "far"])
async def test_each_end_hears_of_the_end_once_and_of_all_that_went_before(transport: Transport, closer: str) -> None:
    async with joined(transport) as (near, far):
        ends = {"near": near, "far": far}
        one = ends.pop(closer)
        other = next(iter(ends.values()))

        one.link.write(b"last words")
        one.link.close()
        one.link.close()
        one.link.write(b"from beyond")

        await until(lambda: one.ends == 1 and other.ends == 1)
        other.link.write(b"too late")
        other.link.close()
        assert (other.heard, one.heard) == (b"last words", b"")
    assert (one.ends, other.ends) == (1, 1)


async def test_a_host_reads_no_further_while_its_peer_takes_no_answers() -> None:
    heard, sent = 0, 0
    full = asyncio.Event()

    class Parrot:
        """Answers everything fifty times over."""

        def __init__(self, link: Link) -> None:
            self.link = link

        def received(self, data: bytes) -> None:
            nonlocal heard
            heard += len(data)
            self.link.write(data * 50)

        def lost(self) -> None:
            pass

    class Watched(TcpLink):
        def pause_writing(self) -> None:
            super().pause_writing()
            full.set()

    server = await asyncio.get_running_loop().create_server(lambda: Watched(Parrot, throttle=True), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1024)
    while not full.is_set():
        writer.write(bytes(1024))
        sent += 1024
        await asyncio.sleep(0)
    heard_when_full = heard
    writer.write(bytes(1024))
    sent += 1024
    for _ in range(50):
        await asyncio.sleep(0)
    assert heard == heard_when_full

    while heard < sent:
        assert await reader.read(65536)
    writer.transport.abort()
    server.close()
    await server.wait_closed()


async def test_nobody_there_is_an_os_error() -> None:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    server.close()
    await server.wait_closed()

    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await tcp(host, port)(Ear)
