"""Transfers between customers, and fees that customers pay: both move money at once or not at all."""

from __future__ import annotations

import asyncio

import pytest

from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payouts.errors import (
    FeeRefunded,
    NoAccount,
    OrderIdTaken,
    ReplayMismatch,
    SameCustomer,
    TransferTooSmall,
    UnknownFee,
    UnknownTransfer,
)
from pasarela.core.payouts.model import ChargeFee, RefundFee, TransferMoney
from pasarela.kernel.errors import Refusal
from pasarela.kernel.paging import CreatedBetween, Page
from tests.core.payouts_world import World, mxn
from tests.factories.tables import rows, stored

ANY_TIME = CreatedBetween()
TABLES = ("ledger_accounts", "ledger_transfers", "outbox_events", "claims")


def move(transfer_id: str, minor: int, *, to: str = "a2", order_id: str | None = None) -> TransferMoney:
    return TransferMoney(transfer_id, "a1", to, mxn(minor), "Transferencia entre cuentas", order_id)


def fee(fee_id: str, minor: int, *, customer_id: str = "a1", order_id: str | None = None) -> ChargeFee:
    return ChargeFee(fee_id, customer_id, mxn(minor), "Cobro de Comisión", order_id)


@pytest.fixture(autouse=True)
async def customers(world: World) -> None:
    await world.customer("a1", 2_000)
    await world.customer("a2")


async def test_a_transfer_moves_money_at_once(world: World) -> None:
    transfer = await world.payouts.transfer(world.caller, move("tr1", 1_250, order_id="oid-1245"))

    assert (transfer.payer_id, transfer.payee_id, transfer.amount) == ("a1", "a2", mxn(1_250))
    assert (await world.available("a1"), await world.available("a2")) == (750, 1_250)
    assert await world.events() == [("transfer.completed", "tr1")]
    assert await world.balanced()


async def test_both_see_it_and_nobody_else(world: World) -> None:
    await world.customer("a3")
    made = await world.payouts.transfer(world.caller, move("tr1", 500))
    transfers, tenant_id = world.payouts.transfers, world.caller.tenant_id

    assert await transfers.get(tenant_id, "a1", "tr1") == made
    assert await transfers.get(tenant_id, "a2", "tr1") == made
    with pytest.raises(UnknownTransfer):
        await transfers.get(tenant_id, "a3", "tr1")
    with pytest.raises(UnknownTransfer):
        await transfers.get((await world.register()).tenant_id, "a1", "tr1")


async def test_lists_hold_both_directions_newest_first(world: World) -> None:
    for number, (payer, payee) in enumerate([("a1", "a2"), ("a2", "a1"), ("a1", "a2")]):
        world.clock.advance(seconds=1)
        await world.payouts.transfer(world.caller, TransferMoney(f"tr{number}", payer, payee, mxn(200)))

    async def listed(page: Page) -> list[str]:
        found = await world.payouts.transfers.list(world.caller.tenant_id, "a2", ANY_TIME, page)
        return [transfer.transfer_id for transfer in found]

    assert await listed(Page()) == ["tr2", "tr1", "tr0"]
    assert await listed(Page(1, 1)) == ["tr1"]


async def refused(world: World, command: TransferMoney, error: type[Refusal]) -> None:
    before = await stored(world.database, *TABLES)
    with pytest.raises(error):
        await world.payouts.transfer(world.caller, command)
    assert await stored(world.database, *TABLES) == before
    assert await rows(world.database, "SELECT * FROM transfers WHERE transfer_id = $1", command.transfer_id) == []


async def test_a_transfer_that_can_not_be(world: World) -> None:
    await world.customer("a3", account=False)
    await refused(world, move("tr1", 2_001), InsufficientFunds)
    await refused(world, move("tr1", 100), TransferTooSmall)
    await refused(world, move("tr1", 500, to="a1"), SameCustomer)
    await refused(world, move("tr1", 500, to="a3"), NoAccount)
    await refused(world, move("tr1", 500, to="a4"), UnknownCustomer)


async def test_an_order_id_is_used_once(world: World) -> None:
    await world.payouts.transfer(world.caller, move("tr1", 500, order_id="oid-1"))
    await refused(world, move("tr2", 500, order_id="oid-1"), OrderIdTaken)


