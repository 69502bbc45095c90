"""Checkouts, of the merchant or for one of his customers: create, get by id or by order id, list, change.

The page behind a checkout's link is not this module's.
"""

from __future__ import annotations

from pasarela.core.checkouts.model import Checkout
from pasarela.core.customers.model import Customer
from pasarela.core.payments.model import Payer
from pasarela.facades.openpay import present
from pasarela.facades.openpay.levels import customer_of, owner_of
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import PayerAnswer
from pasarela.facades.openpay.wire.checkouts import (
    ChangeCheckoutBody,
    CheckoutAnswer,
    CheckoutBody,
    CheckoutFilters,
)
from pasarela.facades.toolkit.amounts import json_number
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import iso_seconds
from pasarela.facades.toolkit.refusals import NoSuchPath
from pasarela.facades.toolkit.wire import parse_filters

PAGE = "checkout"
NAME_MAX = 100


async def create(call: Call[Profile]) -> Reply:
    body = CheckoutBody.parse(call.json())
    customer, ids = await customer_of(call), call.services.ids
    new = body.new(
        call.operation_id,
        ids.fresh("tr"),
        ids.uuid().replace("-", ""),
        customer_id=customer.customer_id if customer else None,
        payer=_as_payer(customer) if customer else None,
    )
    return _reply(call, await call.services.checkouts.create(call.caller, new))


async def get(call: Call[Profile]) -> Reply:
    name = call.params["checkout_id"]
    if len(name) > NAME_MAX or "\0" in name:
        raise NoSuchPath("There is no such checkout")
    owner = await owner_of(call)
    return _reply(call, await call.services.checkouts.get(call.caller.tenant_id, name, owner))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(CheckoutFilters, call.query())
    wanted = filters.wanted(await owner_of(call))
    found = await call.services.checkouts.list(call.caller.tenant_id, wanted, filters.page(), call.at)
    return Reply(200, present.encode([_shown(call, checkout) for checkout in found]))


async def change(call: Call[Profile]) -> Reply:
    body = ChangeCheckoutBody.parse(call.json())
    asked = parse_filters(ChangeCheckoutBody, call.query())
    changed = await call.services.checkouts.change(
        call.caller,
        call.id("checkout_id"),
        asked.status or body.status,
        asked.expiration_date or body.expiration_date,
    )
    return _reply(call, changed)


def _as_payer(customer: Customer) -> Payer:
    """The customer as he is when the checkout is made."""
    return Payer(
        customer.name, customer.last_name, customer.email, customer.phone_number, customer.address, customer.external_id
    )


def _reply(call: Call[Profile], checkout: Checkout) -> Reply:
    return Reply(200, present.encode(_shown(call, checkout)))


def _shown(call: Call[Profile], checkout: Checkout) -> CheckoutAnswer:
    created = iso_seconds(checkout.created_at)
    return CheckoutAnswer(
        id=checkout.checkout_id,
        amount=json_number(checkout.amount),
        description=checkout.description,
        order_id=checkout.order_id,
        currency=checkout.amount.currency.code,
        iva=None,
        status=checkout.status(call.at).value,
        checkout_link=f"{call.services.base_url}{call.profile.mount}/{PAGE}/{checkout.link_token}",
        creation_date=created,
        expiration_date=iso_seconds(checkout.expires_at),
        redirect_url=checkout.redirect_url,
        customer_id=checkout.customer_id,
        customer=_payer(checkout.payer, created) if checkout.payer else None,
        transaction=None,
    )


def _payer(payer: Payer, created: str) -> PayerAnswer:
    return PayerAnswer(
        name=payer.name,
        last_name=payer.last_name,
        email=payer.email,
        phone_number=payer.phone_number,
        address=payer.address,
        creation_date=created,
        external_id=payer.external_id,
        clabe=None,
    )
