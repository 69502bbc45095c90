"""How a card rail authorises, over both transports and against the issuer's own book."""

from __future__ import annotations

import asyncio

import pytest

from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import seeded
from pasarela.rails.contract import Approved, Declined, Trace, Unknown
from pasarela.rails.simulators.book import Kind
from tests.rails.card_world import PAN, CardWorld, Transport, card_world, mxn, until


async def test_authorise_approves_a_sale_and_the_issuer_books_it(world: CardWorld) -> None:
    request = world.sale(10050)

    answer = await world.rail.authorise(request)

    entry = world.entry(request.trace)
    assert answer == Approved(entry.authorization_code, mxn(10050), "00")
    assert entry.authorization_code.isdigit()
    assert len(entry.authorization_code) == 6
    assert (entry.kind, entry.asked, entry.approved, entry.currency) == (Kind.SALE, 10050, 10050, "484")
    assert entry.card == "411111XXXXXX1111"
    assert entry.settled


async def test_authorise_holds_without_clearing(world: CardWorld) -> None:
    request = world.hold()

    assert isinstance(await world.rail.authorise(request), Approved)

    entry = world.entry(request.trace)
    assert (entry.kind, entry.cleared, entry.settled) == (Kind.AUTHORISATION, 0, False)


async def test_authorise_verifies_a_card_for_nothing(world: CardWorld) -> None:
    request = world.verification()

    assert await world.rail.authorise(request) == Approved(world.entry(request.trace).authorization_code, mxn(0), "00")
    assert world.entry(request.trace).settled


@pytest.mark.parametrize(
    ("pan", "decline", "code"),
    [
        ("4222222222222220", Decline.DO_NOT_HONOUR, "05"),
        ("4000000000000069", Decline.EXPIRED_CARD, "54"),
        ("4444444444444448", Decline.INSUFFICIENT_FUNDS, "51"),
        ("4000000000000119", Decline.STOLEN_CARD, "43"),
        ("4000000000000044", Decline.SUSPECTED_FRAUD, "59"),
        ("4000000000000127", Decline.WRONG_SECURITY_CODE, "N7"),
        ("4000000000000341", Decline.LOST_CARD, "41"),
        ("4000000000000358", Decline.RESTRICTED_CARD, "62"),
        ("4000000000000366", Decline.PICK_UP_CARD, "04"),
        ("4000000000000374", Decline.CALL_ISSUER, "01"),
        ("4000000000000382", Decline.NOT_ONLINE, "58"),
        ("4000000000000390", Decline.NOT_PERMITTED, "57"),
        ("4000000000000408", Decline.ISSUER_UNAVAILABLE, "91"),
    ],
)
async def test_authorise_declines_the_test_cards(world: CardWorld, pan: str, decline: Decline, code: str) -> None:
    request = world.sale(pan=pan)

    assert await world.rail.authorise(request) == Declined(decline, code)

    entry = world.entry(request.trace)
    assert (entry.code, entry.approved, entry.authorization_code) == (code, 0, "")


@pytest.mark.parametrize(
    "pan",
    [
        *("4242424242424242", "5555555555554444", "5105105105105100", "345678000000007", "343434343434343"),
        *("4000000000002503", "5200000000002151", "4000000000002370", "5200000000002490"),
        *("4000000000002701", "5200000000002235", "4000000000002925", "5200000000002276"),
        *("4005580000040541", "5453750000000001", "36417002140808", "4012888888881881"),
    ],
)
async def test_authorise_approves_the_other_cards(world: CardWorld, pan: str) -> None:
    assert isinstance(await world.rail.authorise(world.sale(pan=pan)), Approved)


async def test_authorise_answers_the_code_in_the_amount(world: CardWorld) -> None:
    refused = await world.rail.authorise(world.sale(900_051))
    approved = await world.rail.authorise(world.sale(900_000))

    assert refused == Declined(Decline.INSUFFICIENT_FUNDS, "51")
    assert isinstance(approved, Approved)


