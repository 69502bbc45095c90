"""Who may use the control plane: programs on this machine, no web page, others only when it was opened."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from pasarela.control.guard import LocalCallersOnly, is_loopback
from tests.fixtures_server import SandboxServer


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("inside")(scope, receive, send)


async def call(
    peer: str,
    *,
    host: str = "127.0.0.1:8080",
    origin: str | None = None,
    open_to_all: bool = False,
    names: tuple[str, ...] = (),
) -> httpx.Response:
    app = LocalCallersOnly(inside, open_to_all=open_to_all, names=names)
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(peer, 4321))) as client:
        return await client.get("http://sandbox/clock", headers=headers)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "localhost:8080", "[::1]:8080", "shop.localhost"])
async def test_lets_programs_on_this_machine_in(peer: str, host: str) -> None:
    assert (await call(peer, host=host)).text == "inside"


@pytest.mark.parametrize("peer", ["10.0.0.7", "192.168.1.5", "::ffff:10.0.0.7", "2001:db8::1", "nonsense"])
async def test_keeps_other_machines_out(peer: str) -> None:
    answer = await call(peer)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"
    assert "--control-open" in answer.json()["error"]["fix"]


@pytest.mark.parametrize("host", ["sandbox:8080", "10.0.0.3:8080", "[2001:db8::2]", "localhost", "Pay.Example:80"])
async def test_lets_other_machines_in_when_opened(host: str) -> None:
    assert (await call("10.0.0.7", host=host, open_to_all=True, names=("pay.example",))).text == "inside"


@pytest.mark.parametrize("peer", ["10.0.0.7", "127.0.0.1"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "evil.example.", "pay.example.evil", "[", ""])
async def test_opened_it_is_still_not_called_by_foreign_names(peer: str, host: str) -> None:
    # What a browser sends for a page whose name was made to mean this machine: its own origin, and on GET none.
    answer = await call(peer, host=host, open_to_all=True, names=("pay.example",))
    page = await call(peer, host=host, origin=f"http://{host}", open_to_all=True, names=("pay.example",))

    assert (answer.status_code, page.status_code) == (403, 403)
    assert "--control-host" in answer.json()["error"]["fix"]


async def test_names_are_for_an_open_one_only() -> None:
    assert (await call("127.0.0.1", host="pay.example", names=("pay.example",))).status_code == 403


@pytest.mark.parametrize("open_to_all", [False, True])
async def test_keeps_pages_of_other_origins_out(open_to_all: bool) -> None:
    answer = await call("127.0.0.1", origin="https://evil.example", open_to_all=open_to_all)

    assert answer.status_code == 403


async def test_lets_its_own_pages_in() -> None:
    assert (await call("127.0.0.1", origin="http://127.0.0.1:8080")).text == "inside"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "["])
async def test_keeps_names_out_that_somebody_else_points_here(host: str) -> None:
    assert (await call("127.0.0.1", host=host)).status_code == 403


def test_knows_this_machines_addresses() -> None:
    assert is_loopback("127.8.9.10")
    assert not is_loopback("")


async def test_guards_the_control_plane_and_not_the_pages(sandbox: SandboxServer) -> None:
    headers = {"Origin": "https://evil.example"}

    assert (await sandbox.control.get("/clock", headers=headers)).status_code == 403
    assert (await sandbox.anybody.get("/sandbox/outcomes", headers=headers)).status_code == 200
    assert (await sandbox.anybody.get("/", headers=headers)).status_code == 200
