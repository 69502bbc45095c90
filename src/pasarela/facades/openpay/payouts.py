"""Payouts, the merchant's and his customers': create, get, list, cancel."""

from __future__ import annotations

from pasarela.core.payouts.model import Payout
from pasarela.facades.openpay import present_money_out as shown
from pasarela.facades.openpay.levels import owner_of
from pasarela.facades.openpay.present import encode
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.money_out import PayoutBody, PayoutFilters
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import today
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    command = PayoutBody.parse(call.json()).command(
        call.operation_id, await owner_of(call), today=today(call.at), mode=call.caller.mode
    )
    return _reply(call, await call.services.money_out.create_payout(call.caller, command))


async def get(call: Call[Profile]) -> Reply:
    owner, payout_id = await owner_of(call), call.id("payout_id")
    return _reply(call, await call.services.money_out.get_payout(call.caller.tenant_id, owner, payout_id))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(PayoutFilters, call.query())
    found = await call.services.money_out.list_payouts(
        call.caller.tenant_id, await owner_of(call), filters.wanted(), filters.page()
    )
    return Reply(200, encode([shown.payout(payout, call.profile) for payout in found]))


async def cancel(call: Call[Profile]) -> Reply:
    owner, payout_id = await owner_of(call), call.id("payout_id")
    return _reply(call, await call.services.money_out.cancel_payout(call.caller, owner, payout_id))


def _reply(call: Call[Profile], payout: Payout) -> Reply:
    return Reply(200, encode(shown.payout(payout, call.profile)))
