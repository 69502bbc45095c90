"""`/risk/…`: the limits and lists of a tenant, and which rules a given sale would meet."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import ControlRefusal, answer, bad_value, instant
from pasarela.control.bodies import body_as, known_parameters, whole_number
from pasarela.control.plane import ControlPlane
from pasarela.core.risk.errors import BadEntry, BadLimit, UnknownEntry, UnknownRule
from pasarela.core.risk.model import Effect, Explained, ListKind, RiskFacts
from pasarela.core.risk.rules import RULES, MaxAmount, VelocityAmount
from pasarela.core.tenants.model import Tenant
from pasarela.kernel.money import BadAmount, Currency, Money
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret, luhn_valid, mask_pans

_AMOUNT_RULES = frozenset(rule.name for rule in RULES if isinstance(rule, MaxAmount | VelocityAmount))
_LIMIT_RULES = ", ".join(rule.name for rule in RULES if rule.has_limit)
_CENTS = Currency.MXN
"""A limit holds for sales of every currency; all of them have two decimals."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class NewLimit(msgspec.Struct, forbid_unknown_fields=True):
    """`value` counts sales, or is an amount in major units, as the rule wants it; null switches the rule off."""

    tenant: Text
    rule: Text
    value: Decimal | None


class Listing(msgspec.Struct, forbid_unknown_fields=True):
    """Puts `entry` on a list, or takes it off with `"remove": true`."""

    tenant: Text
    list: ListKind
    entry: Text
    reason: str = ""
    remove: bool = False


class Sale(msgspec.Struct, forbid_unknown_fields=True):
    """A sale as the rules would see it; nothing is counted or sent."""

    tenant: Text
    amount: Decimal
    currency: Text = "MXN"
    card_number: Text | None = None
    email: Text | None = None
    buyer: Text | None = None
    ip: Text | None = None
    device_session: Text | None = None


