"""Plans: create, get, list, update, delete."""

from __future__ import annotations

from pasarela.core.billing.model import Plan
from pasarela.facades.openpay import present, present_billing
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.billing import CHANGED_NAME_MAX, PlanBody, UpdatePlanBody
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.wire import parse_filters


async def create(call: Call[Profile]) -> Reply:
    new = PlanBody.parse(call.json()).new(call.operation_id)
    return _reply(await call.services.billing.create_plan(call.caller, new), status=201)


async def get(call: Call[Profile]) -> Reply:
    return _reply(await call.services.billing.get_plan(call.caller.tenant_id, call.id("plan_id")))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ListFilters, call.query())
    found = await call.services.billing.list_plans(call.caller.tenant_id, filters.created(), filters.page())
    return Reply(200, present.encode([present_billing.plan(plan) for plan in found]))


async def update(call: Call[Profile]) -> Reply:
    body, plan_id = UpdatePlanBody.parse(call.json()), call.id("plan_id")
    name_now = ""
    if body.name is not None and len(body.name) > CHANGED_NAME_MAX:
        name_now = (await call.services.billing.get_plan(call.caller.tenant_id, plan_id)).name
    changes = body.changes(name_now)
    return _reply(await call.services.billing.update_plan(call.caller, plan_id, changes))


async def delete(call: Call[Profile]) -> Reply:
    await call.services.billing.delete_plan(call.caller, call.id("plan_id"))
    return Reply(204, b"")


def _reply(plan: Plan, status: int = 200) -> Reply:
    return Reply(status, present.encode(present_billing.plan(plan)))
