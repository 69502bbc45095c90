"""Bank accounts, the merchant's and his customers': register, get, list, delete."""

from __future__ import annotations

from pasarela.facades.openpay import present_money_out as shown
from pasarela.facades.openpay.levels import owner_of
from pasarela.facades.openpay.present import encode
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.openpay.wire.money_out import BankAccountBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    new = BankAccountBody.parse(call.json()).new(call.operation_id, await owner_of(call))
    account = await call.services.money_out.register_bank_account(call.caller, new)
    return Reply(201, encode(shown.bank_account(account)))


async def get(call: Call[Profile]) -> Reply:
    account = await call.services.money_out.get_bank_account(
        call.caller.tenant_id, await owner_of(call), call.id("bank_account_id")
    )
    return Reply(200, encode(shown.bank_account(account)))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    found = await call.services.money_out.list_bank_accounts(
        call.caller.tenant_id, await owner_of(call), filters.created(), filters.page()
    )
    return Reply(200, encode([shown.bank_account(account) for account in found]))


async def delete(call: Call[Profile]) -> Reply:
    await call.services.money_out.delete_bank_account(call.caller, await owner_of(call), call.id("bank_account_id"))
    return Reply(204, b"")
