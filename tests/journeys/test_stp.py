"""Money in and out through STP, in production's wiring: signed orders to a stub of STP, its notifications over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from pasarela.core.tenants.model import NewTenant
from pasarela.entry.http_server import HttpServer
from pasarela.entry.listening import bound, url_of
from pasarela.entry.platform import Platform, PlatformPlan
from pasarela.entry.process import Process
from pasarela.entry.wiring import SimulatedNetwork, platform_of
from tests.factories.tables import rows, until
from tests.fixtures_server import keyring
from tests.rails.spei_world import COMPANY, StpStub, pem, private_key, serving

KEY = private_key()
CLABE = "012298026516924616"


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant of a production platform, STP, and what STP says to us (`stp`: with its credentials)."""

    platform: Platform
    stub: StpStub
    openpay: httpx.AsyncClient
    stp: httpx.AsyncClient
    clabe: str

    async def balance(self) -> Decimal:
        return Decimal(str((await self.openpay.get("")).json()["balance"]))

    async def payout(self, **fields: Any) -> dict[str, Any]:
        account = {"clabe": CLABE, "holder_name": "Mi empresa"}
        body = {"method": "bank_account", "bank_account": account, "amount": 100, "description": "Retiro", **fields}
        answer = await self.openpay.post("/payouts", json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def told(self, made: dict[str, Any], state: str, **more: str) -> int:
        """STP tells how an order stands; the status of our answer."""
        body = {"id": 1, "empresa": COMPANY, "claveRastreo": made["id"].upper(), "estado": state, **more}
        return (await self.stp.post("/estados", json=body)).status_code

    async def reads(self, made: dict[str, Any], status: str) -> dict[str, Any]:
        """The payout, as soon as it is in this state."""
        read: dict[str, Any] = {}

        async def reached() -> bool:
            read.update((await self.openpay.get(f"/payouts/{made['id']}")).json())
            return bool(read["status"] == status)

        await until(reached)
        return read


def deposit(shop: Shop, key: str, pesos: float) -> dict[str, Any]:
    """A `sendAbono` to the merchant's CLABE."""
    return {
        "id": 7,
        "institucionOrdenante": 40012,
        "claveRastreo": key,
        "monto": pesos,
        "nombreOrdenante": "Juan Tapia",
        "cuentaOrdenante": CLABE,
        "cuentaBeneficiario": shop.clabe,
        "conceptoPago": "Deposito",
        "referenciaNumerica": 7654321,
    }


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    """The merchant, with 1,000 pesos less a fee from a first deposit."""
    key_file = tmp_path / "stp.pem"
    key_file.write_text(pem(KEY).reveal(), encoding="ascii")
    async with AsyncExitStack() as stack:
        stub = StpStub(KEY.public_key())
        await stack.enter_async_context(serving(stub))
        for name, value in {
            "URL": stub.url,
            "COMPANY": COMPANY,
            "KEY_FILE": str(key_file),
            "USER": "stp",
            "PASSWORD": "secreto",
        }.items():
            monkeypatch.setenv(f"PASARELA_STP_{name}", value)
        network = SimulatedNetwork()
        stack.push_async_callback(network.stop)
        listener = bound("127.0.0.1", 0)
        plan = PlatformPlan(database_url, keyring(), url_of(listener), network.rail, sandbox=False)
        process = Process(database_url, lambda _process: platform_of(plan))
        stack.push_async_callback(process.stop)
        await process.start()
        server = HttpServer(process, listener)
        stack.push_async_callback(server.stop)
        await server.start()
        platform = process.platform
        assert isinstance(platform, Platform)
        registered = await platform.core.tenants.register(NewTenant("openpay", "Tienda Azul"))
        tenant = registered.tenant
        assert tenant.clabe is not None
        openpay = httpx.AsyncClient(
            base_url=f"{plan.base_url}/openpay/v1/{tenant.account}", auth=(registered.private.key.reveal(), "")
        )
        stp = httpx.AsyncClient(base_url=f"{plan.base_url}/rails/stp", auth=("stp", "secreto"))
        shop = Shop(
            platform,
            stub,
            await stack.enter_async_context(openpay),
            await stack.enter_async_context(stp),
            tenant.clabe,
        )
        await credited(shop, deposit(shop, "ABONO1", 1000))
        yield shop


async def credited(shop: Shop, told: dict[str, Any]) -> None:
    """STP tells of a deposit, and it has arrived on the merchant's balance."""
    before = await shop.balance()
    assert (await shop.stp.post("/abonos", json=told)).status_code == 200
    await until(changed(shop, before))


def changed(shop: Shop, before: Decimal) -> Callable[[], Awaitable[bool]]:
    async def has_changed() -> bool:
        return await shop.balance() != before

    return has_changed


async def sent(shop: Shop, made: dict[str, Any]) -> dict[str, Any]:
    """The order at STP, after a week in which its batch left."""
    shop.platform.clock.offset += timedelta(days=7)
    shop.platform.worker.wake()

    async def noted() -> bool:
        found = await rows(shop.platform.database, "SELECT status FROM payouts WHERE payout_id = $1", made["id"])
        return [row["status"] for row in found] == ["sent"]

    await until(noted)
    return shop.stub.orders[made["id"].upper()]


async def test_an_order_goes_out_signed_and_settles_when_stp_says_so(shop: Shop) -> None:
    before = await shop.balance()
    made = await shop.payout(amount=100.5)
    assert (made["status"], await shop.balance()) == ("in_progress", before - Decimal("100.5"))

    order = await sent(shop, made)

    # The stub takes no order whose signature is wrong.
    assert (order["monto"], order["cuentaBeneficiario"], order["cuentaOrdenante"]) == ("100.50", CLABE, shop.clabe)
    assert (await shop.openpay.get(f"/payouts/{made['id']}")).json()["status"] == "in_progress"
    for _ in range(2):
        assert await shop.told(made, "LQ") == 200
    done = await shop.reads(made, "completed")
    assert done["authorization"] == made["id"].upper()
    assert await shop.balance() == before - Decimal("100.5")
    assert (await shop.platform.core.ledger.verify()).balanced


async def test_an_order_to_a_card_carries_its_number_to_stp_alone(shop: Shop) -> None:
    card = {"card_number": "4111111111111111", "holder_name": "Juan Perez", "bank_code": "012"}

    made = await shop.payout(method="card", bank_account=None, card=card)

    order = await sent(shop, made)
    assert (order["tipoCuentaBeneficiario"], order["cuentaBeneficiario"]) == (3, "4111111111111111")
    assert order["institucionContraparte"] == "40012"
    for table in ("payouts", "due_work", "outbox_events", "inbox", "api_requests"):
        found = await rows(shop.platform.database, f"SELECT * FROM {table}")  # noqa: S608 - from the line above
        assert "4111111111111111" not in str(found)


@pytest.mark.parametrize("settled_before", [False, True])
async def test_money_that_stp_returns_is_there_again(shop: Shop, settled_before: bool) -> None:
    before = await shop.balance()
    made = await shop.payout()
    await sent(shop, made)
    if settled_before:
        assert await shop.told(made, "LQ") == 200
        await shop.reads(made, "completed")

    for _ in range(2):
        assert await shop.told(made, "D", causaDevolucion="CUENTA CANCELADA") == 200

    failed = await shop.reads(made, "failed")
    assert failed["error_message"] == "CUENTA CANCELADA"
    assert await shop.balance() == before
    # What was settled, said late, changes nothing any more.
    assert await shop.told(made, "LQ") == 200
    await handled(shop)
    assert (await shop.openpay.get(f"/payouts/{made['id']}")).json()["status"] == "failed"
    assert (await shop.platform.core.ledger.verify()).balanced


async def test_a_notification_that_never_came_is_asked_for(shop: Shop) -> None:
    made = await shop.payout()
    order = await sent(shop, made)
    shop.stub.states[order["claveRastreo"]] = "LQ"

    shop.platform.clock.offset += timedelta(days=7)
    shop.platform.worker.wake()

    await shop.reads(made, "completed")
    assert shop.stub.calls == ["PUT /rest/ordenPago/registra", "POST /rest/ordenPago/consOrdEnvRastreo"]


async def test_a_deposit_counts_once(shop: Shop) -> None:
    before = await shop.balance()
    told = deposit(shop, "ABONO2", 250.75)

    answers = await asyncio.gather(*(shop.stp.post("/abonos", json=told) for _ in range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    await until(changed(shop, before))
    await handled(shop)
    first = await shop.balance()
    assert before < first < before + Decimal("250.75")
    await shop.stp.post("/abonos", json=told)
    await handled(shop)
    assert await shop.balance() == first


async def test_strangers_tell_nothing(shop: Shop) -> None:
    made = await shop.payout()
    await sent(shop, made)
    before = await rows(shop.platform.database, "SELECT * FROM inbox ORDER BY message_id")

    shop.stp.auth = httpx.BasicAuth("stp", "wrong")
    assert await shop.told(made, "D") == 401
    assert (await shop.stp.post("/abonos", json=deposit(shop, "ABONO3", 1_000_000))).status_code == 401

    assert await rows(shop.platform.database, "SELECT * FROM inbox ORDER BY message_id") == before


async def handled(shop: Shop) -> None:
    """Everything that was told has been handled."""

    async def nothing_left() -> bool:
        return await rows(shop.platform.database, "SELECT message_id FROM inbox WHERE handled_at IS NULL") == []

    await until(nothing_left)
