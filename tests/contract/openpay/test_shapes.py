"""Shapes of values, addresses, methods and bodies that a stranger gets wrong: always Openpay's error object."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.facades.openpay.bodies import ADDRESS, CARD, changed
from tests.fixtures_server import MERCHANT, PRIVATE_KEY, SandboxServer

CHARGE: dict[str, Any] = {"method": "card", "card": CARD, "amount": 100, "description": "Cargo"}
PAGE = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
MEBIBYTE = 1024 * 1024


def refused(answer: httpx.Response) -> tuple[int, int]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {
        "category", "description", "http_code", "error_code", "request_id", "fraud_rules",
    }  # fmt: skip  # the document's object
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.parametrize("email", ["juan", "juan@", "@empresa.mx", "a b@c.mx", "juan@@empresa.mx"])
async def test_the_payers_address_of_a_charge_looks_like_one(sandbox: SandboxServer, email: str) -> None:
    answer = await sandbox.openpay.post("charges", json={**CHARGE, "customer": {"name": "Juan", "email": email}})

    assert refused(answer) == (422, 1003)


@pytest.mark.parametrize("code", ["M", "M1", "ññ", "12", "??"])
@pytest.mark.parametrize("path", ["charges", "tokens", "cards"])
async def test_a_country_has_two_letters(sandbox: SandboxServer, path: str, code: str) -> None:
    card = {**CARD, "address": changed(ADDRESS, country_code=code)}

    answer = await sandbox.openpay.post(path, json={**CHARGE, "card": card} if path == "charges" else card)

    assert refused(answer) == (422, 1003)


@pytest.mark.parametrize("name", ["", "   "])
async def test_a_saved_card_keeps_a_name(sandbox: SandboxServer, name: str) -> None:
    [saved] = (await sandbox.openpay.get("cards", params={"limit": 1})).json()

    answer = await sandbox.openpay.put(f"cards/{saved['id']}", json={"holder_name": name})

    assert refused(answer) == (422, 1003)
    assert (await sandbox.openpay.put(f"cards/{saved['id']}", json={"holder_name": None})).status_code == 200
    assert (await sandbox.openpay.get(f"cards/{saved['id']}")).json() == saved


@pytest.mark.parametrize("path", ["//openpay/v1", "///openpay//v1"])
async def test_slashes_before_the_apis_name(sandbox: SandboxServer, path: str) -> None:
    url = f"{sandbox.base_url}{path}/{MERCHANT}"

    found = await sandbox.anybody.get(httpx.URL(url), auth=(PRIVATE_KEY, ""))
    nothing = await sandbox.anybody.get(httpx.URL(f"{url}/nowhere"), auth=(PRIVATE_KEY, ""))

    assert (found.status_code, found.json()["id"]) == (200, MERCHANT)
    assert refused(nothing) == (404, 1005)


@pytest.mark.parametrize("path", ["charges", "customers", "", "charges/trnobody/refund"])
async def test_a_browser_gets_no_permission_for_private_calls(sandbox: SandboxServer, path: str) -> None:
    answer = await sandbox.anybody.options(f"/openpay/v1/{MERCHANT}/{path}", headers=PAGE)

    assert refused(answer) == (405, 1005)
    assert [name for name in answer.headers if name.startswith("access-control-")] == []
    assert answer.headers["allow"]


async def test_a_body_that_is_announced_too_large_is_answered_at_once(sandbox: SandboxServer) -> None:
    reader, writer = await opened(sandbox, 10**9)

    head, body = await answered(reader)

    assert head.startswith(b"HTTP/1.1 413 ")
    assert body["error_code"] == 1009
    writer.close()


async def test_a_body_without_an_end_is_not_read_to_it(sandbox: SandboxServer) -> None:
    reader, writer = await opened(sandbox, None)
    answer = asyncio.create_task(answered(reader))

    with pytest.raises(ConnectionError):
        await poured(writer, 512 * MEBIBYTE)

    head, body = await answer
    assert head.startswith(b"HTTP/1.1 413 ")
    assert body["error_code"] == 1009
    assert (await sandbox.openpay.get("")).status_code == 200


async def test_after_a_body_that_is_a_little_too_large_the_connection_goes_on(sandbox: SandboxServer) -> None:
    reader, writer = await opened(sandbox, 2 * MEBIBYTE)
    writer.write(b"x" * 2 * MEBIBYTE)
    writer.write(f"GET /openpay/v1/{MERCHANT}/nowhere HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await writer.drain()

    assert [(await answered(reader))[1]["error_code"] for _ in range(2)] == [1009, 1005]
    writer.close()


async def opened(sandbox: SandboxServer, length: int | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which the head of a charge was sent, its body `length` bytes long (`None`: in chunks)."""
    address = httpx.URL(sandbox.base_url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    key = httpx.BasicAuth(PRIVATE_KEY, "")
    request = next(key.auth_flow(httpx.Request("POST", sandbox.base_url)))
    head = f"POST /openpay/v1/{MERCHANT}/charges HTTP/1.1\r\nHost: x\r\n{framing}\r\n"
    writer.write(f"{head}Authorization: {request.headers['Authorization']}\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


async def poured(writer: asyncio.StreamWriter, size: int) -> None:
    """Sends `size` bytes in chunks, as long as anybody takes them."""
    chunk = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    for _ in range(size // 65536):
        writer.write(chunk)
        await writer.drain()


async def answered(reader: asyncio.StreamReader) -> tuple[bytes, Any]:
    head = await reader.readuntil(b"\r\n\r\n")
    [length] = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    return head, json.loads(await reader.readexactly(length))
