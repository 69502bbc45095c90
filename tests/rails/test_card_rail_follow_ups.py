"""What follows an authorisation: completions, refunds and reversals, in orders that nobody planned."""

from __future__ import annotations

from pasarela.kernel.decline import Decline
from pasarela.rails.contract import Approved, Declined
from pasarela.rails.simulators.book import Kind
from tests.rails.card_world import CardWorld, mxn


async def test_complete_clears_several_times_and_above(world: CardWorld) -> None:
    hold = world.hold(10_000)
    approved = await world.rail.authorise(hold)
    assert isinstance(approved, Approved)

    first = await world.rail.complete(world.completion(hold.trace, 4_000, approved.authorization_code))
    assert first == Approved(approved.authorization_code, mxn(4_000), "00")
    assert (world.entry(hold.trace).cleared, world.entry(hold.trace).settled) == (4_000, False)

    await world.rail.complete(world.completion(hold.trace, 6_000))
    assert (world.entry(hold.trace).cleared, world.entry(hold.trace).settled) == (10_000, True)

    assert isinstance(await world.rail.complete(world.completion(hold.trace, 500)), Approved)
    assert world.entry(hold.trace).cleared == 10_500


async def test_complete_without_authorisation_is_accepted_and_recorded(world: CardWorld) -> None:
    completion = world.completion(world.rail.new_trace(), 700)

    assert await world.rail.complete(completion) == Approved("123456", mxn(700), "00")

    entry = world.entry(completion.trace)
    assert (entry.kind, entry.approved) == (Kind.COMPLETION, 700)
    assert entry.original == (completion.original.rrn, completion.original.stan)


async def test_complete_sent_twice_clears_once(world: CardWorld) -> None:
    hold = world.hold(10_000)
    await world.rail.authorise(hold)
    completion = world.completion(hold.trace, 4_000)

    first = await world.rail.complete(completion)
    again = await world.rail.complete(completion)

    assert first == again
    assert world.entry(hold.trace).cleared == 4_000


async def test_complete_can_be_refused_on_wish(world: CardWorld) -> None:
    hold = world.hold(10_000)
    await world.rail.authorise(hold)
    world.faults.modes.append("decline:05")

    answer = await world.rail.complete(world.completion(hold.trace, 10_000))

    assert answer == Declined(Decline.DO_NOT_HONOUR, "05")
    assert world.entry(hold.trace).cleared == 0


async def test_refund_gives_back_also_before_clearing(world: CardWorld) -> None:
    hold = world.hold(10_000)
    await world.rail.authorise(hold)
    refund = world.refund(hold.trace, 2_500)

    answer = await world.rail.refund(refund)

    assert isinstance(answer, Approved)
    assert answer.amount == mxn(2_500)
    assert (world.entry(hold.trace).refunded, world.entry(hold.trace).cleared) == (2_500, 0)
    assert world.entry(refund.trace).kind is Kind.REFUND


async def test_refund_is_refused_by_amount_or_wish_but_not_by_card(world: CardWorld) -> None:
    sale = world.sale(2_000_000)
    await world.rail.authorise(sale)

    by_amount = await world.rail.refund(world.refund(sale.trace, 900_051))
    by_wish = await world.rail.refund(world.refund(sale.trace, 100, "decline:57"))
    in_full = await world.rail.refund(world.refund(sale.trace, 901_010))

    assert by_amount == Declined(Decline.INSUFFICIENT_FUNDS, "51")
    assert by_wish == Declined(Decline.NOT_PERMITTED, "57")
    assert isinstance(in_full, Approved)
    assert (in_full.amount, in_full.code) == (mxn(901_010), "00")
    assert world.entry(sale.trace).refunded == 901_010


async def test_reverse_undoes_a_refund(world: CardWorld) -> None:
    sale = world.sale(5_000)
    await world.rail.authorise(sale)
    refund = world.refund(sale.trace, 5_000)
    await world.rail.refund(refund)

    assert isinstance(await world.rail.reverse(world.reversal(refund)), Approved)

    assert world.entry(refund.trace).reversed
    assert (world.entry(sale.trace).refunded, world.entry(sale.trace).reversed) == (0, False)


async def test_reverse_repeated_changes_nothing(world: CardWorld) -> None:
    hold = world.hold()
    await world.rail.authorise(hold)

    for timed_out, repeat in [(False, False), (True, False), (True, True), (False, True)]:
        reversal = world.reversal(hold, timed_out=timed_out, repeat=repeat)
        assert await world.rail.reverse(reversal) == Approved("", hold.amount, "00")

    assert world.entry(hold.trace).remaining == 0
    assert len(world.network.snapshot()) == 1


async def test_reverse_that_overtakes_its_request_makes_it_void(world: CardWorld) -> None:
    sale = world.sale()

    assert isinstance(await world.rail.reverse(world.reversal(sale)), Approved)
    assert world.entry(sale.trace).kind is Kind.VOID

    assert await world.rail.authorise(sale) == Declined(Decline.DO_NOT_HONOUR, "12")
    assert world.entry(sale.trace).approved == 0


async def test_reverse_of_something_forgotten_is_accepted(world: CardWorld) -> None:
    hold = world.hold()
    await world.rail.authorise(hold)
    world.network.forget()

    assert isinstance(await world.rail.reverse(world.reversal(hold)), Approved)


async def test_reverse_refused_by_the_network_leaves_the_original(world: CardWorld) -> None:
    hold = world.hold()
    await world.rail.authorise(hold)
    world.faults.modes.append("error:96")

    answer = await world.rail.reverse(world.reversal(hold))

    assert answer == Declined(Decline.ISSUER_UNAVAILABLE, "96")
    assert not world.entry(hold.trace).reversed


async def test_reverse_is_repeated_until_the_network_answers(impatient: CardWorld) -> None:
    hold = impatient.hold()
    while not isinstance(await impatient.rail.authorise(hold), Approved):
        pass
    impatient.faults.modes.extend(["timeout", "timeout"])

    assert isinstance(await impatient.rail.reverse(impatient.reversal(hold)), Approved)

    assert not impatient.faults.modes
    assert impatient.entry(hold.trace).reversed
