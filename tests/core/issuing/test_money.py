"""Money on cards: every way it moves, what refuses it, and many calls at once."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from pasarela.core.issuing.errors import ReplayMismatch, SameAccount, StatusRefused, UnknownCard, WrongPin
from pasarela.core.issuing.model import CardStatus, MovementKind
from pasarela.core.ledger.errors import InsufficientFunds
from tests.core.issuing_world import HERE, PIN, WRONG, World, money, mxn, outcomes, uid
from tests.factories.tables import rows


async def test_money_goes_onto_a_card_and_comes_back_to_the_collection_balance(world: World) -> None:
    card, verbs = await world.virtual(10), world.issuing.money

    put = await verbs.disburse(world.session, card.card_id, money(1, 100_00))
    paid = await verbs.pay(world.session, card.card_id, money(2, 50_00, description="ABONO POR COMISIONES"))
    taken = await verbs.withdraw(world.session, card.card_id, money(3, 30_00))
    bought = await verbs.purchase(world.session, card.card_id, money(4, 20_55, description="CARGO"))

    after = [each.movement.balance_after for each in (put, paid, taken, bought)]
    assert after == [100_00, 150_00, 120_00, 99_45]
    assert await world.on(card) == 99_45
    client = await world.client()
    assert (client.available, client.balance) == (mxn(100_000_00 - 150_00), mxn(50_55))
    assert await world.balanced()
    told = [(each.kind, each.amount.minor, each.description) for each in await world.issuing.movements.last(card)]
    assert told == [
        (MovementKind.PURCHASE, -20_55, "CARGO"),
        (MovementKind.WITHDRAWAL, -30_00, None),
        (MovementKind.PAYMENT, 50_00, "ABONO POR COMISIONES"),
        (MovementKind.DISBURSEMENT, 100_00, None),
    ]
    assert put.movement.place == HERE
    assert len(put.movement.authorization_code) == 6


async def test_the_same_operation_again_answers_the_same_and_moves_nothing(world: World) -> None:
    card, verbs = await world.virtual(10), world.issuing.money
    first = await verbs.disburse(world.session, card.card_id, money(1, 100_00))

    again = await asyncio.gather(
        *(verbs.disburse(world.session, card.card_id, money(1, 100_00)) for _ in range(5)),
        *(world.process().money.disburse(world.session, card.card_id, money(1, 100_00)) for _ in range(2)),
    )

    assert {each.movement for each in again} == {first.movement}
    with pytest.raises(ReplayMismatch):
        await verbs.disburse(world.session, card.card_id, money(1, 100_01))
    assert await world.on(card) == 100_00


async def test_new_operations_with_one_id_at_once_move_money_once(world: World) -> None:
    card, processes = await world.virtual(10), [world.issuing, world.process()]

    answers = await asyncio.gather(
        *(each.money.disburse(world.session, card.card_id, money(1, 100_00)) for each in processes for _ in range(5))
    )

    assert len({answer.movement for answer in answers}) == 1
    assert await world.on(card) == 100_00


async def test_nothing_falls_below_zero(world: World) -> None:
    card, verbs = await world.virtual(10, 10_00), world.issuing.money

    for call in (
        verbs.purchase(world.session, card.card_id, money(1, 10_01)),
        verbs.withdraw(world.session, card.card_id, money(2, 10_01)),
        verbs.disburse(world.session, card.card_id, money(3, 99_990_01)),
    ):
        with pytest.raises(InsufficientFunds):
            await call

    assert await world.on(card) == 10_00
    assert (await world.client()).available == mxn(99_990_00)
    assert len(await world.issuing.movements.last(card)) == 1


@pytest.mark.parametrize("status", [CardStatus.TEMPORARY_INACTIVE, CardStatus.STOLEN])
async def test_a_blocked_card_gives_nothing_and_a_final_one_takes_nothing(world: World, status: CardStatus) -> None:
    card, verbs = await world.virtual(10, 10_00), world.issuing.money
    await world.issuing.cards.change_status(world.session, card.card_id, status, HERE)

    with pytest.raises(StatusRefused):
        await verbs.purchase(world.session, card.card_id, money(1, 1_00))
    if status is CardStatus.STOLEN:
        with pytest.raises(StatusRefused):
            await verbs.disburse(world.session, card.card_id, money(2, 1_00))
        assert await world.on(card) == 10_00
    else:
        await verbs.disburse(world.session, card.card_id, money(2, 1_00))
        assert await world.on(card) == 11_00


async def test_a_card_that_waits_for_its_activation_may_be_funded_only(world: World) -> None:
    card = await world.virtual(10, 10_00, active=False)

    with pytest.raises(StatusRefused):
        await world.issuing.money.withdraw(world.session, card.card_id, money(1, 1_00))
    assert await world.on(card) == 10_00


async def test_a_wrong_pin_moves_nothing_and_counts(world: World) -> None:
    card = await world.with_pin(10, 10_00)

    with pytest.raises(WrongPin):
        await world.issuing.money.purchase(world.session, card.card_id, money(1, 1_00, pin=WRONG))

    assert await world.on(card) == 10_00
    assert [row["wrong_tries"] for row in await rows(world.database, "SELECT wrong_tries FROM issuing_pins")] == [1]
    await world.issuing.money.withdraw(world.session, card.card_id, money(2, 1_00, pin=PIN))
    assert await world.on(card) == 9_00


async def test_a_transfer_shows_both_sides(world: World) -> None:
    payer, payee = await world.virtual(10, 3_000_00), await world.virtual(11, 1_000_00)

    done = await world.issuing.money.transfer(world.session, payer.card_id, payee.card_id, uid(1), mxn(1_000_00), HERE)

    assert (done.origin.previous, done.origin.new) == (mxn(3_000_00), mxn(2_000_00))
    assert (done.destination.previous, done.destination.new) == (mxn(1_000_00), mxn(2_000_00))
    kinds = [(await world.issuing.movements.last(card))[0].kind for card in (payer, payee)]
    assert kinds == [MovementKind.TRANSFER_OUT, MovementKind.TRANSFER_IN]
    assert await world.balanced()


async def test_a_transfer_needs_two_accounts_and_cards_that_exist(world: World) -> None:
    card, transfer = await world.virtual(10, 10_00), world.issuing.money.transfer

    with pytest.raises(SameAccount):
        await transfer(world.session, card.card_id, card.card_id, uid(1), mxn(1), HERE)
    with pytest.raises(UnknownCard):
        await transfer(world.session, card.card_id, uid(99), uid(1), mxn(1), HERE)
    assert await world.on(card) == 10_00


async def test_fifty_purchases_at_once_never_overdraw(world: World) -> None:
    card = await world.virtual(10, 20_00)
    processes = [world.issuing, world.process()]

    became = await outcomes(
        processes[n % 2].money.purchase(world.session, card.card_id, money(n, 1_00)) for n in range(100, 150)
    )

    assert became == ["InsufficientFunds"] * 30 + ["done"] * 20
    assert await world.on(card) == 0
    balances = [each.balance_after for each in await world.issuing.movements.last(card, 20)]
    assert sorted(each or 0 for each in balances) == [minor * 1_00 for minor in range(20)]
    assert await world.balanced()


async def test_transfers_both_ways_at_once_never_deadlock(world: World) -> None:
    one, other = await world.virtual(10, 100_00), await world.virtual(11, 100_00)
    processes = [world.issuing, world.process(), world.process()]
    ways = [(other.card_id, one.card_id), (one.card_id, other.card_id)]

    became = await outcomes(
        processes[n % 3].money.transfer(world.session, ways[n % 2][0], ways[n % 2][1], uid(n), mxn(n), HERE)
        for n in range(100, 160)
    )

    assert became == ["done"] * 60
    assert await world.on(one) == 100_00 - sum(n if n % 2 else -n for n in range(100, 160))
    assert await world.on(one) + await world.on(other) == 200_00
    assert await world.balanced()


async def test_movements_by_date_use_their_index_on_a_long_history(world: World) -> None:
    card = await world.virtual(10)
    await rows(
        world.database,
        "INSERT INTO issuing_movements (tenant_id, operation_id, side, account_id, card_id, kind, amount, currency,"
        " original_amount, original_currency, country, channel, authorization_code, response_code, occurred_at)"
        " SELECT $1, 'op' || n, 0, $2, $3, 'purchase', -100, 'MXN', 100, 'MXN', '484', 'API', '000000', '00',"
        " timestamptz '2026-01-01 06:00:00Z' + n * interval '2 minutes' FROM generate_series(0, 99999) AS n",
        card.tenant_id,
        card.account.account_id,
        card.card_id,
    )
    await rows(world.database, "ANALYZE issuing_movements")

    day = await world.issuing.movements.list(card, date(2026, 3, 1), date(2026, 3, 1))

    assert len(day) == 24 * 30
    assert (day[-1].occurred_at.isoformat(), day[0].occurred_at.isoformat()) == (
        "2026-03-01T06:00:00+00:00",
        "2026-03-02T05:58:00+00:00",
    )
    assert len(await world.issuing.movements.last(card)) == 10
    plan = await rows(
        world.database,
        "EXPLAIN SELECT * FROM issuing_movements WHERE tenant_id = $1 AND account_id = $2 AND occurred_at >= $3"
        " AND occurred_at < $4 ORDER BY occurred_at DESC, number DESC LIMIT 100",
        card.tenant_id,
        card.account.account_id,
        day[-1].occurred_at,
        day[0].occurred_at,
    )
    assert "issuing_movements_by_date" in "".join(line[0] for line in plan)
