"""Nothing that the rail or its network logs, shows or raises holds a card number or a security code."""

from __future__ import annotations

from dataclasses import replace

from structlog.testing import capture_logs

from pasarela.rails.card_network import wire
from pasarela.rails.contract import Approved, Unknown
from tests.rails.card_world import CVV, PAN, PATIENT, ScriptedHost, Started, Transport, card_world, mxn


async def test_no_card_in_logs_or_representations(transport: Transport) -> None:
    with capture_logs() as logs:
        async with card_world(transport) as world:
            sale = world.sale()
            world.faults.modes.extend([None, "drop", "decline:51"])
            answers = [await world.rail.authorise(request) for request in (sale, world.sale(), world.sale())]
            reversal = world.reversal(sale)
            shown = repr([world, sale, reversal, answers, world.network.snapshot(), world.rail.counts])
            messages = [
                wire.authorisation(sale, PATIENT),
                wire.refund(world.refund(sale.trace, 1), PATIENT),
                wire.completion(world.completion(sale.trace, 1), PATIENT),
                wire.reversal(reversal, PATIENT, repeat=False),
            ]
            shown += repr(messages) + str(messages[0])

    assert isinstance(answers[0], Approved)
    assert logs
    for secret in (PAN, CVV):
        assert secret not in shown
        assert secret not in repr(logs)


async def test_no_card_in_the_log_of_a_malformed_answer(started: Started) -> None:
    host = ScriptedHost(lambda _: b"\x00\x40" + b"0210" + b"\x40" + bytes(7) + b"16" + PAN.encode() * 3 + b"4111")
    with capture_logs() as logs:
        rail = await started(host.rail(replace(PATIENT, connect_wait_s=1)))
        async with card_world("in_process") as world:
            answer = await rail.authorise(replace(world.sale(), trace=rail.new_trace(), amount=mxn(100)))

    assert answer == Unknown(reached=True)
    assert [entry["event"] for entry in logs].count("card_network.malformed") == 1
    assert PAN not in repr(logs)
