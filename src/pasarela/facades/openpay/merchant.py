"""The merchant's own account."""

from __future__ import annotations

from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.kernel.money import Currency


async def get(call: Call[Profile]) -> Reply:
    balance = await call.services.merchant_balance(call.caller.tenant_id, Currency.MXN)
    return Reply(200, present.encode(present.merchant(call.tenant, balance)))
