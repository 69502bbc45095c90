"""Customers: create, get, list, update, delete."""

from __future__ import annotations

from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.customers.model import Customer
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Level
from pasarela.facades.openpay import charges, present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.customers import CustomerBody, CustomerFilters, UpdateCustomerBody
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    new = CustomerBody.parse(call.json()).new(call.operation_id)
    return _reply(call, await call.services.customers.create(call.caller, new), status=201)


async def get(call: Call[Profile]) -> Reply:
    customer_id = call.id("customer_id")
    try:
        return _reply(call, await call.services.customers.get(call.caller.tenant_id, customer_id))
    except UnknownCustomer:
        if not call.profile.charge_at_customers:
            raise
        return await _charge(call, customer_id)


async def _charge(call: Call[Profile], charge_id: str) -> Reply:
    """The charge for which the provider's own example asks here. Raises `UnknownCustomer`."""
    try:
        found = await call.services.payments.get(call.caller, charge_id, Level())
    except UnknownPayment:
        raise UnknownCustomer(charge_id) from None
    return Reply(200, present.encode(charges.shown(call, found)))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(CustomerFilters, call.query())
    found = await call.services.customers.list(call.caller.tenant_id, filters.wanted(), filters.page())
    root = _root(call)
    return Reply(200, present.encode([present.customer(customer, root) for customer in found]))


async def update(call: Call[Profile]) -> Reply:
    changes = UpdateCustomerBody.parse(call.json()).changes()
    return _reply(call, await call.services.customers.update(call.caller, call.id("customer_id"), changes))


async def delete(call: Call[Profile]) -> Reply:
    await call.services.customers.delete(call.caller, call.id("customer_id"))
    return Reply(204, b"")


def _reply(call: Call[Profile], customer: Customer, status: int = 200) -> Reply:
    return Reply(status, present.encode(present.customer(customer, _root(call))))


def _root(call: Call[Profile]) -> str:
    """Where the provider's root lies on our host: barcodes are below it."""
    return call.services.base_url + call.profile.mount
