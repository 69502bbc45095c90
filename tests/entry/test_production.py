"""`pasarela serve`, `worker` and `network`: production's processes, and what they refuse to start without."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.entry.commands import Started, launch, run
from tests.entry.waiting import until

REQUIRED = (
    "PASARELA_DATABASE_URL",
    "PASARELA_CARD_NETWORK",
    "PASARELA_ACQUIRER_ID",
    "PASARELA_BASE_URL",
    "PASARELA_MASTER_KEYS",
    "PASARELA_ACTIVE_MASTER_KEY",
    "PASARELA_DERIVATION_KEY",
)


SHARED_MEMORY = f"/dev/shm/pasarela-tests-secrets-{os.getpid()}"  # noqa: S108 - closed to others by who opens it


@pytest.fixture(autouse=True)
def no_secrets_left() -> Iterator[None]:
    yield
    shutil.rmtree(SHARED_MEMORY, ignore_errors=True)


def settings(database_url: str, network_port: int) -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(os.urandom(32)).decode()

    return {
        "PASARELA_DATABASE_URL": database_url,
        "PASARELA_CARD_NETWORK": f"127.0.0.1:{network_port}",
        "PASARELA_ACQUIRER_ID": "00000000001",
        "PASARELA_BASE_URL": "https://api.example.com",
        "PASARELA_SHARED_MEMORY": SHARED_MEMORY,
        "PASARELA_MASTER_KEYS": f"one:{key()}",
        "PASARELA_ACTIVE_MASTER_KEY": "one",
        "PASARELA_DERIVATION_KEY": key(),
    }


@asynccontextmanager
async def running(*words: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Started]:
    started = await launch(*words, environment=environment)
    try:
        await started.until("Ready")
        yield started
        ended = await started.end()
        assert ended.code == 0, ended.errors
    finally:
        if started.process.returncode is None:
            started.process.kill()
            await started.process.communicate()


async def status(address: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(address)).status_code


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_names_every_setting_that_is_missing(command: str) -> None:
    ended = await run(command)

    assert (ended.code, ended.output) == (2, "")
    assert len(ended.error_lines) == 1
    for name in REQUIRED:
        assert name in ended.errors


@pytest.mark.parametrize("missing", REQUIRED)
async def test_names_the_one_setting_that_is_missing(missing: str) -> None:
    environment = settings("postgresql://nobody@127.0.0.1:1/none", 1)
    del environment[missing]

    ended = await run("serve", environment=environment)

    assert ended.code == 2
    assert len(ended.error_lines) == 1
    assert [name for name in REQUIRED if name in ended.errors.split(";")[0]] == [missing]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASARELA_CARD_NETWORK", "nowhere"),
        ("PASARELA_ACQUIRER_ID", "us"),
        ("PASARELA_MASTER_KEYS", "one:short"),
        ("PASARELA_ACTIVE_MASTER_KEY", "two"),
        ("PASARELA_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
    ],
)
async def test_refuses_settings_that_cannot_be(name: str, value: str) -> None:
    environment = settings("postgresql://nobody@127.0.0.1:1/none", 1) | {name: value}

    ended = await run("serve", "--port", "0", environment=environment)

    assert (ended.code, len(ended.error_lines)) == (2, 1)


async def test_refuses_a_database_that_was_not_migrated(fresh_database: str) -> None:
    ended = await run("serve", "--port", "0", environment=settings(fresh_database, 1))

    assert (ended.code, len(ended.error_lines)) == (2, 1)
    assert "pasarela db migrate" in ended.errors


@pytest.mark.parametrize("processes", ["1", "2"])
async def test_serves_without_demo_data_or_control_plane(database_url: str, processes: str) -> None:
    async with running("network", "--port", "0") as network:
        port = int(network.lines[0].rpartition(":")[2])
        environment = settings(database_url, port)
        shown = ("--workers", processes, "--metrics", "0")
        async with running("serve", "--port", "0", *shown, environment=environment) as serve:
            base = serve.base_url
            metrics = [line.removeprefix("Metrics on ") for line in serve.lines if line.startswith("Metrics on ")]
            assert len(metrics) == int(processes)
            assert [await status(each) for each in metrics] == [200] * len(metrics)
            # No worker anywhere yet.
            assert await status(f"{base}/ready") == 503
            async with running("worker", "--metrics", "127.0.0.1:0", environment=environment) as worker:
                assert await status(worker.lines[0].removeprefix("Metrics on ")) == 200

                async def ready() -> bool:
                    return await status(f"{base}/ready") == 200

                await until(ready)
                created = await run("tenants", "create", "openpay", "Tienda", "--json", "--database-url", database_url)
                await charges_as(created.output, base)

            for path in ("/", "/metrics", "/sandbox", "/sandbox/v1/clock", "/sandbox/outcomes"):
                assert await status(base + path) == 404
            assert await status(f"{base}/health") == 200


async def charges_as(tenant: str, base: str) -> None:
    told = httpx.Response(200, content=tenant.encode()).json()
    card = {
        "card_number": "4111111111111111",
        "holder_name": "Juan Perez",
        "expiration_year": "30",
        "expiration_month": "12",
        "cvv2": "110",
    }
    body = {"method": "card", "card": card, "amount": 10, "description": "Cargo"}
    async with httpx.AsyncClient(auth=(told["private_key"], "")) as client:
        address = f"{base}/openpay/v1/{told['account']}/charges"
        # In production nobody chooses the issuer's answer.
        answer = await client.post(address, json=body, headers={"X-Sandbox-Outcome": "decline:51"})
    assert answer.status_code == 200, answer.text
