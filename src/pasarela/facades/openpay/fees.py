"""Fees that a merchant takes from his customers: charge, refund, get, list."""

from __future__ import annotations

from pasarela.facades.openpay import present_money_out as shown
from pasarela.facades.openpay.present import encode
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.openpay.wire.money_out import FeeBody, FeeRefundBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    command = FeeBody.parse(call.json()).command(call.operation_id)
    return Reply(200, encode(shown.fee(await call.services.money_out.charge_fee(call.caller, command))))


async def refund(call: Call[Profile]) -> Reply:
    command = FeeRefundBody.parse(call.json()).command(call.id("fee_id"), call.operation_id)
    return Reply(200, encode(shown.fee_refund(await call.services.money_out.refund_fee(call.caller, command))))


async def get(call: Call[Profile]) -> Reply:
    fee = await call.services.money_out.get_fee(call.caller.tenant_id, call.id("fee_id"))
    return Reply(200, encode(shown.fee(fee)))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    found = await call.services.money_out.list_fees(call.caller.tenant_id, filters.created(), filters.page())
    return Reply(200, encode([shown.fee(fee) for fee in found]))
