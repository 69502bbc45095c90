"""How orders end: what the other bank may answer in which state, what gets lost on the way, when one may cancel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pasarela.core.payouts.errors import NotInState, UnknownPayout
from pasarela.core.payouts.model import Payout, PayoutStatus
from pasarela.core.payouts.rules import ASKED_TIMES
from tests.core.payouts_world import TUESDAY_NINE, TUESDAY_TEN, World, to_clabe
from tests.factories.tables import rows, stored

S = PayoutStatus
TUESDAY_NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
MONEY = ("ledger_accounts", "ledger_transfers", "outbox_events", "due_work")


async def payout(world: World) -> Payout:
    return await world.payouts.queries.by_id(world.caller.tenant_id, "tr1")


async def made(world: World, reached: PayoutStatus) -> None:
    """The payout `tr1` of ten pesos, in this state."""
    await world.fund_merchant(1_000)
    await world.payouts.create(world.caller, to_clabe("tr1", 1_000))
    match reached:
        case S.SENT:
            await world.pass_to(TUESDAY_NINE)
        case S.COMPLETED:
            await world.by_hand.settle("tr1")
        case S.FAILED:
            await world.by_hand.give_back("tr1", "cuenta inexistente")
        case S.CANCELLED:
            await world.payouts.cancel(world.caller, None, "tr1")
        case _:
            pass
    await world.work()
    assert (await payout(world)).status is reached


@pytest.mark.parametrize("name", ["tr1", "TR1"])
@pytest.mark.parametrize(("reached", "left"), [(S.SCHEDULED, 0), (S.SENT, 0)])
async def test_an_order_settles_by_hand(world: World, reached: PayoutStatus, left: int, name: str) -> None:
    await made(world, reached)

    assert (await world.by_hand.settle(name)).status is S.COMPLETED
    assert await world.available() == left
    assert [kind for kind, _ in await world.events()] == ["payout.created", "payout.completed"]
    assert await world.balanced()


@pytest.mark.parametrize("reached", [S.SCHEDULED, S.SENT, S.COMPLETED])
async def test_an_order_comes_back_by_hand_also_when_it_was_completed(world: World, reached: PayoutStatus) -> None:
    await made(world, reached)

    failed = await world.by_hand.give_back("tr1", "cuenta cancelada")

    assert (failed.status, failed.failure) == (S.FAILED, "cuenta cancelada")
    assert await world.available() == 1_000
    assert (await world.events())[-1] == ("payout.failed", "tr1")
    await world.work()
    await world.pass_to(TUESDAY_NOON)
    assert (await payout(world)).status is S.FAILED
    assert await world.balanced()


@pytest.mark.parametrize(
    ("reached", "answer"),
    [
        (S.COMPLETED, "settle"),
        (S.FAILED, "settle"),
        (S.FAILED, "return"),
        (S.CANCELLED, "settle"),
        (S.CANCELLED, "return"),
    ],
)
async def test_what_has_ended_is_answered_no_more(world: World, reached: PayoutStatus, answer: str) -> None:
    await made(world, reached)
    before = await stored(world.database, *MONEY)

    with pytest.raises(NotInState):
        await (world.by_hand.settle("tr1") if answer == "settle" else world.by_hand.give_back("tr1", "otra vez"))

    assert await stored(world.database, *MONEY) == before


@pytest.mark.parametrize("reached", [S.SENT, S.COMPLETED, S.FAILED, S.CANCELLED])
async def test_only_what_waits_for_its_batch_is_cancelled(world: World, reached: PayoutStatus) -> None:
    await made(world, reached)
    before = await stored(world.database, *MONEY)

    with pytest.raises(NotInState):
        await world.payouts.cancel(world.caller, None, "tr1")

    assert await stored(world.database, *MONEY) == before


async def test_it_is_cancelled_until_the_batch_leaves(world: World) -> None:
    await made(world, S.SCHEDULED)
    world.clock.at = TUESDAY_NINE - timedelta(microseconds=1)
    assert await world.work() == []

    assert (await world.payouts.cancel(world.caller, None, "tr1")).status is S.CANCELLED
    assert await world.available() == 1_000


async def test_it_is_cancelled_by_its_owner_only(world: World) -> None:
    await world.customer("a1", 500)
    await world.payouts.create(world.caller, to_clabe("tr1", 500, customer_id="a1"))

    for customer_id in (None, "a2"):
        with pytest.raises(UnknownPayout):
            await world.payouts.cancel(world.caller, customer_id, "tr1")
    assert (await world.payouts.cancel(world.caller, "a1", "tr1")).status is S.CANCELLED


@pytest.mark.parametrize(
    ("made_at", "leaves"),
    [
        # Thursday to Friday; Friday over a Monday without banks to Tuesday; on that Monday itself too.
        (datetime(2026, 11, 12, 20, 0, tzinfo=UTC), datetime(2026, 11, 13, 15, 0, tzinfo=UTC)),
        (datetime(2026, 11, 13, 20, 0, tzinfo=UTC), datetime(2026, 11, 17, 15, 0, tzinfo=UTC)),
        (datetime(2026, 11, 16, 20, 0, tzinfo=UTC), datetime(2026, 11, 17, 15, 0, tzinfo=UTC)),
        # Late in the evening it is tomorrow in UTC and today in Mexico City.
        (datetime(2026, 11, 18, 5, 0, tzinfo=UTC), datetime(2026, 11, 18, 15, 0, tzinfo=UTC)),
    ],
)
async def test_batches_leave_on_bank_days(world: World, made_at: datetime, leaves: datetime) -> None:
    world.clock.at = made_at
    await made(world, S.SCHEDULED)
    assert (await payout(world)).batch_at == leaves

    await world.pass_to(leaves - timedelta(seconds=1))
    assert (await payout(world)).status is S.SCHEDULED
    await world.pass_to(leaves)

    sent = await payout(world)
    assert (sent.status, sent.operation_date) == (S.SENT, leaves.date())


async def test_a_batch_that_leaves_late_in_the_day_is_the_next_days_business(world: World) -> None:
    await made(world, S.SCHEDULED)

    await world.pass_to(TUESDAY_NINE + timedelta(hours=9))

    sent = await payout(world)
    assert sent.operation_date is not None
    assert sent.operation_date.isoformat() == "2026-11-25"


@pytest.mark.parametrize("returned", [False, True])
async def test_an_answer_that_was_lost_is_asked_for_at_noon(world: World, returned: bool) -> None:
    await made(world, S.SENT)
    world.faults.modes = ["drop"]
    if returned:
        assert await world.banks.give_back(world.caller.tenant_id, "TR1", "cuenta bloqueada")
    else:
        await world.pass_to(TUESDAY_TEN)
    await world.work()
    assert (await payout(world)).status is S.SENT

    await world.pass_to(TUESDAY_NOON)

    ended = await payout(world)
    assert (ended.status, ended.failure) == ((S.FAILED, "cuenta bloqueada") if returned else (S.COMPLETED, None))
    assert await world.available() == (1_000 if returned else 0)
    assert await rows(world.database, "SELECT * FROM due_work WHERE subject = 'tr1'") == []
    assert await world.balanced()


async def test_an_order_that_nobody_answers_is_asked_for_in_vain_and_never_sent_again(world: World) -> None:
    await made(world, S.SENT)
    await rows(world.database, "DELETE FROM due_work WHERE kind = 'spei_simulator.settle'")

    for _ in range(2 * ASKED_TIMES):
        await world.pass_to(world.clock.at + timedelta(days=1))

    assert (await payout(world)).status is S.SENT
    assert len(await rows(world.database, "SELECT * FROM simulated_spei_orders")) == 1
    assert await rows(world.database, "SELECT * FROM due_work WHERE subject = 'tr1'") == []
    # Late as it comes, the answer counts.
    assert (await world.by_hand.settle("tr1")).status is S.COMPLETED


async def test_an_order_that_spei_forgot_stays_visible(world: World) -> None:
    await made(world, S.SENT)
    await rows(world.database, "DELETE FROM simulated_spei_orders")
    await rows(world.database, "DELETE FROM due_work WHERE kind = 'spei_simulator.settle'")

    await world.pass_to(TUESDAY_NOON)

    assert (await payout(world)).status is S.SENT
    assert await rows(world.database, "SELECT * FROM simulated_spei_orders") == []
