"""`/settlements`: when the balance of a merchant or a customer is paid out by itself, and where to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, bad_value, instant, not_found
from pasarela.control.bodies import body_as, known_parameters, whole_number
from pasarela.control.plane import ControlPlane
from pasarela.core.customers.errors import UnknownCustomer
from pasarela.core.payouts.errors import BankNotReachable, NoAccount, WrongClabe
from pasarela.core.payouts.model import Schedule, SettlementPlan
from pasarela.core.tenants.model import Tenant
from pasarela.kernel.money import BadAmount, Currency, Money
from pasarela.kernel.paging import Page

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class NewPlan(msgspec.Struct, forbid_unknown_fields=True):
    """A balance's plan from now on. Without `customer` it is the merchant's own; less than `minimum` pesos wait."""

    tenant: Text
    schedule: Schedule
    clabe: Text
    holder_name: Text
    minimum: Decimal = Decimal("0.01")
    customer: Text | None = None


class Settlements:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plans = plane.settlement_plans
        self._finder = plane.finder

    async def index(self, request: Request) -> Response:
        known_parameters(request, "tenant", "limit", "offset")
        tenant = await self._named(request)
        offset = request.query_params.get("offset", "0")
        if not offset.isascii() or not offset.isdigit():
            raise bad_value("offset", f"{offset!r} is not a whole number", "send offset=0")
        plans = await self._plans.list(tenant.tenant_id, Page(int(offset), whole_number(request, "limit", 50, 100)))
        return answer({"tenant": tenant.account, "plans": [self._told(plan) for plan in plans]})

    async def put(self, request: Request) -> Response:
        body = await body_as(NewPlan, request)
        tenant = await self._finder.find(body.tenant)
        plan = SettlementPlan(
            tenant.tenant_id, body.customer, body.schedule, body.clabe, body.holder_name, _minimum(body.minimum)
        )
        try:
            await self._plans.put(plan)
        except (WrongClabe, BankNotReachable) as error:
            raise bad_value("clabe", str(error), "name an account at a bank that SPEI reaches") from error
        except (UnknownCustomer, NoAccount) as error:
            raise bad_value("customer", str(error), "name a customer made with requires_account") from error
        return answer({"tenant": tenant.account} | self._told(plan))

    async def drop(self, request: Request) -> Response:
        known_parameters(request, "tenant", "customer")
        tenant, customer = await self._named(request), request.query_params.get("customer")
        if not await self._plans.drop(tenant.tenant_id, customer):
            raise not_found(f"a settlement plan of {customer or tenant.account}")
        return answer({"tenant": tenant.account, "customer": customer, "dropped": True})

    async def _named(self, request: Request) -> Tenant:
        name = request.query_params.get("tenant")
        if not name:
            raise bad_value("tenant", "whose settlement?", "add ?tenant=mzdtln0bmtms6o3kck8f")
        return await self._finder.find(name)

    def _told(self, plan: SettlementPlan) -> dict[str, object]:
        return {
            "customer": plan.customer_id,
            "schedule": plan.schedule.value,
            "clabe": plan.clabe,
            "holder_name": plan.holder_name,
            "minimum": Money(plan.minimum, Currency.MXN).text(),
            "next_at": instant(self._plans.next_at(plan)),
        }


def _minimum(asked: Decimal) -> int:
    try:
        minimum = Money.parse(str(asked), Currency.MXN)
    except BadAmount as error:
        raise bad_value("minimum", f"{asked} is not an amount", "send pesos with two decimals: 500.00") from error
    if minimum.minor <= 0:
        raise bad_value("minimum", "every balance is zero or more", "send more than zero, or nothing")
    return minimum.minor