class Risk:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._desk = plane.risk
        self._finder = plane.finder
        self._clock = plane.clock

    async def limits(self, request: Request) -> Response:
        known_parameters(request, "tenant")
        return await self._limits_of(await self._named(request))

    async def set_limit(self, request: Request) -> Response:
        body = await body_as(NewLimit, request)
        tenant = await self._finder.find(body.tenant)
        try:
            await self._desk.set_limit(tenant.tenant_id, body.rule, _limit(body))
        except UnknownRule as error:
            raise bad_value("rule", f"no rule {body.rule!r} has a limit", f"the rules are: {_LIMIT_RULES}") from error
        except BadLimit as error:
            raise bad_value("value", "a limit is zero or more", "send null to switch the rule off") from error
        return await self._limits_of(tenant)

    async def lists(self, request: Request) -> Response:
        known_parameters(request, "tenant", "list", "limit", "offset")
        tenant = await self._named(request)
        kind = _kind(request.query_params.get("list"))
        offset = request.query_params.get("offset", "0")
        if not offset.isascii() or not offset.isdigit():
            raise bad_value("offset", f"{offset!r} is not a whole number", "send offset=0")
        page = Page(int(offset), whole_number(request, "limit", 50, 100))
        entries = await self._desk.settings.entries(tenant.tenant_id, kind, page)
        return answer(
            {
                "tenant": tenant.account,
                "entries": [
                    {
                        "list": entry.kind.value,
                        "entry": entry.shown,
                        "reason": entry.reason,
                        "listed_at": instant(entry.listed_at),
                    }
                    for entry in entries
                ],
            }
        )

    async def change_list(self, request: Request) -> Response:
        body = await body_as(Listing, request)
        tenant, entry = await self._finder.find(body.tenant), Secret(body.entry)
        try:
            if body.remove:
                await self._desk.change_list.remove(tenant.tenant_id, body.list, entry)
            else:
                await self._desk.change_list.add(tenant.tenant_id, body.list, entry, body.reason)
        except BadEntry as error:
            raise bad_value("entry", f"not an entry for the list {body.list.value}", str(error)) from error
        except UnknownEntry as error:
            fix = "GET /sandbox/v1/risk/lists tells what is on it"
            raise ControlRefusal(404, "not_found", "the list has no such entry", field="entry", fix=fix) from error
        shown = mask_pans(body.entry)
        return answer({"tenant": tenant.account, "list": body.list.value, "entry": shown, "listed": not body.remove})

    async def explain(self, request: Request) -> Response:
        sale = await body_as(Sale, request)
        tenant = await self._finder.find(sale.tenant)
        told = await self._desk.explain(self._facts(sale, tenant))
        refused = any(each.met and each.effect is Effect.REFUSE for each in told)
        review = not refused and any(each.met for each in told)
        return answer({"allowed": not refused, "review": review, "rules": [_rule(each) for each in told]})

    async def _named(self, request: Request) -> Tenant:
        name = request.query_params.get("tenant")
        if not name:
            raise bad_value("tenant", "whose risk settings?", "add ?tenant=mzdtln0bmtms6o3kck8f")
        return await self._finder.find(name)

    async def _limits_of(self, tenant: Tenant) -> Response:
        limits = await self._desk.settings.limits(tenant.tenant_id)
        return answer(
            {
                "tenant": tenant.account,
                "limits": [
                    {"rule": each.rule, "value": _shown(each.rule, each.value), "set_at": instant(each.set_at)}
                    for each in limits
                ],
            }
        )

    def _facts(self, sale: Sale, tenant: Tenant) -> RiskFacts:
        pan = _pan(sale.card_number)
        sealer = self._desk.sealer
        return RiskFacts(
            tenant_id=tenant.tenant_id,
            api=tenant.api,
            amount=_amount(sale),
            at=self._clock.now(tenant.tenant_id),
            fingerprint=sealer.fingerprint(tenant.tenant_id, pan) if pan else None,
            platform_fingerprint=sealer.platform_fingerprint(pan) if pan else None,
            bin=pan.reveal()[:6] if pan else None,
            email=sale.email,
            buyer=sale.buyer,
            ip=sale.ip,
            device_session=sale.device_session,
        )


def _limit(body: NewLimit) -> int | None:
    if body.value is None:
        return None
    if body.rule in _AMOUNT_RULES:
        try:
            return Money.parse(str(body.value), _CENTS).minor
        except BadAmount as error:
            raise bad_value("value", f"{body.value} is not an amount", "send pesos with two decimals") from error
    if not body.value.is_finite() or body.value != int(body.value):
        raise bad_value("value", f"{body.value} is not a number of sales", "send a whole number")
    return int(body.value)


def _shown(rule: str, value: int) -> int | str:
    return Money(value, _CENTS).text() if rule in _AMOUNT_RULES else value


def _rule(told: Explained) -> dict[str, object]:
    limit = None if told.limit is None else _shown(told.rule, told.limit)
    return {"rule": told.rule, "met": told.met, "effect": told.effect.value, "limit": limit}


def _kind(name: str | None) -> ListKind | None:
    try:
        return ListKind(name) if name else None
    except ValueError as error:
        lists = ", ".join(kind.value for kind in ListKind)
        raise bad_value("list", f"there is no list {name!r}", f"the lists are: {lists}") from error


def _amount(sale: Sale) -> Money:
    try:
        amount = Money.parse(str(sale.amount), Currency.of(sale.currency))
    except KeyError as error:
        raise bad_value("currency", f"{sale.currency!r} is not booked here", "send MXN") from error
    except BadAmount as error:
        raise bad_value("amount", f"{sale.amount} is not an amount", "send major units, two decimals") from error
    return amount


def _pan(number: str | None) -> Secret | None:
    if number is None:
        return None
    digits = number.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and luhn_valid(digits)):
        raise bad_value("card_number", "not a card number", "send 12 to 19 digits with a right check digit")
    return Secret(digits)
