"""Posting to a receiver of the test's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from pasarela.infra.egress import PRODUCTION, SANDBOX, EgressRules, Forbidden
from pasarela.infra.http_client import ANSWER_BYTES_MAX, Answered, HttpClient, NoAnswer, NotReached

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(SANDBOX, {"requestb.in"})
    yield client
    await client.close()


@asynccontextmanager
async def receiver(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that keeps what it is sent and says `answer`; nothing but a closed door when that is empty."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        heard.append(head + await reader.readexactly(length))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


def said(status: str, body: bytes = b"", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{more}\r\n".encode() + body


async def test_what_is_sent_and_what_comes_back(client: HttpClient) -> None:
    async with receiver(said("201 Created", b"thanks")) as (at, heard):
        answered = await client.post(
            f"http://{at}/hook?x=1", b'{"a":1}', {"Content-Type": "application/json"}, ("user", "pass")
        )

    assert answered == Answered(201, b"thanks")
    assert answered.is_success
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?x=1 HTTP/1.1"
    assert body == b'{"a":1}'
    assert {"Host: " + at, "Content-Type: application/json", "Authorization: Basic dXNlcjpwYXNz"} <= set(lines)


async def test_a_name_is_resolved_once_and_stays_in_the_host_header(client: HttpClient) -> None:
    async with receiver(said("200 OK")) as (at, heard):
        port = at.partition(":")[2]
        await client.post(f"http://localhost:{port}/", b"", {})

    assert f"Host: localhost:{port}".encode() in heard[0]


async def test_redirects_are_answers(client: HttpClient) -> None:
    async with receiver(said("302 Found", more="location: http://127.0.0.1:1/\r\n")) as (at, heard):
        answered = await client.post(f"http://{at}/", b"", {})

    assert (answered.status, answered.is_success, len(heard)) == (302, False, 1)


async def test_only_the_beginning_of_an_answer_is_read(client: HttpClient) -> None:
    async with receiver(said("200 OK", b"x" * (ANSWER_BYTES_MAX * 4))) as (at, _):
        assert len((await client.post(f"http://{at}/", b"", {})).body) == ANSWER_BYTES_MAX


async def test_nobody_there(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotReached):
        await client.post(f"http://127.0.0.1:{port}/", b"", {})
    with pytest.raises(NotReached):
        await client.post("http://nobody.invalid/", b"", {})


async def test_a_door_that_closes_without_an_answer(client: HttpClient) -> None:
    async with receiver(b"") as (at, heard):
        with pytest.raises(NoAnswer):
            await client.post(f"http://{at}/", b"", {})

    assert len(heard) == 1


async def test_an_answer_that_never_comes() -> None:
    client = HttpClient(SANDBOX, answer_seconds_max=0.05)

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoAnswer):
        await client.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"", {})
    await client.close()


async def test_strangers_are_never_called(client: HttpClient) -> None:
    assert await client.post("http://requestb.in/11vxrsf1", b"", {}) == Answered(200, b"")


async def test_names_that_lead_inside_are_not_followed() -> None:
    inward = EgressRules(SANDBOX.schemes, None, names_only=False, public_only=True)

    with pytest.raises(NotReached, match="not public"):
        await HttpClient(inward).post("http://localhost:1/", b"", {})


async def test_forbidden_urls() -> None:
    client = HttpClient(PRODUCTION)

    with pytest.raises(Forbidden):
        client.check("http://merchant.com")
    with pytest.raises(Forbidden):
        await client.post("https://127.0.0.1/", b"", {})
    client.check("https://merchant.com/hook")