async def test_the_same_transfer_again_is_one(world: World) -> None:
    first = await world.payouts.transfer(world.caller, move("tr1", 500))

    assert await world.payouts.transfer(world.caller, move("tr1", 500)) == first
    assert await world.available("a2") == 500
    with pytest.raises(ReplayMismatch):
        await world.payouts.transfer(world.caller, move("tr1", 501))


async def test_transfers_to_and_fro_at_once_neither_deadlock_nor_lose(world: World) -> None:
    await world.payouts.transfer(world.caller, move("tr0", 1_000))
    pairs = [("a1", "a2"), ("a2", "a1")] * 10

    done = await asyncio.gather(
        *(
            world.payouts.transfer(world.caller, TransferMoney(f"tq{n}", payer, payee, mxn(300)))
            for n, (payer, payee) in enumerate(pairs)
        ),
        return_exceptions=True,
    )

    assert [each for each in done if isinstance(each, Exception) and not isinstance(each, InsufficientFunds)] == []
    assert await world.available("a1") + await world.available("a2") == 2_000
    assert await world.balanced()


async def test_a_fee_goes_to_the_merchant_and_back(world: World) -> None:
    made = await world.payouts.fees.charge(world.caller, fee("tr1", 1_250, order_id="oid-1245"))
    assert (made.customer_id, made.amount, made.refund) == ("a1", mxn(1_250), None)
    assert (await world.available("a1"), await world.available()) == (750, 1_250)

    given = await world.payouts.fees.refund(world.caller, RefundFee("tr1", "tr2", "Devolución"))
    assert given.refund is not None
    assert (given.refund.refund_id, given.refund.description) == ("tr2", "Devolución")
    assert (await world.available("a1"), await world.available()) == (2_000, 0)
    assert await world.events() == [("fee.charged", "tr1"), ("fee.refunded", "tr1")]
    assert await world.balanced()


async def test_a_fee_is_refunded_once(world: World) -> None:
    await world.payouts.fees.charge(world.caller, fee("tr1", 500))
    first = await world.payouts.fees.refund(world.caller, RefundFee("tr1", "tr2"))

    assert await world.payouts.fees.refund(world.caller, RefundFee("tr1", "tr2")) == first
    with pytest.raises(FeeRefunded):
        await world.payouts.fees.refund(world.caller, RefundFee("tr1", "tr3"))
    with pytest.raises(UnknownFee):
        await world.payouts.fees.refund(world.caller, RefundFee("tr9", "tr3"))
    assert await world.available("a1") == 2_000


async def test_a_merchant_who_spent_the_fee_can_not_give_it_back(world: World) -> None:
    await world.payouts.fees.charge(world.caller, fee("tr1", 500))
    await world.fund_merchant(-500)
    before = await stored(world.database, *TABLES)

    with pytest.raises(InsufficientFunds):
        await world.payouts.fees.refund(world.caller, RefundFee("tr1", "tr2"))

    assert await stored(world.database, *TABLES) == before
    assert (await world.payouts.fee_queries.get(world.caller.tenant_id, "tr1")).refund is None


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (fee("tr1", 2_001), InsufficientFunds),
        (fee("tr1", 10, customer_id="a3"), NoAccount),
        (fee("tr1", 10, customer_id="a4"), UnknownCustomer),
    ],
)
async def test_a_fee_that_can_not_be(world: World, command: ChargeFee, error: type[Refusal]) -> None:
    await world.customer("a3", account=False)
    before = await stored(world.database, *TABLES)

    with pytest.raises(error):
        await world.payouts.fees.charge(world.caller, command)

    assert await stored(world.database, *TABLES) == before


async def test_fees_are_listed_newest_first(world: World) -> None:
    for number in range(3):
        world.clock.advance(seconds=1)
        await world.payouts.fees.charge(world.caller, fee(f"tr{number}", 100))

    found = await world.payouts.fee_queries.list(world.caller.tenant_id, ANY_TIME, Page(0, 2))

    assert [each.fee_id for each in found] == ["tr2", "tr1"]
