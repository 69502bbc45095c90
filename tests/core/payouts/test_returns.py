"""Deposits that go back: an order at once, from the account that holds them, and never into a list."""

from __future__ import annotations

import pytest

from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.payouts.model import Payout, PayoutFilter, PayoutStatus
from pasarela.core.payouts.return_deposit import DepositToReturn
from pasarela.infra.due_work import PLATFORM
from pasarela.kernel.paging import Page
from tests.core.payouts_world import CLABE, MXN, RETIRED, TUESDAY_TEN, World, mxn
from tests.factories.transfers import book_in, posted

HELD = account(AccountKind.RETURNS_HELD, MXN)


async def held_back(world: World, minor: int, *, clabe: str = CLABE, tenant_id: int | None = None) -> Payout:
    """A deposit that is ordered back."""
    tenant = world.caller.tenant_id if tenant_id is None else tenant_id
    clearing = account(AccountKind.SPEI_CLEARING, MXN)
    await book_in(world.database, posted("dep/held", (clearing, -minor), (HELD, minor), tenant_id=tenant))
    deposit = DepositToReturn(
        tenant, "trback", mxn(minor), HELD, "DEP1", clabe, "Juan Tapia", "late", world.clock.now()
    )
    async with world.database.batch() as tx:
        await world.payouts.return_deposit(tx, deposit)
    await world.work()
    return await world.payouts.queries.by_id(tenant, "trback")


async def left(world: World, tenant_id: int) -> int:
    (balance,) = await world.ledger.balances(tenant_id, [HELD])
    return balance.available


@pytest.mark.parametrize("tenant_id", [None, PLATFORM])
async def test_a_deposit_goes_back_at_once(world: World, tenant_id: int | None) -> None:
    sent = await held_back(world, 700, tenant_id=tenant_id)
    assert (sent.status, sent.returns) == (PayoutStatus.SENT, "DEP1")

    await world.pass_to(TUESDAY_TEN)

    assert (await world.payouts.queries.by_id(sent.tenant_id, "trback")).status is PayoutStatus.COMPLETED
    assert await left(world, sent.tenant_id) == 0
    assert await world.payouts.queries.list(sent.tenant_id, None, PayoutFilter(), Page()) == []
    assert await world.events() == []
    assert await world.balanced()


@pytest.mark.parametrize("clabe", [RETIRED, "4111111111111111", "5512345678"])
async def test_a_sender_who_can_not_be_paid_leaves_the_money_where_it_lay(world: World, clabe: str) -> None:
    failed = await held_back(world, 700, clabe=clabe)

    assert failed.status is PayoutStatus.FAILED
    assert await left(world, failed.tenant_id) == 700
    assert await world.balanced()
