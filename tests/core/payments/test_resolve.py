"""What is done when nobody knows: the ladder of reversals, answers that come too late."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import OutcomeUnknown
from pasarela.core.payments.model import AuthoriseCard, Payment, PaymentStatus
from pasarela.core.payments.rules import RESOLVE_AFTER
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import Approved, CardPurpose, CardReversal
from tests.factories.payments import World, failures, mxn
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined

INBOX = "SELECT outcome FROM inbox ORDER BY message_id"


async def lose(world: World, merchant: Caller, rail: ScriptedRail, fate: Fate, *, capture: bool = True) -> Payment:
    """A payment that nobody knows the outcome of."""
    rail.will(fate)
    command: AuthoriseCard = world.sale(capture=capture)
    with pytest.raises(OutcomeUnknown) as refusal:
        await world.payments.authorise(merchant, command)
    assert refusal.value.payment_id == command.payment_id
    return await world.get(merchant, command.payment_id)


def reversals(rail: ScriptedRail) -> list[CardReversal]:
    return [message for message in rail.sent if isinstance(message, CardReversal)]


@pytest.mark.parametrize("capture", [True, False])
@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.LOSE_REQUEST, Fate.DELAY_REQUEST])
async def test_an_unknown_payment_is_reversed(
    world: World, merchant: Caller, rail: ScriptedRail, fate: Fate, capture: bool
) -> None:
    lost = await lose(world, merchant, rail, fate, capture=capture)
    assert (lost.status, lost.decline, lost.response_code) == (
        PaymentStatus.UNKNOWN,
        Decline.ISSUER_UNAVAILABLE,
        None,
    )
    assert await world.balances(merchant) == {}
    [ran] = await world.run_due()
    assert (ran.kind, ran.subject, ran.error) == ("payments.resolve", lost.payment_id, None)
    resolved = await world.get(merchant, lost)
    assert (resolved.status, resolved.captured, resolved.fee) == (PaymentStatus.FAILED, mxn(0), None)
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (0, 0)
    assert await world.events(merchant, lost.payment_id) == ["payment.unknown", "payment.failed"]
    [reversal] = reversals(rail)
    assert reversal.original == rail.sent[0].trace
    assert (reversal.amount, reversal.timed_out, reversal.repeat) == (mxn(10_000), True, False)
    assert reversal.purpose is (CardPurpose.SALE if capture else CardPurpose.AUTHORISATION)
    assert await world.run_due() == []


async def test_asking_again_about_an_unknown_payment(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(Fate.LOSE_ANSWER)
    command = world.sale()
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            await world.payments.authorise(merchant, command)
    await world.run_due()
    with pytest.raises(OutcomeUnknown):
        await world.payments.authorise(merchant, command)
    assert rail.kinds() == ["sale", "reversal"]


async def test_an_unanswered_reversal_is_repeated_by_the_ladder(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    lost = await lose(world, merchant, rail, Fate.LOSE_ANSWER)
    rail.will(*[Fate.LOSE_REQUEST] * 3)
    started = world.clock.at
    await world.run_due()
    at: list[timedelta] = []
    while (await world.get(merchant, lost)).status is PaymentStatus.UNKNOWN:
        seen = len(rail.sent)
        await world.move(timedelta(seconds=1) if len(at) < 1 else timedelta(minutes=1))
        at += [world.clock.at - started] * (len(rail.sent) - seen)
    first, second, third = RESOLVE_AFTER[1:4]
    assert [first <= each < first + timedelta(minutes=1) for each in at[:1]] == [True]
    assert at[1] - at[0] >= second - timedelta(minutes=1)
    assert at[2] - at[1] >= third - timedelta(minutes=1)
    assert len(at) == 3
    assert [reversal.repeat for reversal in reversals(rail)] == [False, True, True, True]
    assert len({reversal.original for reversal in reversals(rail)}) == 1
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED
    assert await world.events(merchant, lost.payment_id) == ["payment.unknown", "payment.failed"]
    assert rail.charged == 0


async def test_giving_up_leaves_the_payment_unknown_for_all_to_see(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    lost = await lose(world, merchant, rail, Fate.LOSE_ANSWER)
    rail.will(*[Fate.LOSE_REQUEST] * 50)
    started = world.clock.at
    ran = await world.move(timedelta(days=60))
    assert failures(ran) == []
    waits = [one.due_at - before for one, before in zip(ran, [started, *(each.due_at for each in ran)], strict=False)]
    assert tuple(waits) == RESOLVE_AFTER
    assert len(reversals(rail)) == len(RESOLVE_AFTER) == 9
    assert (await world.get(merchant, lost)).status is PaymentStatus.UNKNOWN
    assert (await stored(world.database, "due_work"))["due_work"] == []
    assert await world.events(merchant, lost.payment_id) == ["payment.unknown"]


async def test_a_reversal_that_the_network_refuses_has_been_answered(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    lost = await lose(world, merchant, rail, Fate.LOSE_REQUEST)
    rail.will(declined(Decline.ISSUER_UNAVAILABLE, "91"), declined(Decline.DO_NOT_HONOUR, "12"))
    await world.run_due()
    assert (await world.get(merchant, lost)).status is PaymentStatus.UNKNOWN
    await world.move(timedelta(minutes=1))
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED


# Answers that come too late.


async def test_a_late_approval_after_the_reversal_is_reversed_once_more(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    """The network may have taken the reversal first, and known nothing to undo."""
    lost = await lose(world, merchant, rail, Fate.LOSE_ANSWER)
    await world.run_due()
    trace = rail.sent[0].trace
    late = list(rail.late)
    await rail.deliver_late()
    rail.late = late  # the network says it twice
    await rail.deliver_late()
    await world.run_due()
    assert [row["outcome"] for row in await rows(world.database, INBOX)] == ["reversed"]
    assert rail.kinds() == ["sale", "reversal", "reversal"]
    again = reversals(rail)[1]
    assert (again.original, again.timed_out, again.repeat) == (trace, True, True)
    assert rail.charged == 0
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED
    assert await world.events(merchant, lost.payment_id) == ["payment.unknown", "payment.failed"]


async def test_a_late_approval_before_the_reversal(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    lost = await lose(world, merchant, rail, Fate.LOSE_ANSWER, capture=False)
    await rail.deliver_late()
    await world.run_due()
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED
    assert (rail.charged, rail.held) == (0, 0)
    assert [row["outcome"] for row in await rows(world.database, INBOX)] == ["reversed"]


async def test_a_request_that_its_reversal_overtook(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    lost = await lose(world, merchant, rail, Fate.DELAY_REQUEST)
    await world.run_due()
    await rail.deliver_late()
    await world.run_due()
    assert rail.charged == 0
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED


async def test_a_late_approval_whose_reversal_is_not_answered_is_tried_again(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    await lose(world, merchant, rail, Fate.LOSE_ANSWER)
    await world.run_due()
    await rail.deliver_late()
    rail.will(Fate.LOSE_REQUEST)
    [ran] = await world.run_due()
    assert ran.error is not None
    assert await rows(world.database, "SELECT 1 FROM inbox WHERE handled_at IS NOT NULL") == []
    await world.move(timedelta(minutes=1))
    assert [row["outcome"] for row in await rows(world.database, INBOX)] == ["reversed"]
    assert rail.kinds() == ["sale", "reversal", "reversal", "reversal"]


async def test_a_late_refusal_changes_nothing(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    lost = await lose(world, merchant, rail, Fate.LOSE_REQUEST)
    await world.run_due()
    before = await stored(world.database)
    rail.late.append((rail.sent[0].trace, declined(Decline.DO_NOT_HONOUR)))
    await rail.deliver_late()
    assert await stored(world.database) == before
    assert (await world.get(merchant, lost)).status is PaymentStatus.FAILED


async def test_a_second_approval_of_a_payment_that_stands_changes_nothing(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    paid = await world.sell(merchant)
    rail.late.append((rail.sent[0].trace, Approved("000000", mxn(10_000))))
    await rail.deliver_late()
    await world.run_due()
    assert [row["outcome"] for row in await rows(world.database, INBOX)] == ["stands"]
    assert await world.get(merchant, paid) == paid
    assert rail.kinds() == ["sale"]


async def test_an_approval_of_something_never_asked(world: World, rail: ScriptedRail) -> None:
    rail.late.append((rail.new_trace(), Approved("000000", mxn(10_000))))
    await rail.deliver_late()
    await world.run_due()
    assert [row["outcome"] for row in await rows(world.database, INBOX)] == ["no such message"]
    assert rail.sent == []


async def test_many_at_once_when_nobody_answers(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(*[Fate.LOSE_ANSWER, Fate.LOSE_REQUEST] * 15)
    results = await asyncio.gather(*(world.sell(merchant) for _ in range(30)), return_exceptions=True)
    assert {type(result) for result in results} == {OutcomeUnknown}
    assert rail.charged == 150_000
    assert failures(await world.run_due()) == []
    await rail.deliver_late()
    assert failures(await world.run_due()) == []
    assert rail.charged == 0
    kept = (await stored(world.database, "payments"))["payments"]
    assert {row["status"] for row in kept} == {"failed"}
