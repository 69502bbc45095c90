"""`pasarela sandbox` as a process: starting, stopping, starting again, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from pasarela.entry.sandbox import secrets_folder
from tests.entry.commands import launch, run, sandbox
from tests.entry.waiting import until
from tests.fixtures_server import MERCHANT, PRIVATE_KEY, PUBLIC_KEY

CHARGE = {
    "method": "card",
    "source_id": "kqgykn96i7bcs1wwhvgw",
    "amount": 100,
    "description": "Cargo",
    "order_id": "kept-1",
}


async def charge(base_url: str, order_id: str) -> httpx.Response:
    async with httpx.AsyncClient(auth=(PRIVATE_KEY, ""), timeout=30) as client:
        address = f"{base_url}/openpay/v1/{MERCHANT}/charges"
        return await client.post(address, json=CHARGE | {"order_id": order_id})


async def get(address: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.get(address)


def keeps_secrets(data: Path) -> bool:
    return Path(secrets_folder(data)).exists()


async def declined(base_url: str) -> bool:
    """Whether a charge is declined; the network is in another process, which hears of faults a moment later."""
    return (await charge(base_url, f"declined-{time.monotonic_ns()}")).status_code == 402


async def refuses(address: str) -> bool:
    try:
        await get(address)
    except httpx.TransportError:
        return True
    return False


async def test_embedded_database_lives_and_dies_with_it_and_keeps_what_happened(tmp_path: Path) -> None:
    data = str(tmp_path / "data")

    async with sandbox("--data", data) as first:
        assert (await get(f"{first.base_url}/ready")).status_code == 200
        in_use = await run("sandbox", "--port", "0", "--data", data)
        assert (await charge(first.base_url, "kept-1")).status_code == 200
        address = first.base_url
        ended = await first.end(signal.SIGINT)

    assert (ended.code, ended.errors) == (0, "")
    assert await refuses(address)
    assert in_use.code == 2
    assert len(in_use.error_lines) == 1
    assert data in in_use.errors
    async with sandbox("--data", data) as second:
        # Killed with its whole group, as when the power fails; the next start has to recover.
        assert (await charge(second.base_url, "kept-1")).status_code == 409
        os.kill(second.process.pid, signal.SIGKILL)
        await second.wait()
    async with sandbox("--data", data) as third:
        assert (await charge(third.base_url, "kept-1")).status_code == 409
        assert (await charge(third.base_url, "kept-2")).status_code == 200
        verified = await get(f"{third.base_url}/sandbox/v1/ledger/verify")
        assert verified.json()["balanced"] is True
        stopped = await third.end(signal.SIGTERM)
    assert (stopped.code, stopped.errors) == (0, "")


async def test_starts_an_embedded_database_again_that_has_died(tmp_path: Path) -> None:
    async with sandbox("--data", str(tmp_path)) as started:
        base = started.base_url
        postmaster = int((tmp_path / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)

        async def down() -> bool:
            return (await get(f"{base}/ready")).status_code == 503

        async def charges_again() -> bool:
            return (await charge(base, f"again-{time.monotonic_ns()}")).status_code == 200

        await until(down)
        await until(charges_again)
        async with httpx.AsyncClient(timeout=60) as client:
            assert (await client.post(f"{base}/sandbox/v1/reset")).status_code == 200
        ended = await started.end()

    assert ended.code == 0


async def test_tells_how_to_use_it(fresh_database: str, tmp_path: Path) -> None:
    async with sandbox("--database-url", fresh_database, "--data", str(tmp_path)) as started:
        told = "\n".join(started.lines)
        base = started.base_url

    assert started.lines[-1] == "Ready"
    for path in ("/openpay/v1", "/bbva/v1", "/paymentez/api/cc", "/necipco/v1", "/keycop/api/v1"):
        assert base + path in told
    for credential in (MERCHANT, PRIVATE_KEY, PUBLIC_KEY):
        assert credential in told


async def test_starts_afresh_when_told(fresh_database: str, tmp_path: Path) -> None:
    where = ("--database-url", fresh_database, "--data", str(tmp_path))
    async with sandbox(*where) as first:
        assert (await charge(first.base_url, "gone-1")).status_code == 200
        assert (await charge(first.base_url, "gone-1")).status_code == 409

    async with sandbox(*where) as second:
        assert (await charge(second.base_url, "gone-1")).status_code == 409

    async with sandbox(*where, "--fresh") as third:
        assert (await charge(third.base_url, "gone-1")).status_code == 200


async def test_other_keys_than_the_databases_are_told(fresh_database: str, tmp_path: Path) -> None:
    async with sandbox("--database-url", fresh_database, "--data", str(tmp_path / "one")):
        pass
    other = ("--database-url", fresh_database, "--data", str(tmp_path / "other"))

    ended = await run("sandbox", "--port", "0", *other)

    assert ended.code == 2
    assert len(ended.error_lines) == 1
    assert "--fresh" in ended.errors
    async with sandbox(*other, "--fresh") as fresh:
        assert (await charge(fresh.base_url, "fresh-1")).status_code == 200


async def test_answers_with_several_processes(fresh_database: str, tmp_path: Path) -> None:
    where = ("--database-url", fresh_database, "--data", str(tmp_path))
    async with sandbox(*where, "--workers", "2") as started:
        base = started.base_url
        answers = await asyncio.gather(*(charge(base, f"many-{number}") for number in range(20)))
        twice = await charge(base, "many-3")
        ready = await get(f"{base}/ready")
        async with httpx.AsyncClient(base_url=f"{base}/sandbox/v1", timeout=60) as control:
            moved = await control.post("/clock", json={"advance": "P1D"})
            offsets = {(await control.get("/clock")).json()["offset_seconds"] for _ in range(10)}
            broken = await control.post("/faults", json={"target": "card_network", "mode": "decline:51", "count": 1})
            await until(lambda: declined(base))
            reset = await control.post("/reset")
        after = await charge(base, "many-3")
        ended = await started.end()

    assert {answer.status_code for answer in answers} == {200}
    assert (twice.status_code, ready.status_code) == (409, 200)
    assert (moved.status_code, broken.status_code) == (200, 201)
    assert offsets == {86_400}
    assert reset.status_code == 200, reset.text
    assert after.status_code == 200
    assert ended.code == 0
    assert await refuses(base)
    assert not keeps_secrets(tmp_path)


async def test_its_processes_end_when_it_is_killed(fresh_database: str, tmp_path: Path) -> None:
    where = ("--database-url", fresh_database, "--data", str(tmp_path))
    async with sandbox(*where, "--workers", "2") as started:
        base = started.base_url
        os.kill(started.process.pid, signal.SIGKILL)
        await started.wait()

        await until(lambda: refuses(f"{base}/health"))
    shutil.rmtree(secrets_folder(tmp_path))


async def test_a_port_in_use_is_told(fresh_database: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = await run("sandbox", "--port", str(port), "--data", str(tmp_path), "--database-url", fresh_database)

    assert ended.code == 2
    assert ended.error_lines == [
        f"pasarela: port {port} on 127.0.0.1 is in use by another program; choose another with --port"
    ]
    assert ended.output == ""


async def test_an_unreachable_database_is_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        url = f"postgresql://somebody:secret@127.0.0.1:{port}/nothing"

        ended = await run("sandbox", "--port", "0", "--data", str(tmp_path), "--database-url", url)

    assert ended.code == 2
    assert len(ended.error_lines) == 1
    assert "database" in ended.errors
    assert "secret" not in ended.errors


async def test_a_database_of_somebody_else_is_left_alone(fresh_database: str, tmp_path: Path) -> None:
    await run("db", "migrate", "--database-url", fresh_database)
    created = await run("tenants", "create", "openpay", "Tienda Azul", "--database-url", fresh_database)
    where = ("--port", "0", "--data", str(tmp_path), "--database-url", fresh_database)

    plain = await run("sandbox", *where)
    fresh = await run("sandbox", *where, "--fresh")

    assert created.code == 0
    for ended in (plain, fresh):
        assert ended.code == 2
        assert len(ended.error_lines) == 1
    listed = await run("tenants", "list", "--database-url", fresh_database)
    assert "Tienda Azul" in listed.output


@pytest.mark.parametrize("when", [0.0, 0.4, 1.0])
async def test_can_be_stopped_while_it_starts(fresh_database: str, tmp_path: Path, when: float) -> None:
    started = await launch("sandbox", "--port", "0", "--data", str(tmp_path), "--database-url", fresh_database)
    await asyncio.sleep(when)

    ended = await started.end(signal.SIGTERM)

    assert ended.code in {0, -signal.SIGTERM}, ended.errors
    assert ended.errors == ""
