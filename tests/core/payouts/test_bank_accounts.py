"""Bank accounts: registered once for each owner, shown with their bank, deleted."""

from __future__ import annotations

import pytest

from pasarela.core.payouts.errors import BankAccountTaken, ReplayMismatch, UnknownBankAccount, WrongClabe
from pasarela.core.payouts.model import NewBankAccount
from pasarela.kernel.paging import CreatedBetween, Page
from tests.core.payouts_world import CLABE, RETIRED, World

ANY_TIME = CreatedBetween()


async def test_an_account_is_its_owners(world: World) -> None:
    accounts, tenant_id = world.payouts.bank_accounts, world.caller.tenant_id
    made = await accounts.register(world.caller, NewBankAccount("b1", "a1", RETIRED, "Juan", "Cuenta principal"))

    assert (made.clabe, made.holder_name, made.alias) == (RETIRED, "Juan", "Cuenta principal")
    assert await accounts.get(tenant_id, "a1", "b1") == made
    for owner, tenant in ((None, tenant_id), ("a2", tenant_id), ("a1", (await world.register()).tenant_id)):
        with pytest.raises(UnknownBankAccount):
            await accounts.get(tenant, owner, "b1")


async def test_a_clabe_is_registered_once_for_each_owner(world: World) -> None:
    accounts = world.payouts.bank_accounts
    await accounts.register(world.caller, NewBankAccount("b1", "a1", CLABE, "Juan"))

    with pytest.raises(BankAccountTaken):
        await accounts.register(world.caller, NewBankAccount("b2", "a1", CLABE, "Juan"))
    await accounts.register(world.caller, NewBankAccount("b3", "a2", CLABE, "Juan"))
    await accounts.register(world.caller, NewBankAccount("b4", None, CLABE, "Juan"))
    await accounts.delete(world.caller, "a1", "b1")
    await accounts.register(world.caller, NewBankAccount("b5", "a1", CLABE, "Juan"))


async def test_the_same_command_again_is_the_same_account(world: World) -> None:
    accounts = world.payouts.bank_accounts
    made = await accounts.register(world.caller, NewBankAccount("b1", "a1", CLABE, "Juan"))

    assert await accounts.register(world.caller, NewBankAccount("b1", "a1", CLABE, "Juan")) == made
    with pytest.raises(ReplayMismatch):
        await accounts.register(world.caller, NewBankAccount("b1", "a1", CLABE, "Pedro"))


@pytest.mark.parametrize("clabe", ["", "1", CLABE + "0", CLABE[:-1] + "0", "abc", "000000000000000000"])
async def test_a_clabe_that_is_none(world: World, clabe: str) -> None:
    with pytest.raises(WrongClabe):
        await world.payouts.bank_accounts.register(world.caller, NewBankAccount("b1", "a1", clabe, "Juan"))


async def test_a_deleted_account_is_gone(world: World) -> None:
    accounts, tenant_id = world.payouts.bank_accounts, world.caller.tenant_id
    await accounts.register(world.caller, NewBankAccount("b1", None, CLABE, "Juan"))
    world.clock.advance(seconds=1)
    await accounts.register(world.caller, NewBankAccount("b2", None, RETIRED, "Juan"))

    assert [each.bank_account_id for each in await accounts.list(tenant_id, None, ANY_TIME, Page())] == ["b2", "b1"]
    await accounts.delete(world.caller, None, "b1")
    assert [each.bank_account_id for each in await accounts.list(tenant_id, None, ANY_TIME, Page())] == ["b2"]
    with pytest.raises(UnknownBankAccount):
        await accounts.delete(world.caller, None, "b1")
    with pytest.raises(UnknownBankAccount):
        await accounts.delete(world.caller, "a1", "b2")
