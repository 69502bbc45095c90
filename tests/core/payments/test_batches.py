"""What happens to calls that share a batch, or a payment, with others: in one process and in two."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import asyncpg
import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.closing import Closer, Closing
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    OperationDeclined,
    OutcomeUnknown,
)
from pasarela.core.payments.model import ChargedFee, OperationKind, Payment, PaymentStatus
from pasarela.core.payments.operating import Beginner
from pasarela.core.payments.planning import Begin
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import Answer, Approved, Unknown
from tests.factories.payments import World, failures, mxn, world_of
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, Script, ScriptedRail, declined

YES = Approved("123456", mxn(10_000))
FEE = ChargedFee(mxn(540), 1600)


async def open_only(world: World, merchant: Caller, rail: ScriptedRail) -> Payment:
    """A payment whose answer nobody has written yet."""
    rail.will(Fate.HANG)
    command = world.sale()
    task = asyncio.create_task(world.payments.authorise(merchant, command))
    await rail.hanging.wait()
    task.cancel()
    await asyncio.wait([task])
    return await world.get(merchant, command.payment_id)


@pytest.mark.parametrize(
    ("answers", "status", "event"),
    [
        ((YES, Unknown()), PaymentStatus.COMPLETED, "payment.completed"),
        ((Unknown(), YES), PaymentStatus.UNKNOWN, "payment.unknown"),
        ((declined(Decline.LOST_CARD), YES, Unknown()), PaymentStatus.DECLINED, "payment.declined"),
    ],
)
async def test_of_two_closings_in_a_batch_the_first_counts(
    world: World,
    merchant: Caller,
    rail: ScriptedRail,
    answers: tuple[Answer, ...],
    status: PaymentStatus,
    event: str,
) -> None:
    payment = await open_only(world, merchant, rail)
    closer = Closer(world.database, Outbox(), DueWork(), IdSource(world.clock))
    results = await asyncio.gather(
        *(closer.close(Closing(payment, answer, FEE, world.clock.at)) for answer in answers), return_exceptions=True
    )
    assert [type(result) for result in results] == [Payment] + [OutcomeUnknown] * (len(answers) - 1)
    assert (await world.get(merchant, payment)).status is status
    assert await world.events(merchant, payment.payment_id) == [event]
    assert await world.available(merchant) == (9_374 if status is PaymentStatus.COMPLETED else 0)


@pytest.mark.parametrize(
    ("answers", "refunded"),
    [((YES, declined(Decline.LOST_CARD)), 3_000), ((declined(Decline.LOST_CARD), YES), 0), ((Unknown(), YES), 3_000)],
)
async def test_of_two_endings_in_a_batch_the_first_that_tells_anything_counts(
    world: World, merchant: Caller, rail: ScriptedRail, answers: tuple[Answer, ...], refunded: int
) -> None:
    """Beside another refund of the same payment, whose part must stay as it is."""
    paid = await world.sell(merchant)
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.refund(merchant, paid, 5_000)
    beginner = Beginner(world.database)
    begun = await beginner.begin(
        Begin(
            merchant.tenant_id,
            paid.payment_id,
            "r9",
            OperationKind.REFUND,
            mxn(3_000),
            None,
            rail.new_trace(),
            world.clock.at,
        )
    )
    ender = Ender(world.database, Outbox(), DueWork(), IdSource(world.clock))
    results = await asyncio.gather(
        *(ender.end(End(begun, answer, world.clock.at)) for answer in answers), return_exceptions=True
    )
    told = Counter(type(result) for result in results)
    assert told == Counter([Payment if refunded else OperationDeclined, OutcomeUnknown])
    [row] = await rows(world.database, "SELECT refunding, refunded FROM payments")
    assert tuple(row) == (5_000, refunded)
    assert (await world.events(merchant, paid.payment_id))[1:] == [
        "payment.refunded" if refunded else "payment.refund_failed"
    ]


async def test_a_poisonous_call_does_not_fail_its_neighbours(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """PostgreSQL takes no NUL in a text: that call dies, the others of its batch do not."""
    paid = await world.sell(merchant)
    await world.sell(merchant)
    before = await stored(world.database, "payments")
    selling: list[Coroutine[Any, Any, Payment]] = [world.sell(merchant, 1_000) for _ in range(10)]
    refunding: list[Coroutine[Any, Any, Payment]] = [world.refund(merchant, paid, 100) for _ in range(10)]
    results = await asyncio.gather(
        *selling[:5],
        world.sell(merchant, description="\x00"),
        *selling[5:],
        *refunding[:5],
        world.payments.refund(merchant, world.refunding(paid, 100, description="\x00")),
        *refunding[5:],
        return_exceptions=True,
    )
    poisoned = [result for result in results if not isinstance(result, Payment)]
    assert len(poisoned) == 2
    assert all(isinstance(error, asyncpg.PostgresError) for error in poisoned)
    kept = await stored(world.database, "payments")
    assert len(kept["payments"]) == len(before["payments"]) + 10
    assert rail.charged == 20_000 + 10_000 - 1_000
    assert await world.reserved(merchant) == (0, 0)


async def test_two_processes_on_the_same_payments(database: Database, world: World, rail: ScriptedRail) -> None:
    """Everything at once, in any order, on few payments of few merchants: nothing deadlocks, nothing happens twice."""
    merchants = [await world.merchant() for _ in range(2)]
    payments = [
        (merchant, await (world.hold if number % 2 else world.sell)(merchant, 5_000))
        for number, merchant in enumerate([*merchants, *merchants[::-1]] * 2)
    ]
    dice = random.Random(7)  # noqa: S311 - repeatable on purpose
    rail.otherwise = lambda _: dice.choice(BAD_LUCK) if dice.randrange(5) == 0 else None
    processes = [world, world_of(database, rail, world.clock)]
    results = await asyncio.gather(
        *(_something(dice, processes[number % 2], *dice.choice(payments)) for number in range(240)),
        return_exceptions=True,
    )
    surprises = [one for one in results if isinstance(one, BaseException) and not isinstance(one, Refusal)]
    assert surprises == []
    assert {type(result) for result in results} >= {Payment, NotInState, AmountTooLarge, OutcomeUnknown}
    rail.otherwise = lambda _: None
    await rail.deliver_late()
    assert failures(await world.run_due()) == []
    [kept] = await rows(database, "SELECT sum(captured) AS captured, sum(refunded) AS refunded FROM payments")
    assert rail.charged == kept["captured"] - kept["refunded"]
    left = await rows(database, "SELECT 1 FROM payment_operations WHERE status = 'in_progress'")
    assert left == []


BAD_LUCK: list[Script] = [
    Fate.LOSE_ANSWER,
    Fate.LOSE_REQUEST,
    declined(Decline.DO_NOT_HONOUR),
    declined(Decline.LOST_CARD),
]


def _something(dice: random.Random, process: World, merchant: Caller, payment: Payment) -> Coroutine[Any, Any, object]:
    """A call that this payment may or may not allow just now."""
    match dice.randrange(10):
        case 0 | 1:
            return process.capture(merchant, payment, 4_000)
        case 2 | 3 | 4 | 5 | 6:
            return process.refund(merchant, payment, 700)
        case 7 | 8:
            return process.sell(merchant, 1_000)
        case _:
            return process.run_due()
