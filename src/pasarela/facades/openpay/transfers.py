"""Transfers between customers: create, get, list. Each of the two sees his own side."""

from __future__ import annotations

from pasarela.facades.openpay import present_money_out as shown
from pasarela.facades.openpay.present import encode
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.openpay.wire.money_out import TransferBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    payer = await _customer(call)
    transfer = await call.services.money_out.transfer(
        call.caller, TransferBody.parse(call.json()).command(call.operation_id, payer)
    )
    payee = await call.services.customers.by_id(call.caller.tenant_id, transfer.payee_id)
    root = call.services.base_url + call.profile.mount
    return Reply(200, encode(shown.new_transfer(transfer, payee, root)))


async def get(call: Call[Profile]) -> Reply:
    customer_id = await _customer(call)
    transfer = await call.services.money_out.get_transfer(call.caller.tenant_id, customer_id, call.id("transfer_id"))
    return Reply(200, encode(shown.transfer(transfer, customer_id)))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    customer_id = await _customer(call)
    found = await call.services.money_out.list_transfers(
        call.caller.tenant_id, customer_id, filters.created(), filters.page()
    )
    return Reply(200, encode([shown.transfer(transfer, customer_id) for transfer in found]))


async def _customer(call: Call[Profile]) -> str:
    """The path's customer. Raises `UnknownCustomer`."""
    return (await call.services.customers.by_id(call.caller.tenant_id, call.id("customer_id"))).customer_id
