"""Creating, verifying, reading and deleting webhooks, with an endpoint that answers what a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.context import Caller, Mode
from pasarela.core.webhooks.create import CreateWebhook
from pasarela.core.webhooks.delete import DeleteWebhook
from pasarela.core.webhooks.errors import (
    EndpointNotReached,
    EndpointRefused,
    UnknownWebhook,
    UnusableUrl,
    WebhookExists,
    WrongVerificationCode,
)
from pasarela.core.webhooks.model import NewWebhook, Webhook
from pasarela.core.webhooks.passwords import Passwords
from pasarela.core.webhooks.queries import Webhooks
from pasarela.core.webhooks.verify import VerifyWebhook
from pasarela.infra.database import Database
from pasarela.infra.egress import PRODUCTION, SANDBOX
from pasarela.infra.http_client import Answered, HttpClient, NoAnswer, NotReached
from pasarela.infra.keyring import Keyring, LocalMasters
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import NOON, StoppedClock

CALLER = Caller(7, "openpay", "m7", "Tienda", Mode.TEST, "r")
NEIGHBOUR = replace(CALLER, tenant_id=8)
NEW = NewWebhook(
    "w1",
    "http://localhost:3000/hook",
    "juanito",
    Secret("passjuanito"),
    ("charge.succeeded", "charge.failed"),
    "3vWQ1x6I",
    b'{"verification_code":"3vWQ1x6I"}',
)


class Endpoint(HttpClient):
    """An endpoint in memory: `answer` is what it does."""

    def __init__(self) -> None:
        super().__init__(SANDBOX)
        self.answer: Answered | Exception = Answered(200, b"")
        self.heard: list[tuple[str, bytes, tuple[str, str] | None]] = []
        self.at_work = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], auth: tuple[str, str] | None = None
    ) -> Answered:
        self.heard.append((url, body, auth))
        self.at_work.set()
        await self.go_on.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(Keyring(LocalMasters({"m1": b"1" * 32}, "m1"), b"d" * 32))


@pytest.fixture
def create(database: Database, endpoint: Endpoint, passwords: Passwords, clock: StoppedClock) -> CreateWebhook:
    return CreateWebhook(database, endpoint, passwords, clock)


@pytest.fixture
def webhooks(database: Database) -> Webhooks:
    return Webhooks(database)


@pytest.fixture
def verify(database: Database, clock: StoppedClock) -> VerifyWebhook:
    return VerifyWebhook(database, clock)


@pytest.fixture
def delete(database: Database, clock: StoppedClock) -> DeleteWebhook:
    return DeleteWebhook(database, clock)


async def everything(webhooks: Webhooks, tenant_id: int = 7) -> list[Webhook]:
    return await webhooks.list(tenant_id, Page(limit=100))


async def test_an_endpoint_that_agrees(create: CreateWebhook, webhooks: Webhooks, endpoint: Endpoint) -> None:
    created = await create(CALLER, NEW)

    assert created == Webhook(7, "w1", NEW.url, "juanito", NEW.event_types, NOON, NOON)
    assert created.is_verified
    assert endpoint.heard == [(NEW.url, NEW.verification, ("juanito", "passjuanito"))]
    assert await webhooks.get(7, "w1") == created
    assert await everything(webhooks) == [created]


async def test_an_endpoint_without_credentials(create: CreateWebhook, endpoint: Endpoint) -> None:
    await create(CALLER, replace(NEW, user=None, password=None))

    assert [auth for _, _, auth in endpoint.heard] == [None]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (NotReached("no such host"), EndpointNotReached),
        (Answered(404, b""), EndpointRefused),
        (Answered(302, b""), EndpointRefused),
        (Answered(500, b""), EndpointRefused),
    ],
)
async def test_an_endpoint_that_does_not_agree(
    create: CreateWebhook,
    webhooks: Webhooks,
    endpoint: Endpoint,
    answer: Answered | Exception,
    refusal: type[Exception],
) -> None:
    endpoint.answer = answer

    with pytest.raises(refusal):
        await create(CALLER, NEW)

    assert await everything(webhooks) == []
    endpoint.answer = Answered(204, b"")
    assert (await create(CALLER, replace(NEW, webhook_id="w2"))).is_verified


async def test_an_endpoint_that_is_slow_is_verified_by_hand(
    create: CreateWebhook, verify: VerifyWebhook, webhooks: Webhooks, endpoint: Endpoint, clock: StoppedClock
) -> None:
    endpoint.answer = NoAnswer("too late")
    assert not (await create(CALLER, NEW)).is_verified
    clock.advance(minutes=1)

    for caller, webhook_id, code, refusal in (
        (CALLER, "w1", "3vwq1x6i", WrongVerificationCode),
        (CALLER, "w1", "ñ", WrongVerificationCode),
        (CALLER, "w9", NEW.code, UnknownWebhook),
        (NEIGHBOUR, "w1", NEW.code, UnknownWebhook),
    ):
        with pytest.raises(refusal):
            await verify(caller, webhook_id, code)
    assert not (await webhooks.get(7, "w1")).is_verified

    verified = await verify(CALLER, "w1", NEW.code)
    assert verified.verified_at == NOON + timedelta(minutes=1)
    clock.advance(minutes=1)
    assert await verify(CALLER, "w1", NEW.code) == verified


async def test_urls_that_are_never_called(database: Database, passwords: Passwords, webhooks: Webhooks) -> None:
    create = CreateWebhook(database, HttpClient(PRODUCTION), passwords, StoppedClock())

    with pytest.raises(UnusableUrl, match="url must begin with https://"):
        await create(CALLER, NEW)

    assert await everything(webhooks) == []


async def test_the_same_webhook_twice(create: CreateWebhook, delete: DeleteWebhook, webhooks: Webhooks) -> None:
    await create(CALLER, NEW)
    same = replace(NEW, webhook_id="w2", event_types=("charge.failed", "charge.succeeded", "charge.failed"))

    with pytest.raises(WebhookExists):
        await create(CALLER, same)

    assert [webhook.webhook_id for webhook in await everything(webhooks)] == ["w1"]
    await create(CALLER, replace(NEW, webhook_id="w3", event_types=("charge.failed",)))
    await create(CALLER, replace(NEW, webhook_id="w4", user="maria"))
    await create(NEIGHBOUR, same)
    await delete(CALLER, "w1")
    await create(CALLER, same)
    assert {webhook.webhook_id for webhook in await everything(webhooks)} == {"w2", "w3", "w4"}


async def test_a_call_repeated_after_a_crash(create: CreateWebhook, webhooks: Webhooks, endpoint: Endpoint) -> None:
    endpoint.answer = NoAnswer("the process died")
    await create(CALLER, NEW)

    endpoint.answer = Answered(200, b"")
    assert (await create(CALLER, replace(NEW, code="8vWQ1x6I"))).is_verified
    assert [webhook.webhook_id for webhook in await everything(webhooks)] == ["w1"]


async def test_of_many_at_once_one_wins(create: CreateWebhook, webhooks: Webhooks) -> None:
    attempts = [create(CALLER, replace(NEW, webhook_id=f"w{number}")) for number in range(8)]

    done = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(one, Webhook) for one in done) == 1
    assert sum(isinstance(one, WebhookExists) for one in done) == 7
    assert len(await everything(webhooks)) == 1


async def test_no_transaction_is_open_while_the_endpoint_is_asked(
    create: CreateWebhook, webhooks: Webhooks, endpoint: Endpoint, database: Database
) -> None:
    endpoint.go_on.clear()
    creating = asyncio.create_task(create(CALLER, NEW))
    await endpoint.at_work.wait()

    assert [webhook.is_verified for webhook in await everything(webhooks)] == [False]
    async with database.operator() as tx:
        open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()"
        assert await tx.fetchval(open_ones) == 0
    endpoint.go_on.set()
    assert (await creating).is_verified


async def test_demo_data_ask_nobody(create: CreateWebhook, endpoint: Endpoint) -> None:
    assert (await create(CALLER, replace(NEW, verification=None))).is_verified
    assert endpoint.heard == []


async def test_delete(create: CreateWebhook, delete: DeleteWebhook, webhooks: Webhooks) -> None:
    await create(CALLER, NEW)

    with pytest.raises(UnknownWebhook):
        await delete(NEIGHBOUR, "w1")
    await delete(CALLER, "w1")

    for again in (delete(CALLER, "w1"), webhooks.get(7, "w1")):
        with pytest.raises(UnknownWebhook):
            await again
    assert await everything(webhooks) == []


async def test_list_is_paged_newest_first(create: CreateWebhook, webhooks: Webhooks, clock: StoppedClock) -> None:
    for number in range(3):
        await create(CALLER, replace(NEW, webhook_id=f"w{number}", url=f"{NEW.url}{number}"))
        clock.advance(seconds=number)

    async def page(offset: int) -> list[str]:
        return [webhook.webhook_id for webhook in await webhooks.list(7, Page(offset, 2))]

    assert (await page(0), await page(2), await page(4)) == (["w2", "w1"], ["w0"], [])
    assert await everything(webhooks, 8) == []


async def test_passwords_are_sealed(create: CreateWebhook, database: Database, passwords: Passwords) -> None:
    await create(CALLER, NEW)

    async with database.operator() as tx:
        row = await tx.fetchrow("SELECT * FROM webhook_endpoints")
    assert row is not None
    assert b"passjuanito" not in row["sealed_password"]
    assert "passjuanito" not in repr(dict(row))
    assert passwords.open(7, "w1", row["sealed_password"]) == Secret("passjuanito")