async def test_authorise_answers_the_code_in_the_holders_name(world: CardWorld) -> None:
    answer = await world.rail.authorise(world.sale(holder="Outcome n7"))

    assert answer == Declined(Decline.WRONG_SECURITY_CODE, "N7")


async def test_authorise_approves_half_of_9010(world: CardWorld) -> None:
    request = world.sale(901_000)

    answer = await world.rail.authorise(request)

    entry = world.entry(request.trace)
    assert answer == Approved(entry.authorization_code, mxn(450_500), "10")
    assert (entry.asked, entry.approved) == (901_000, 450_500)


async def test_authorise_obeys_fault_then_wish_then_holder_then_amount_then_card(world: CardWorld) -> None:
    async def code(*, fault: str | None, wish: str | None, holder: str = "Ana", minor: int = 900_054) -> str:
        world.faults.modes.append(fault)
        request = world.sale(minor, pan="4222222222222220", holder=holder, outcome=wish)
        answer = await world.rail.authorise(request)
        assert isinstance(answer, Approved | Declined)
        return answer.code

    assert await code(fault="decline:41", wish="decline:43", holder="OUTCOME 51") == "41"
    assert await code(fault=None, wish="decline:43", holder="OUTCOME 51") == "43"
    assert await code(fault=None, wish="review", holder="OUTCOME 51") == "51"
    assert await code(fault=None, wish=None) == "54"
    assert await code(fault=None, wish=None, minor=100) == "05"
    assert await code(fault=None, wish="approve", minor=100) == "00"
    assert set(world.faults.asked) == {"card_network"}


@pytest.mark.parametrize(("mode", "code"), [("error:96", "96"), ("error:503", "96"), ("decline", "05")])
async def test_authorise_meets_a_network_that_errs(world: CardWorld, mode: str, code: str) -> None:
    world.faults.modes.append(mode)

    answer = await world.rail.authorise(world.sale())

    assert isinstance(answer, Declined)
    assert answer.code == code


async def test_authorise_waits_for_an_answer_that_is_delayed_a_little(world: CardWorld) -> None:
    world.faults.modes.append("delay:5")

    assert isinstance(await world.rail.authorise(world.sale()), Approved)


async def test_authorise_takes_an_answer_sent_twice_once(world: CardWorld) -> None:
    world.faults.modes.append("duplicate")

    assert isinstance(await world.rail.authorise(world.sale()), Approved)

    await until(lambda: world.rail.counts.ignored == 1)
    assert isinstance(await world.rail.authorise(world.sale()), Approved)
    assert world.late.empty()


async def test_authorise_does_not_know_when_the_network_is_silent_but_funds_are_held(
    impatient: CardWorld,
) -> None:
    request = impatient.hold(outcome="timeout")

    assert await impatient.rail.authorise(request) == Unknown(reached=True)
    assert impatient.entry(request.trace).approved == 10050

    assert isinstance(await impatient.rail.reverse(impatient.reversal(request)), Approved)
    assert impatient.entry(request.trace).reversed
    assert impatient.late.empty()


async def test_an_approval_after_the_time_out_is_told_and_can_be_reversed(impatient: CardWorld) -> None:
    request = impatient.sale(outcome="late_approval")

    assert await impatient.rail.authorise(request) == Unknown(reached=True)
    trace, answer = await asyncio.wait_for(impatient.late.get(), 30)

    entry = impatient.entry(request.trace)
    assert (trace, answer) == (request.trace, Approved(entry.authorization_code, mxn(10050), "00"))
    assert impatient.rail.counts.late == 1
    assert isinstance(await impatient.rail.reverse(impatient.reversal(request)), Approved)
    assert impatient.entry(request.trace).reversed


async def test_a_late_approval_also_comes_after_its_reversal(impatient: CardWorld) -> None:
    request = impatient.sale(outcome="late_approval")
    assert await impatient.rail.authorise(request) == Unknown(reached=True)

    await impatient.rail.reverse(impatient.reversal(request))
    trace, answer = await asyncio.wait_for(impatient.late.get(), 30)

    assert trace == request.trace
    assert isinstance(answer, Approved)
    assert impatient.entry(request.trace).reversed


