"""The connection to a network that a test plays itself: sign-on, echo, redialling, nonsense, the ends of waits."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from pasarela.kernel.ids import seeded
from pasarela.rails.card_network.rail import CardNetworkRail
from pasarela.rails.contract import (
    Answer,
    Approved,
    CardAuthorization,
    CardPurpose,
    CardReversal,
    Trace,
    Unknown,
)
from pasarela.rails.iso8583.frames import framed
from pasarela.rails.iso8583.links import Accept, Link
from pasarela.rails.iso8583.message import Message
from tests.rails.card_world import ACCEPTOR, IMPATIENT, PATIENT, FixedClock, ScriptedHost, Started, card, mxn, until


def sale(rail: CardNetworkRail, trace: Trace | None = None) -> CardAuthorization:
    return CardAuthorization(trace or rail.new_trace(), ACCEPTOR, card(), mxn(100), CardPurpose.SALE)


def approve(message: Message) -> bytes:
    return message.answer("00", authorization_code="123456").frame()


async def test_start_signs_on_and_stop_signs_off(started: Started) -> None:
    host = ScriptedHost()
    rail = await started(host.rail())

    assert rail.connected
    await rail.stop()

    assert host.managed == ["001", "002"]
    assert not rail.connected


async def test_start_returns_while_the_network_is_away_and_nothing_is_sent(started: Started) -> None:
    host = ScriptedHost()
    host.reachable = False
    rail = await started(host.rail(replace(PATIENT, connect_wait_s=0.01)))

    assert not rail.connected
    assert await rail.authorise(sale(rail)) == Unknown(reached=False)
    assert host.received.empty()


async def test_a_request_waits_a_moment_for_the_connection(started: Started) -> None:
    host = ScriptedHost(approve)
    host.reachable = False
    rail = host.rail(replace(PATIENT, connect_wait_s=30))
    starting = asyncio.create_task(started(rail))
    asking = asyncio.create_task(rail.authorise(sale(rail)))
    await until(lambda: host.dialled >= 3)

    host.reachable = True

    assert isinstance(await asking, Approved)
    await starting


async def test_a_refused_sign_on_is_tried_again(started: Started) -> None:
    host = ScriptedHost(approve)
    host.agreeable = False
    starting = asyncio.create_task(started(host.rail(replace(IMPATIENT, timeout_s=0.01))))
    await until(lambda: host.managed.count("001") >= 3)
    assert not starting.done()

    host.agreeable = True

    rail = await starting
    await until(lambda: rail.connected)


async def test_nothing_is_sent_before_sign_on(started: Started) -> None:
    host = ScriptedHost(approve)
    host.agreeable = False
    rail = await started(host.rail(replace(PATIENT, connect_wait_s=0.01)))

    assert await rail.authorise(sale(rail)) == Unknown(reached=False)

    assert host.managed == ["001"]
    assert host.received.empty()


async def test_a_silent_connection_is_tried_with_an_echo(started: Started) -> None:
    host = ScriptedHost()
    rail = await started(host.rail(replace(PATIENT, echo_after_s=0.01)))

    await until(lambda: host.managed.count("301") >= 3)

    assert rail.connected
    assert host.dialled == 1


async def test_a_connection_that_answers_no_echo_is_made_anew(started: Started) -> None:
    host = ScriptedHost(approve)
    rail = await started(host.rail(replace(IMPATIENT, timeout_s=0.02, echo_after_s=0.01)))
    host.agreeable = False
    await until(lambda: not rail.connected)

    host.agreeable = True

    await until(lambda: rail.connected)
    assert rail.counts.signed_on >= 2


async def test_the_networks_own_echo_is_answered(started: Started) -> None:
    heard: list[Message] = []
    host = ScriptedHost()
    await started(host.rail())

    host.script = heard.append
    host.link.write(Message("0800", {"7": "1121025200", "11": "777777", "70": "301"}).frame())

    await until(lambda: len(heard) == 1)
    assert (heard[0].mti, heard[0].get("11"), heard[0].get("39")) == ("0810", "777777", "00")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x00\x00",
        b"\xff\xff",
        framed(b"0110" + b"\xff" * 40),
        framed(b"0110" + bytes(8) + b"left over"),
        framed("0110ñ".encode() + bytes(20)),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_nonsense_closes_the_connection_and_the_rail_goes_on(started: Started, nonsense: bytes) -> None:
    host = ScriptedHost(lambda _: nonsense)
    rail = await started(host.rail())

    assert await rail.authorise(sale(rail)) == Unknown(reached=True)
    host.script = approve
    assert isinstance(await rail.authorise(sale(rail)), Approved)

    assert rail.counts.malformed == 1
    assert host.dialled == 2


async def test_random_bytes_never_kill_the_rail(started: Started) -> None:
    noise = seeded("noise")
    host = ScriptedHost(lambda _: noisy(noise))
    rail = await started(host.rail(replace(IMPATIENT, timeout_s=0.02, redial_first_s=0.001)))

    for _ in range(60):
        assert isinstance(await rail.authorise(sale(rail)), Unknown)
    host.script = approve

    await until(lambda: rail.connected)
    assert isinstance(await rail.authorise(sale(rail)), Approved)


def noisy(noise: random.Random) -> bytes:
    """Random bytes, sometimes in a frame, sometimes behind a message type."""
    data = noise.randbytes(noise.randrange(1, 80))
    return noise.choice([data, framed(data + bytes(12)), framed(b"0210" + data + bytes(12))])


async def test_answers_that_nobody_waits_for_are_ignored(started: Started) -> None:
    host = ScriptedHost(
        lambda request: b"".join(
            [
                Message("0210", {"11": "999999", "37": "ZZZZZZZZZZZZ", "39": "00"}).frame(),
                Message("0210", {"11": request.need("11"), "37": "ZZZZZZZZZZZZ", "39": "00"}).frame(),
                Message("0110", {"11": request.need("11"), "37": request.need("37"), "39": "00"}).frame(),
                Message("0210", {"39": "00"}).frame(),
                request.answer("51").frame(),
                request.answer("00").frame(),
            ]
        )
    )
    rail = await started(host.rail())

    answer = await rail.authorise(sale(rail))

    assert getattr(answer, "code", None) == "51"
    await until(lambda: rail.counts.ignored == 5)
    assert rail.counts.late == 0


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"39": "10"},
        {"39": "10", "4": "000000000000"},
        {"39": "10", "4": "000000000101"},
        {"39": "10", "4": "0000000000-1"},
    ],
)
async def test_an_answer_that_makes_no_sense_is_unknown(started: Started, answer: dict[str, str]) -> None:
    host = ScriptedHost(
        lambda request: Message("0210", {"11": request.need("11"), "37": request.need("37"), **answer}).frame()
    )
    rail = await started(host.rail())

    assert await rail.authorise(sale(rail)) == Unknown(reached=True)


async def test_a_timed_out_reversal_is_repeated_as_0421_with_its_own_trace(started: Started) -> None:
    host = ScriptedHost()
    rail = await started(host.rail(replace(IMPATIENT, timeout_s=0.02, reversal_attempts=3)))
    original = sale(rail)

    answer = await rail.reverse(reversal(rail, original, timed_out=True))

    sent = [host.received.get_nowait() for _ in range(3)]
    assert answer == Unknown(reached=True)
    assert [message.mti for message in sent] == ["0420", "0421", "0421"]
    assert len({(message.get("11"), message.get("37"), message.get("7")) for message in sent}) == 1
    assert host.received.empty()


async def test_a_repeat_takes_the_answer_to_its_first_sending(started: Started) -> None:
    first: list[Message] = []

    def answer_first_late(message: Message) -> bytes | None:
        first.append(message)
        return first[0].answer("00").frame() if message.mti == "0401" else None

    host = ScriptedHost(answer_first_late)
    rail = await started(host.rail(replace(IMPATIENT, timeout_s=0.02)))

    answer = await rail.reverse(reversal(rail, sale(rail), timed_out=False))

    assert isinstance(answer, Approved)
    assert [message.mti for message in first][:2] == ["0400", "0401"]


async def test_a_reversal_of_what_the_network_never_saw_is_done(started: Started) -> None:
    host = ScriptedHost(lambda message: message.answer("25").frame())
    rail = await started(host.rail())

    assert await rail.reverse(reversal(rail, sale(rail), timed_out=True)) == Approved("", mxn(100), "25")


def reversal(rail: CardNetworkRail, original: CardAuthorization, *, timed_out: bool) -> CardReversal:
    return CardReversal(
        rail.new_trace(),
        original.trace,
        ACCEPTOR,
        card(),
        mxn(100),
        CardPurpose.SALE,
        timed_out=timed_out,
        repeat=False,
    )


async def test_a_trace_number_in_flight_is_not_sent_a_second_time(started: Started) -> None:
    host = ScriptedHost()
    rail = await started(host.rail())
    trace = rail.new_trace()
    asking = asyncio.create_task(rail.authorise(sale(rail, trace)))
    await until(lambda: rail.counts.in_flight == 1)

    assert await rail.authorise(sale(rail, trace)) == Unknown(reached=False)

    await rail.stop()
    assert await asking == Unknown(reached=True)
    assert host.received.qsize() == 1


async def test_no_more_than_the_allowed_number_is_in_flight(started: Started) -> None:
    host = ScriptedHost()
    rail = await started(host.rail(replace(PATIENT, in_flight_max=2)))
    asking = [asyncio.create_task(rail.authorise(sale(rail))) for _ in range(2)]
    await until(lambda: rail.counts.in_flight == 2)

    assert await rail.authorise(sale(rail)) == Unknown(reached=False)

    host.link.close()
    assert await asyncio.gather(*asking) == [Unknown(reached=True)] * 2


async def test_only_the_last_overdue_requests_are_remembered(started: Started) -> None:
    late: list[Trace] = []

    async def hear(trace: Trace, answer: Answer) -> None:
        late.append(trace)

    host = ScriptedHost()
    rail = await started(host.rail(replace(IMPATIENT, late_max=2)))
    rail.on_late_answer(hear)
    requests = [sale(rail) for _ in range(3)]
    await asyncio.gather(*(rail.authorise(request) for request in requests))

    for _ in requests:
        host.link.write(approve(host.received.get_nowait()))

    await until(lambda: rail.counts.late == 2)
    assert rail.counts.ignored == 1
    await until(lambda: len(late) == 2)
    assert late == [request.trace for request in requests[1:]]


async def test_an_answer_may_come_by_the_next_connection(started: Started) -> None:
    late: asyncio.Queue[tuple[Trace, Answer]] = asyncio.Queue()

    async def hear(trace: Trace, answer: Answer) -> None:
        late.put_nowait((trace, answer))

    host = ScriptedHost()
    rail = await started(host.rail())
    rail.on_late_answer(hear)
    request = sale(rail)
    asking = asyncio.create_task(rail.authorise(request))
    message = await host.received.get()
    host.link.close()
    assert await asking == Unknown(reached=True)

    await until(lambda: rail.connected)
    host.link.write(approve(message))

    assert await late.get() == (request.trace, Approved("123456", mxn(100), "00"))


async def test_a_caller_cancelled_as_its_answer_arrives_is_told_to_the_listener(started: Started) -> None:
    late: asyncio.Queue[tuple[Trace, Answer]] = asyncio.Queue()

    async def hear(trace: Trace, answer: Answer) -> None:
        late.put_nowait((trace, answer))

    host = ScriptedHost()
    rail = await started(host.rail())
    rail.on_late_answer(hear)
    request = sale(rail)
    asking = asyncio.create_task(rail.authorise(request))
    message = await host.received.get()

    host.link.write(approve(message))
    # Runs after the answer has been read and before its caller wakes up.
    asyncio.get_running_loop().call_soon(asking.cancel)

    assert (await late.get())[0] == request.trace
    assert asking.cancelled()


async def test_a_listener_that_fails_harms_nobody(started: Started) -> None:
    async def fail(trace: Trace, answer: Answer) -> None:
        raise RuntimeError("the listener's own fault")

    host = ScriptedHost()
    rail = await started(host.rail(IMPATIENT))
    rail.on_late_answer(fail)
    assert await rail.authorise(sale(rail)) == Unknown(reached=True)

    host.link.write(approve(host.received.get_nowait()))
    await until(lambda: rail.counts.late == 1)
    host.script = approve

    assert isinstance(await rail.authorise(sale(rail)), Approved)


async def test_nothing_is_sent_while_signing_off(started: Started) -> None:
    host = ScriptedHost(approve)
    rail = await started(host.rail(replace(PATIENT, connect_wait_s=0.01)))
    stopping = asyncio.create_task(rail.stop())
    await until(lambda: not rail.connected)

    assert await rail.authorise(sale(rail)) == Unknown(reached=False)

    await stopping
    assert host.received.empty()


async def test_a_rail_can_be_started_again(started: Started) -> None:
    host = ScriptedHost(approve)
    rail = await started(host.rail())
    await rail.stop()

    await rail.start()

    assert isinstance(await rail.authorise(sale(rail)), Approved)


async def test_a_bug_in_dialling_is_told(started: Started) -> None:
    async def dial(accept: Accept) -> Link:
        raise RuntimeError("a bug")

    with capture_logs() as logs:
        rail = await started(CardNetworkRail(dial, FixedClock(), replace(PATIENT, connect_wait_s=0.01)))

    assert not rail.connected
    assert [entry["event"] for entry in logs] == ["card_network.keeper_died"]
