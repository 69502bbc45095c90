"""Subscriptions of customers: create, get, list, update, cancel; and those to a plan."""

from __future__ import annotations

from pasarela.core.billing.model import Subscription, SubscriptionFilter
from pasarela.core.customers.model import Customer
from pasarela.facades.openpay import present, present_billing
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.billing import SubscriptionBody, UpdateSubscriptionBody
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import today
from pasarela.facades.toolkit.wire import parse_filters

_PARAM = "subscription_id"


async def create(call: Call[Profile]) -> Reply:
    customer = await _customer(call)
    command = SubscriptionBody.parse(call.json()).command(
        call.operation_id, customer, today=today(call.at), mode=call.caller.mode, client_ip=call.client_ip
    )
    return _reply(call, await call.services.billing.subscribe(call.caller, command), status=201)


async def get(call: Call[Profile]) -> Reply:
    customer = await _customer(call)
    found = await call.services.billing.get_subscription(call.caller.tenant_id, customer.customer_id, call.id(_PARAM))
    return _reply(call, found)


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    customer = await _customer(call)
    return await _listed(call, SubscriptionFilter(customer.customer_id, created=filters.created()), filters)


async def find_of_plan(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    plan = await call.services.billing.get_plan(call.caller.tenant_id, call.id("plan_id"))
    return await _listed(call, SubscriptionFilter(plan_id=plan.plan_id, created=filters.created()), filters)


async def update(call: Call[Profile]) -> Reply:
    customer = await _customer(call)
    body = UpdateSubscriptionBody.parse(call.json())
    command = body.command(
        call.operation_id,
        await _named(call, customer, body),
        customer,
        today=today(call.at),
        mode=call.caller.mode,
        client_ip=call.client_ip,
    )
    return _reply(call, await call.services.billing.change_subscription(call.caller, command))


async def cancel(call: Call[Profile]) -> Reply:
    customer = await _customer(call)
    await call.services.billing.cancel_subscription(call.caller, customer.customer_id, call.id(_PARAM))
    return Reply(204, b"")


async def _customer(call: Call[Profile]) -> Customer:
    return await call.services.customers.by_id(call.caller.tenant_id, call.id("customer_id"))


async def _named(call: Call[Profile], customer: Customer, body: UpdateSubscriptionBody) -> str:
    """The subscription that the path names, or else the body; or else the customer's only one."""
    if _PARAM in call.params:
        return call.id(_PARAM)
    if body.id is not None:
        return body.id
    only = await call.services.billing.only_subscription(call.caller.tenant_id, customer.customer_id)
    return only.subscription_id


async def _listed(call: Call[Profile], wanted: SubscriptionFilter, filters: ListFilters) -> Reply:
    found = await call.services.billing.list_subscriptions(call.caller.tenant_id, wanted, filters.page())
    return Reply(200, present.encode([present_billing.subscription(one, call.profile) for one in found]))


def _reply(call: Call[Profile], subscription: Subscription, status: int = 200) -> Reply:
    return Reply(status, present.encode(present_billing.subscription(subscription, call.profile)))
