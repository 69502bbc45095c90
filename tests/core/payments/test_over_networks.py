"""The life of payments over the scripted network and over the sandbox's own, which must come to the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import OutcomeUnknown, PaymentDeclined
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.infra.database import Database
from pasarela.kernel.decline import Decline
from tests.factories.payments import World, failures, mxn, world_of
from tests.factories.tables import rows, until
from tests.fakes.card_networks import Network, network_called
from tests.fakes.card_rail import Fate, approved, declined

APPROVED_IN_PART = 901_000
"""The sandbox's network approves half of it."""


@pytest.fixture(params=["scripted", "simulated"])
async def network(request: pytest.FixtureRequest) -> AsyncIterator[Network]:
    async with network_called(request.param) as network:
        yield network


@pytest.fixture
async def world(database: Database, network: Network) -> AsyncIterator[World]:
    world = world_of(database, network.rail)
    yield world
    assert (await world.verify()).problems == ()


async def handled(world: World) -> None:
    """Waits until the inbox has got a late answer, and handles it."""

    async def there() -> bool:
        return bool(await rows(world.database, "SELECT 1 FROM inbox"))

    await until(there)
    assert failures(await world.run_due()) == []


async def test_sale_and_refunds(world: World, merchant: Caller, network: Network) -> None:
    paid = await world.sell(merchant)
    assert network.charged == 10_000
    await world.refund(merchant, paid, 2_500)
    assert network.charged == 7_500
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert (network.charged, network.held) == (0, 0)
    assert await world.balances(merchant) == {}


async def test_hold_capture_and_refund(world: World, merchant: Caller, network: Network) -> None:
    held = await world.hold(merchant)
    assert (network.charged, network.held) == (0, 10_000)
    paid = await world.capture(merchant, held, 4_000)
    assert (network.charged, network.held) == (4_000, 0)
    await world.refund(merchant, paid)
    assert network.charged == 0
    assert await world.balances(merchant) == {}


async def test_void_and_expiry(world: World, merchant: Caller, network: Network) -> None:
    first, second = await world.hold(merchant), await world.hold(merchant)
    assert (await world.refund(merchant, first)).status is PaymentStatus.VOIDED
    assert network.held == 10_000
    assert failures(await world.move(timedelta(days=7))) == []
    assert (await world.get(merchant, second)).status is PaymentStatus.EXPIRED
    assert (network.charged, network.held) == (0, 0)


@pytest.mark.parametrize(
    ("decline", "code"),
    [(Decline.EXPIRED_CARD, "54"), (Decline.INSUFFICIENT_FUNDS, "51"), (Decline.WRONG_SECURITY_CODE, "N7")],
)
async def test_declined(world: World, merchant: Caller, network: Network, decline: Decline, code: str) -> None:
    network.will(declined(decline, code))
    with pytest.raises(PaymentDeclined) as refusal:
        await world.sell(merchant)
    assert (refusal.value.decline, refusal.value.code) == (decline, code)
    assert network.charged == 0


@pytest.mark.parametrize("capture", [True, False])
async def test_a_partial_approval_is_reversed(world: World, merchant: Caller, network: Network, capture: bool) -> None:
    network.will(approved(mxn(450_500), "10"))
    with pytest.raises(PaymentDeclined) as refusal:
        await world.sell(merchant, APPROVED_IN_PART, capture=capture)
    assert (refusal.value.decline, refusal.value.code) == (Decline.INSUFFICIENT_FUNDS, "10")
    assert network.charged + network.held == 450_500
    assert failures(await world.run_due()) == []
    assert (network.charged, network.held) == (0, 0)


@pytest.mark.parametrize("capture", [True, False])
async def test_an_approval_that_comes_after_its_reversal(
    world: World, merchant: Caller, network: Network, capture: bool
) -> None:
    network.will(Fate.LOSE_ANSWER)
    command = world.sale(capture=capture)
    with pytest.raises(OutcomeUnknown):
        await world.payments.authorise(merchant, command)
    assert network.charged + network.held == 10_000
    assert failures(await world.run_due()) == []
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.FAILED
    await network.deliver_late()
    await handled(world)
    assert (network.charged, network.held) == (0, 0)
    assert await world.balances(merchant) == {}


async def test_an_unknown_capture_is_taken_once(world: World, merchant: Caller, network: Network) -> None:
    held = await world.hold(merchant)
    network.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.capture(merchant, held, 4_000)
    assert failures(await world.run_due()) == []
    assert (await world.get(merchant, held)).captured == mxn(4_000)
    assert (network.charged, network.held) == (4_000, 0)
    assert await world.available(merchant) == 3_575


async def test_an_unknown_refund_is_undone(world: World, merchant: Caller, network: Network) -> None:
    paid = await world.sell(merchant)
    network.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, paid, 4_000)
    assert network.charged == 6_000
    assert failures(await world.run_due()) == []
    assert network.charged == 10_000
    assert await world.available(merchant) == 9_374
    await network.deliver_late()
    await handled(world)
    assert network.charged == 10_000
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)


async def test_a_crash_while_the_network_is_silent(
    world: World, merchant: Caller, network: Network, database: Database
) -> None:
    network.will(Fate.HANG)
    selling = asyncio.create_task(world.sell(merchant))

    async def taken() -> bool:
        return network.charged > 0

    await until(taken)
    selling.cancel()
    await asyncio.wait([selling])
    another_process = world_of(database, network.rail, world.clock)
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    assert network.charged == 0
    assert await world.balances(merchant) == {}


async def test_many_at_once(world: World, merchant: Caller, network: Network) -> None:
    unlucky = declined(Decline.LOST_CARD, "41")
    network.will(*[unlucky] * 10)
    results = await asyncio.gather(*(world.sell(merchant) for _ in range(60)), return_exceptions=True)
    assert Counter(type(result) for result in results) == {Payment: 50, PaymentDeclined: 10}
    assert network.charged == 500_000
    assert await world.available(merchant) == 50 * 9_374
