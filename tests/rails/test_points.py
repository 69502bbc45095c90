"""Points over the rail: what the issuer takes, tells and gives back, with every message that can do so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsBalance, PointsSpent, PointsUse
from pasarela.rails.contract import (
    Approved,
    CardAuthorization,
    CardPointsInquiry,
    CardReversal,
    Declined,
    NoPoints,
    PointsAnswer,
    Unknown,
)
from pasarela.rails.iso8583.private_data import pack
from tests.rails.card_world import ACCEPTOR, CardWorld, ScriptedHost, Started, card, mxn

BANCOMER, SANTANDER, SCOTIABANK = "4242424242424242", "5105105105105100", "5555555555554444"
CAPTION = "PUNTOS RECOMPENSAS SANTANDER APLICADOS A SU COMPRA"


def paying(request: CardAuthorization, use: PointsUse) -> CardAuthorization:
    return replace(request, points=use)


async def points_of(world: CardWorld, pan: str = SANTANDER) -> PointsAnswer:
    return await world.rail.points(CardPointsInquiry(world.rail.new_trace(), ACCEPTOR, card(pan), mxn(0)))


async def left(world: CardWorld, pan: str = SANTANDER) -> int:
    told = await points_of(world, pan)
    assert isinstance(told, PointsBalance)
    return told.points


@pytest.mark.parametrize(
    ("pan", "programme"), [(BANCOMER, "bancomer"), (SANTANDER, "santander"), (SCOTIABANK, "scotiabank")]
)
async def test_points_tells_the_balance(world: CardWorld, pan: str, programme: str) -> None:
    assert await points_of(world, pan) == PointsBalance(programme, 300, mxn(2_250))


async def test_points_of_a_card_that_collects_none(world: CardWorld) -> None:
    assert await points_of(world, "4111111111111111") == NoPoints()


async def test_points_refused_or_unheard(impatient: CardWorld) -> None:
    impatient.faults.modes.extend(["decline:91", "timeout"])
    assert await points_of(impatient) == Declined(Decline.ISSUER_UNAVAILABLE, "91")
    assert await points_of(impatient) == Unknown()


async def test_a_sale_paid_with_points_only(world: CardWorld) -> None:
    sale = paying(world.sale(1_000, pan=SANTANDER), PointsUse.ONLY)

    answer = await world.rail.authorise(sale)

    assert isinstance(answer, Approved)
    assert answer.points == PointsSpent(134, 166, 1_000, CAPTION)
    assert await world.rail.authorise(sale) == answer
    assert await left(world) == 166
    assert await left(world, BANCOMER) == 300


async def test_points_only_and_not_enough(world: CardWorld) -> None:
    answer = await world.rail.authorise(paying(world.sale(2_251, pan=SANTANDER), PointsUse.ONLY))

    assert answer == Declined(Decline.INSUFFICIENT_FUNDS, "51")
    assert await left(world) == 300


async def test_points_on_a_card_without_any_or_in_dollars(world: CardWorld) -> None:
    bare = await world.rail.authorise(paying(world.sale(1_000), PointsUse.MIXED))
    dollars = replace(world.sale(pan=SANTANDER), amount=Money(1_000, Currency.USD))

    assert bare == await world.rail.authorise(paying(dollars, PointsUse.MIXED)) == Declined(Decline.NOT_PERMITTED, "57")
    assert await left(world) == 300


async def test_mixed_takes_what_there_is(world: CardWorld) -> None:
    first = await world.rail.authorise(paying(world.sale(10_000, pan=SANTANDER), PointsUse.MIXED))
    second = await world.rail.authorise(paying(world.sale(10_000, pan=SANTANDER), PointsUse.MIXED))

    assert isinstance(first, Approved)
    assert isinstance(second, Approved)
    assert (first.amount, first.points) == (mxn(10_000), PointsSpent(300, 0, 2_250, CAPTION))
    assert second.points == PointsSpent(0, 0, 0, CAPTION)


async def test_a_reversal_gives_points_back_once(world: CardWorld) -> None:
    sale = paying(world.sale(1_000, pan=SANTANDER), PointsUse.ONLY)
    await world.rail.authorise(sale)

    for repeat in (False, True):
        await world.rail.reverse(world.reversal(sale, repeat=repeat))

    assert await left(world) == 300


async def test_an_unheard_approval_keeps_points_until_reversed(impatient: CardWorld) -> None:
    sale = paying(impatient.sale(1_000, pan=SANTANDER, outcome="timeout"), PointsUse.MIXED)

    assert await impatient.rail.authorise(sale) == Unknown()
    assert await left(impatient) == 166
    await impatient.rail.reverse(impatient.reversal(sale))
    assert await left(impatient) == 300


async def test_a_completion_keeps_what_it_names(world: CardWorld) -> None:
    hold = paying(world.hold(10_000, pan=SANTANDER), PointsUse.MIXED)
    await world.rail.authorise(hold)

    done = replace(world.completion(hold.trace, 1_000), card=card(SANTANDER), by_points_minor=1_000)
    assert isinstance(await world.rail.complete(done), Approved)
    await world.rail.complete(done)

    assert await left(world) == 300 - 134
    assert world.entry(hold.trace).points_worth == 1_000


async def test_refunds_give_points_back_and_their_reversal_takes_them_again(world: CardWorld) -> None:
    sale = paying(world.sale(10_000, pan=SANTANDER), PointsUse.MIXED)
    await world.rail.authorise(sale)
    part = replace(world.refund(sale.trace, 9_000), card=card(SANTANDER), by_points_minor=1_250)
    await world.rail.refund(part)
    assert await left(world) == 166

    undoing = CardReversal(
        world.rail.new_trace(), part.trace, ACCEPTOR, part.card, part.amount, sale.purpose, timed_out=True,
        repeat=False, refund=True,
    )  # fmt: skip  # the message, not a column
    await world.rail.reverse(undoing)
    assert await left(world) == 0

    rest = replace(world.refund(sale.trace, 10_000), card=card(SANTANDER), by_points_minor=2_250)
    await world.rail.refund(rest)
    assert await left(world) == 300


async def test_forget_gives_every_card_its_first_points(world: CardWorld) -> None:
    await world.rail.authorise(paying(world.sale(1_000, pan=SANTANDER), PointsUse.ONLY))
    world.network.forget()
    assert await left(world) == 300


@pytest.mark.parametrize(
    "elements",
    [{}, {"PN": "10", "PR": "0", "PV": "999"}, {"PN": "10", "PR": "x", "PV": "1000"}, {"PN": "1", "PV": "1001"}],
)
async def test_an_approval_that_is_not_all_in_points_is_unknown(started: Started, elements: dict[str, str]) -> None:
    host = ScriptedHost(lambda message: message.answer("00", private=pack(elements)).frame())
    rail = await started(host.rail())
    world = CardWorld(rail, None, None)  # type: ignore[arg-type]  # for its commands only

    assert await rail.authorise(paying(world.sale(1_000, pan=SANTANDER), PointsUse.ONLY)) == Unknown()
