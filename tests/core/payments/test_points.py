"""Card points: alone, mixed with money, held, captured in part, given back; over the sandbox's own network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    CardHasNoPoints,
    CardRefused,
    OutcomeUnknown,
    PaymentDeclined,
    PointsNotAllowed,
    PointsNotTold,
    SourceSpent,
    UnknownSource,
)
from pasarela.core.payments.model import PaymentStatus, SavedSource
from pasarela.core.payments.proceeds import Proceeds, Returned, refund_of
from pasarela.core.rates.model import ExchangeRate
from pasarela.infra.database import Database
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import seeded
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsBalance, PointsSpent, PointsUse
from pasarela.rails.card_network.rail import CardNetworkRail
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import Declined, PointsAnswer, Unknown
from pasarela.rails.simulators.card_network import CardNetworkSimulator
from tests.factories.cards import CREDIT, VISA, card, inline
from tests.factories.payments import World, mxn, usd, world_of
from tests.factories.tables import stored
from tests.fakes.card_rail import ScriptedRail

SANTANDER = "5105105105105100"
QUIET = "4111111000151111"
"""Its first digits tell of no programme; its issuer knows better."""
IMPATIENT = CardNetworkSettings(timeout_s=0.3, outcome_wishes=True)
CAPTION = "PUNTOS RECOMPENSAS SANTANDER APLICADOS A SU COMPRA"
PAID = {"merchant_payable.MXN": 9_374, "fee_revenue.MXN": 540, "tax_payable.MXN": 86}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    network = CardNetworkSimulator(seeded("points"))
    rail = CardNetworkRail(network.dial, SystemClock(), IMPATIENT)
    await rail.start()
    world = world_of(database, rail)
    yield world
    await rail.stop()
    await network.stop()
    assert (await world.verify()).problems == ()


async def left(world: World, merchant: Caller, pan: str = SANTANDER) -> int:
    """The points on a card, asked for by a token of it."""
    token = await world.token(merchant, card(pan))
    return (await world.payments.ask_points(merchant, token, "token", None)).points


async def test_ask_points_of_a_card_and_of_a_token(world: World, merchant: Caller) -> None:
    own = await world.saved_card(merchant, data=card(CREDIT))
    hers = await world.saved_card(merchant, "aholder", card(SANTANDER))
    token = await world.token(merchant, card(QUIET))
    ask = world.payments.ask_points

    assert await ask(merchant, own, "card", None) == PointsBalance("bancomer", 300, mxn(2_250))
    assert await ask(merchant, hers, "card", "aholder") == PointsBalance("santander", 300, mxn(2_250))
    assert await ask(merchant, token, "token", None) == PointsBalance("santander", 300, mxn(2_250))
    assert (await world.sell(merchant, source=SavedSource(token))).status is PaymentStatus.COMPLETED
    for wrong in ((own, "card", "aholder"), (hers, "card", None), (own, "token", None)):
        with pytest.raises(UnknownSource):
            await ask(merchant, wrong[0], wrong[1], wrong[2])
    with pytest.raises(SourceSpent):
        await ask(merchant, token, "token", None)


async def test_ask_points_of_a_card_without_any(world: World, merchant: Caller) -> None:
    with pytest.raises(CardHasNoPoints):
        await left(world, merchant, VISA)


async def test_only_points(world: World, merchant: Caller) -> None:
    sale = world.sale(1_000, inline(SANTANDER), points=PointsUse.ONLY)
    paid = await world.payments.authorise(merchant, sale)

    assert paid.points == PointsSpent(134, 166, 1_000, CAPTION)
    assert await world.get(merchant, paid) == paid == await world.payments.authorise(merchant, sale)
    assert await world.balances(merchant) == {
        "points_clearing.MXN": -1_000, "merchant_payable.MXN": 676, "fee_revenue.MXN": 279, "tax_payable.MXN": 45,
    }  # fmt: skip  # one book
    await world.refund(merchant, paid)
    assert await world.balances(merchant) == {}
    assert await left(world, merchant) == 300


async def test_only_points_and_not_enough(world: World, merchant: Caller) -> None:
    with pytest.raises(PaymentDeclined) as refusal:
        await world.sell(merchant, 2_251, source=inline(SANTANDER), points=PointsUse.ONLY)

    assert refusal.value.decline is Decline.INSUFFICIENT_FUNDS
    assert (refusal.value.payment.points, await world.balances(merchant)) == (None, {})
    assert await left(world, merchant) == 300


async def test_mixed_pays_the_rest_with_money_and_gives_money_back_first(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, source=inline(SANTANDER), points=PointsUse.MIXED)

    assert paid.points == PointsSpent(300, 0, 2_250, CAPTION)
    assert await world.balances(merchant) == {**PAID, "network_clearing.MXN": -7_750, "points_clearing.MXN": -2_250}
    await world.refund(merchant, paid, 7_000)
    assert await left(world, merchant) == 0
    await world.refund(merchant, paid, 1_500)
    assert await left(world, merchant) == 100
    books = await world.balances(merchant)
    assert (books.get("network_clearing.MXN"), books["points_clearing.MXN"]) == (None, -1_500)
    await world.refund(merchant, paid)
    assert await left(world, merchant) == 300
    assert await world.balances(merchant) == {}


async def test_mixed_without_points_left_is_money(world: World, merchant: Caller) -> None:
    await world.sell(merchant, source=inline(SANTANDER), points=PointsUse.MIXED)
    paid = await world.sell(merchant, source=inline(SANTANDER), points=PointsUse.MIXED)

    assert paid.points == PointsSpent(0, 0, 0, CAPTION)


async def test_a_refund_that_failed_gave_no_points_back(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, source=inline(SANTANDER), points=PointsUse.MIXED)
    impatient = replace(merchant, outcome="timeout")
    with pytest.raises(OutcomeUnknown):
        await world.payments.refund(impatient, world.refunding(paid, 9_000))
    await world.move(timedelta(days=1))

    assert (await world.get(merchant, paid)).refunded == mxn(0)
    assert await left(world, merchant) == 0
    await world.refund(merchant, paid, 8_500)
    assert await left(world, merchant) == 100
    await world.refund(merchant, paid)
    assert await left(world, merchant) == 300


@pytest.mark.parametrize(
    ("captured", "kept", "worth"), [(10_000, 300, 2_250), (1_000, 134, 1_000), (2_250, 300, 2_250)]
)
async def test_a_hold_is_captured_points_first(
    world: World, merchant: Caller, captured: int, kept: int, worth: int
) -> None:
    held = await world.hold(merchant, source=inline(SANTANDER), points=PointsUse.MIXED)
    assert await left(world, merchant) == 0

    paid = await world.capture(merchant, held, captured)

    assert paid.points == PointsSpent(kept, 300 - kept, worth, CAPTION)
    assert replace(await world.get(merchant, paid), operations=()) == paid
    assert await left(world, merchant) == 300 - kept
    books = await world.balances(merchant)
    assert (books["points_clearing.MXN"], books.get("network_clearing.MXN", 0)) == (-worth, worth - captured)
    await world.refund(merchant, paid)
    assert (await left(world, merchant), await world.balances(merchant)) == (300, {})


@pytest.mark.parametrize("how", ["void", "expiry", "lost"])
async def test_points_come_back_with_what_was_only_held(world: World, merchant: Caller, how: str) -> None:
    wish = replace(merchant, outcome="timeout" if how == "lost" else None)
    sale = world.sale(1_000, inline(SANTANDER), points=PointsUse.ONLY, capture=False)
    if how == "lost":
        with pytest.raises(OutcomeUnknown):
            await world.payments.authorise(wish, sale)
    else:
        held = await world.payments.authorise(wish, sale)
        assert await left(world, merchant) == 166
        if how == "void":
            await world.refund(merchant, held)

    await world.move(timedelta(days=7))

    assert (await left(world, merchant), await world.balances(merchant)) == (300, {})


async def test_a_card_whose_issuer_alone_knows_of_its_points(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, 1_000, source=inline(QUIET), points=PointsUse.ONLY)

    assert paid.points is not None
    assert paid.points.used == 134


async def test_what_can_not_be_paid_with_points_leaves_no_trace(world: World, merchant: Caller) -> None:
    token = SavedSource(await world.token(merchant, card(VISA)))
    before = await stored(world.database)
    for source, amount, fields, refusal in (
        (token, mxn(1_000), {}, CardHasNoPoints),
        (inline(CREDIT), usd(1_000), {}, PointsNotAllowed),
        (inline(CREDIT), mxn(1_000), {"instalments": 3}, PointsNotAllowed),
    ):
        with pytest.raises(refusal):
            await world.sell(merchant, amount, source=source, points=PointsUse.ONLY, order_id="o-1", **fields)

    assert await stored(world.database) == before
    mixed = await world.sell(merchant, source=inline(CREDIT), points=PointsUse.MIXED, instalments=3)
    assert mixed.fee is not None
    assert (mixed.instalments, mixed.fee.amount) == (3, mxn(540 + 490))
    assert (await world.sell(merchant, source=token, order_id="o-1")).order_id == "o-1"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (Unknown(), PointsNotTold),
        (Declined(Decline.ISSUER_UNAVAILABLE, "91"), PointsNotTold),
        (Declined(Decline.STOLEN_CARD, "43"), CardRefused),
    ],
)
async def test_an_issuer_that_does_not_tell(database: Database, told: PointsAnswer, refusal: type[Exception]) -> None:
    rail = ScriptedRail()
    world = world_of(database, rail)
    merchant = await world.merchant()
    token = await world.token(merchant, card(QUIET))
    rail.points_told = told
    before = await stored(database)

    with pytest.raises(refusal):
        await world.payments.ask_points(merchant, token, "token", None)
    with pytest.raises(refusal):
        await world.sell(merchant, source=SavedSource(token), points=PointsUse.MIXED)

    assert (await stored(database), rail.sent) == (before, [])


amounts = st.integers(1, 10_000)
rates = st.decimals("0.01", "100", places=4)


@given(captured=amounts, worth=amounts, rate=rates, parts=st.lists(amounts, max_size=8))
def test_any_refunds_give_back_just_what_was_paid(captured: int, worth: int, rate: Decimal, parts: list[int]) -> None:
    in_pesos = ExchangeRate(Currency.USD, Currency.MXN, date(2026, 11, 20), rate).convert(usd(captured))
    for whole in (Proceeds(mxn(captured), mxn(captured), min(worth, captured)), Proceeds(usd(captured), in_pesos)):
        before = Returned()
        for part in [*parts, captured]:
            amount = min(part, captured - before.paid_minor)
            if not amount:
                continue
            back = refund_of(whole, Money(amount, whole.paid.currency), before)
            assert back.paid.minor == amount
            assert back.credited.minor >= 0
            before = Returned(
                before.paid_minor + amount,
                before.by_points_minor + back.by_points_minor,
                before.credited_minor + back.credited.minor,
            )
            money = before.paid_minor - before.by_points_minor
            assert not before.by_points_minor or money == captured - whole.by_points_minor, "money goes back first"
        assert before == Returned(captured, whole.by_points_minor, whole.credited.minor)
