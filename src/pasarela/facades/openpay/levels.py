"""From where a call looks: the merchant's own level, or that of the customer whom its path names."""

from __future__ import annotations

from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import Level
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call

_PARAM = "customer_id"


async def customer_of(call: Call[Profile]) -> Customer | None:
    """The path's customer; none at merchant level. Raises `UnknownCustomer`."""
    if _PARAM not in call.params:
        return None
    return await call.services.customers.by_id(call.caller.tenant_id, call.id(_PARAM))


async def owner_of(call: Call[Profile]) -> str | None:
    """The same customer's id."""
    customer = await customer_of(call)
    return customer.customer_id if customer else None


async def level_of(call: Call[Profile]) -> Level:
    """The same as the payments know it."""
    return Level(await owner_of(call))
