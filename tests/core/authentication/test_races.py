"""Browsers that return, results, due work and expiry at the same instant: one payment, one message, one end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from pasarela.core.authentication.model import Challenge
from pasarela.core.context import Caller
from pasarela.core.payments.errors import PaymentDeclined, StillAuthorizing
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.kernel.errors import Refusal
from pasarela.rails.authentication import TransStatus
from tests.factories.authentications import LIFE, Payers
from tests.factories.tables import rows

Y, N = TransStatus.AUTHENTICATED, TransStatus.NOT_AUTHENTICATED

RESULTS = "SELECT count(*) AS n FROM outbox_events WHERE subject = $1 AND type <> 'payment.requested'"


async def together(*calls: Awaitable[object]) -> list[object]:
    """All at once; a refusal is an answer, anything else that is raised is a failure."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


async def at_the_bank(payers: Payers, merchant: Caller) -> Payment:
    payment = await payers.prepared(merchant)
    payers.issuer.will(None)
    assert isinstance(await payers.start(merchant, payment), Challenge)
    return payment


async def results(payers: Payers, payment: Payment) -> int:
    """How many ends were announced."""
    [row] = await rows(payers.world.database, RESULTS, payment.payment_id)
    count: int = row["n"]
    return count


@pytest.mark.parametrize("turn", range(4))
async def test_returns_results_and_due_work_at_once_charge_once(payers: Payers, merchant: Caller, turn: int) -> None:
    payment = await at_the_bank(payers, merchant)
    if turn % 2:
        await payers.issuer.tell(Y)

    answers = await together(
        payers.issuer.tell(Y),
        *(payers.conclude(merchant, payment) for _ in range(4)),
        payers.run_due(seconds=15),
        payers.start(merchant, payment),
    )
    assert not [answer for answer in answers if isinstance(answer, PaymentDeclined)]
    assert all(isinstance(answer, StillAuthorizing) for answer in answers if isinstance(answer, Refusal))
    await payers.run_due(seconds=15)

    assert (await payers.world.get(merchant, payment)).status is PaymentStatus.COMPLETED
    assert (payers.rail.charged, payers.rail.kinds().count("sale"), await results(payers, payment)) == (10_000, 1, 1)


@pytest.mark.parametrize("status", [Y, N])
@pytest.mark.parametrize("turn", range(3))
async def test_a_return_at_the_instant_of_expiry_ends_in_one_state(
    payers: Payers, merchant: Caller, status: TransStatus, turn: int
) -> None:
    payment = await at_the_bank(payers, merchant)
    payers.world.clock.at += LIFE - timedelta(seconds=turn)
    await payers.issuer.tell(status)

    await together(
        payers.run_due(seconds=turn),
        *(payers.conclude(merchant, payment) for _ in range(3)),
    )
    await payers.run_due(minutes=1)

    ended = await payers.world.get(merchant, payment)
    ends = {PaymentStatus.EXPIRED, PaymentStatus.COMPLETED if status is Y else PaymentStatus.DECLINED}
    assert ended.status in ends
    assert payers.rail.charged == (10_000 if ended.status is PaymentStatus.COMPLETED else 0)
    assert await results(payers, payment) == 1


async def test_a_yes_and_a_no_at_once_end_in_the_first(payers: Payers, merchant: Caller) -> None:
    payment = await at_the_bank(payers, merchant)
    assert await together(payers.issuer.tell(Y), payers.issuer.tell(N)) == [True, True]

    await together(*(payers.conclude(merchant, payment) for _ in range(3)))
    await payers.run_due(seconds=15)

    ended = await payers.world.get(merchant, payment)
    assert ended.status in {PaymentStatus.COMPLETED, PaymentStatus.DECLINED}
    assert payers.rail.charged == (10_000 if ended.status is PaymentStatus.COMPLETED else 0)
    assert await results(payers, payment) == 1


async def test_the_security_code_goes_to_the_one_that_is_sent(payers: Payers, merchant: Caller) -> None:
    payment = await at_the_bank(payers, merchant)
    await payers.issuer.tell(Y)

    await together(*(payers.conclude(merchant, payment) for _ in range(6)))

    [request] = payers.rail.sent
    assert request.card.cvv is not None