async def test_authorise_does_not_know_when_the_connection_drops_and_the_next_one_works(
    world: CardWorld,
) -> None:
    world.faults.modes.append("drop")
    request = world.sale()

    assert await world.rail.authorise(request) == Unknown(reached=True)
    assert world.entry(request.trace).approved == 10050

    assert isinstance(await world.rail.authorise(world.sale()), Approved)
    assert world.rail.counts.signed_on == 2


async def test_a_network_that_hangs_up_ends_all_waits(world: CardWorld) -> None:
    world.faults.modes.extend(["timeout"] * 20)
    waiting = [asyncio.create_task(world.rail.authorise(world.sale())) for _ in range(20)]
    await until(lambda: len(world.faults.asked) == 20)

    world.network.hang_up()

    assert await asyncio.gather(*waiting) == [Unknown(reached=True)] * 20
    assert world.rail.counts.in_flight == 0
    assert isinstance(await world.rail.authorise(world.sale()), Approved)


async def test_five_hundred_in_flight_get_each_their_own_answer(world: CardWorld) -> None:
    shuffled = seeded("shuffled")
    world.faults.modes.extend(f"delay:{shuffled.randrange(40)}" for _ in range(500))
    requests = [world.sale(1000 + n) for n in range(500)]
    order: list[Trace] = []

    async def authorise(n: int) -> None:
        answer = await world.rail.authorise(requests[n])
        entry = world.entry(requests[n].trace)
        order.append(requests[n].trace)
        assert entry.asked == 1000 + n
        assert answer == Approved(entry.authorization_code, mxn(1000 + n), "00")

    await asyncio.gather(*(authorise(n) for n in range(500)))

    assert order != [request.trace for request in requests]
    assert len({world.entry(trace).authorization_code for trace in order}) > 490
    assert world.rail.counts.in_flight == 0


async def test_a_caller_that_goes_away_is_told_to_the_listener(world: CardWorld) -> None:
    world.faults.modes.append("delay:20")
    request = world.sale()
    caller = asyncio.create_task(world.rail.authorise(request))
    await until(lambda: bool(world.faults.asked))

    caller.cancel()

    trace, answer = await asyncio.wait_for(world.late.get(), 30)
    assert trace == request.trace
    assert isinstance(answer, Approved)


async def test_the_same_request_twice_is_booked_once(world: CardWorld) -> None:
    sale = world.sale()

    first = await world.rail.authorise(sale)
    again = await world.rail.authorise(sale)

    assert first == again
    assert len(world.network.snapshot()) == 1


async def test_stop_signs_off_and_nothing_is_sent_afterwards(transport: Transport) -> None:
    async with card_world(transport) as world:
        await world.rail.stop()

        assert not world.rail.connected
        await until(lambda: world.network.counts.messages == 2)  # sign-on, sign-off


async def test_trace_numbers_begin_again_past_those_in_flight(transport: Transport) -> None:
    async with card_world(transport, first_stan=999_998) as world:
        world.faults.modes.append("delay:50")
        early = world.sale()  # the sign-on has had 999998
        waiting = asyncio.create_task(world.rail.authorise(early))
        await until(lambda: len(world.faults.asked) == 1)

        assert early.trace.stan == "999999"
        assert isinstance(await world.rail.authorise(world.sale()), Approved)
        assert world.rail.new_trace().stan == "000002"
        assert isinstance(await waiting, Approved)


async def test_the_issuer_forgets_the_longest_settled_first(transport: Transport) -> None:
    async with card_world(transport, book_size=3) as world:
        hold, *sales = [world.hold(), world.sale(), world.sale(), world.sale()]
        for request in (hold, *sales):
            await world.rail.authorise(request)

        assert world.network.entry(sales[0].trace) is None
        assert {entry.key[1] for entry in world.network.snapshot()} == {
            request.trace.stan for request in (hold, *sales[1:])
        }
        assert PAN not in repr(world.network.snapshot())
