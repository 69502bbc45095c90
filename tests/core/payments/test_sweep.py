"""`Sweep`: a process dies between two transactions; what it left is found and settled, and no money moves twice."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import NotInState, OutcomeUnknown
from pasarela.core.payments.model import PaymentStatus, RefundPayment, SavedSource
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import MemorySecrets
from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import Approved
from tests.factories.payments import World, failures, mxn, world_of
from tests.factories.tables import stored, until
from tests.fakes.card_rail import Fate, ScriptedRail

LATER = timedelta(minutes=2)


async def die_in(call: Coroutine[Any, Any, object], rail: ScriptedRail) -> None:
    """The network gets the message; the process dies before it hears the answer."""
    rail.hanging.clear()
    rail.will(Fate.HANG)
    task = asyncio.create_task(call)
    await rail.hanging.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def until_sent(rail: ScriptedRail) -> None:
    async def sent() -> bool:
        return bool(rail.sent)

    await until(sent)


@pytest.fixture
def another_process(database: Database, world: World, rail: ScriptedRail) -> World:
    """Which remembers nothing of the first."""
    return world_of(database, rail, world.clock)


@pytest.mark.parametrize("capture", [True, False])
async def test_a_lost_authorisation_is_reversed(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail, capture: bool
) -> None:
    command = world.sale(capture=capture, order_id="o-1")
    await die_in(world.payments.authorise(merchant, command), rail)
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.AUTHORIZING
    assert await another_process.sweep() == 1
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.UNKNOWN
    assert await another_process.sweep() == 0
    assert failures(await another_process.run_due()) == []
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.FAILED
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.balances(merchant) == {}
    assert await world.events(merchant, command.payment_id) == ["payment.unknown", "payment.failed"]
    with pytest.raises(OutcomeUnknown):
        await another_process.payments.authorise(merchant, command)
    assert rail.kinds() == ["sale" if capture else "authorisation", "reversal"]


async def test_what_is_answered_or_young_is_not_lost(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant)
    await die_in(world.sell(merchant), rail)
    assert await world.payments.sweep(timedelta(hours=1)) == 0
    assert await world.payments.sweep() == 0
    assert await world.sweep() == 1
    assert await world.get(merchant, paid) == paid


async def test_a_process_that_comes_back_to_life_after_the_sweep(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """Its answer comes too late: the payment is being reversed already."""
    answers: asyncio.Future[Approved] = asyncio.get_running_loop().create_future()
    send = rail.authorise

    async def slow(request: Any) -> Any:
        answer = await send(request)
        await answers
        return answer

    rail.authorise = slow  # type: ignore[method-assign]  # this one call is slow
    command = world.sale()
    selling = asyncio.create_task(world.payments.authorise(merchant, command))
    await until_sent(rail)
    await another_process.sweep()
    answers.set_result(Approved("000000", mxn(10_000)))
    with pytest.raises(OutcomeUnknown):
        await selling
    await another_process.run_due()
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.FAILED
    assert rail.charged == 0
    assert await world.balances(merchant) == {}
    assert await world.events(merchant, command.payment_id) == ["payment.unknown", "payment.failed"]


async def test_a_lost_capture_is_repeated(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    held = await world.hold(merchant)
    command = world.capturing(held, 4_000)
    await die_in(world.payments.capture(merchant, command), rail)
    assert (await world.get(merchant, held)).status is PaymentStatus.CAPTURING
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    paid = await world.payments.capture(merchant, command)
    assert (paid.status, paid.captured) == (PaymentStatus.COMPLETED, mxn(4_000))
    assert rail.kinds() == ["authorisation", "completion", "completion"]
    assert (rail.charged, rail.held) == (4_000, 0)
    assert await world.available(merchant) == 3_575
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.completed"]


async def test_a_lost_refund_is_undone(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    paid = await world.sell(merchant)
    before = await world.balances(merchant)
    await die_in(world.refund(merchant, paid, 4_000), rail)
    assert rail.charged == 6_000
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    assert rail.charged == 10_000
    assert await world.balances(merchant) == before
    assert await world.reserved(merchant) == (0, 0)
    assert (await world.refund(merchant, paid)).refunded == mxn(10_000)
    assert await world.balances(merchant) == {}


async def test_a_lost_void_is_repeated(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    held = await world.hold(merchant)
    await die_in(world.refund(merchant, held), rail)
    assert (await world.get(merchant, held)).status is PaymentStatus.VOIDING
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    assert (await world.get(merchant, held)).status is PaymentStatus.VOIDED
    assert rail.held == 0
    assert await world.events(merchant, held.payment_id) == ["payment.authorized", "payment.voided"]


async def test_a_lost_expiry_is_repeated(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    held = await world.hold(merchant)
    await die_in(world.move(timedelta(days=7)), rail)
    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRING
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    assert (await world.get(merchant, held)).status is PaymentStatus.EXPIRED
    assert rail.held == 0


class StuckSecrets(MemorySecrets):
    """Never gives anything out."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.asked = asyncio.Event()

    async def take(self, key: str) -> Secret | None:
        self.asked.set()
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nothing ends this wait but its caller's end")


async def test_an_authorisation_that_was_never_sent(
    database: Database, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """The process dies after the first transaction, before the message: reversed all the same."""
    secrets = StuckSecrets(another_process.clock)
    world = world_of(database, rail, another_process.clock, secrets)
    command = world.sale(source=SavedSource(await world.token(merchant)))
    task = asyncio.create_task(world.payments.authorise(merchant, command))
    await secrets.asked.wait()
    task.cancel()
    await asyncio.wait([task])
    assert rail.sent == []
    assert await another_process.sweep() == 1
    assert failures(await another_process.run_due()) == []
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.FAILED
    assert rail.kinds() == ["reversal"]
    assert rail.charged == 0


async def test_sweeping_again_and_together_changes_nothing(
    world: World, another_process: World, merchant: Caller, rail: ScriptedRail
) -> None:
    held, paid = await world.hold(merchant), await world.sell(merchant)
    for call in (world.sell(merchant), world.capture(merchant, held), world.refund(merchant, paid, 1)):
        await die_in(call, rail)
    third = world_of(world.database, rail, world.clock)
    found = await asyncio.gather(*(process.sweep() for process in (world, another_process, third)))
    assert max(found) == 3
    ran = await asyncio.gather(*(process.run_due() for process in (world, another_process, third)))
    assert failures([one for each in ran for one in each]) == []
    settled = await stored(world.database)
    assert await third.sweep() == 0
    assert await another_process.run_due() == []
    assert await stored(world.database) == settled
    assert rail.charged == 20_000
    assert rail.held == 0
    assert await world.available(merchant) == 2 * 9_374


async def test_while_nobody_knows_nothing_else_may_be_done(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    command = world.sale()
    await die_in(world.payments.authorise(merchant, command), rail)
    await world.sweep()
    before = await stored(world.database)
    with pytest.raises(NotInState) as refusal:
        await world.payments.refund(merchant, RefundPayment(command.payment_id, "r1"))
    assert refusal.value.status == "unknown"
    assert await stored(world.database) == before
