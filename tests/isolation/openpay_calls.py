"""What the generated proofs of isolation must be told about Openpay's calls: right bodies, and ids inside bodies.

Keys are a call's method and path below the merchant or the customer, as `key_of` says it. A call that is missing here
fails its test by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.routing import Route
from tests.facades.openpay.bodies import CARD
from tests.factories.shops import CHECKOUT, PLAN, C, M, Shop, fresh_card, fresh_clabe, outside_groups

Body = Mapping[str, Any]


async def _earned(shop: Shop, at: str) -> int:
    """An amount that lies there by then."""
    await shop.sale(at)
    return 10


ORDER: Body = {"amount": 10, "description": "Orden"}
PERSON: Body = {"name": "Eva", "email": "eva@shop.mx"}
SPENT: Body = {"amount": _earned, "description": "Orden"}
ACCOUNT: Body = {"clabe": fresh_clabe(), "holder_name": "Eva"}

BODIES: Mapping[str, Body] = {
    "POST /charges": {"method": "card", "card": CARD, **ORDER},
    "POST /charges/{charge_id}/capture": {"amount": 10},
    "POST /charges/{charge_id}/refund": {"description": "Devolución"},
    "POST /charges/{charge_id}/confirm": {"token_id": Shop.token},
    "POST /customers": PERSON,
    "PUT /customers/{customer_id}": PERSON,
    "POST /cards": fresh_card(),
    "PUT /cards/{card_id}": {"cvv2": "000"},
    "POST /tokens": CARD,
    "POST /payouts": {"method": "bank_account", "bank_account": ACCOUNT, **SPENT},
    "POST /bankaccounts": ACCOUNT,
    "POST /transfers": {"customer_id": Shop.customer, **SPENT},
    "POST /fees": {"customer_id": "anobody", **ORDER},
    "POST /fees/{fee_id}/refund": {"description": "Devolución"},
    "POST /plans": PLAN,
    "PUT /plans/{plan_id}": {"name": "Otro", "trial_days": 1},
    "POST /subscriptions": {"plan_id": Shop.plan, "card": fresh_card()},
    "PUT /subscriptions": {"id": Shop.subscription, "cancel_at_period_end": True},
    "PUT /subscriptions/{subscription_id}": {"cancel_at_period_end": True},
    "POST /webhooks": {"url": "http://requestb.in/isolation", "event_types": ["charge.succeeded"]},
    "POST /checkouts": CHECKOUT,
    "PUT /checkouts/{checkout_id}": {"status": "cancelled"},
}
"""A body that is accepted; what it must name is made by the functions in it."""

OWNER_IS_REFUSED: Mapping[str, tuple[int, str]] = {
    "GET /reports/payout/{payout_id}": (1003, "a payout by hand has no report"),
    "GET /reports/payout/{payout_id}/detail": (1003, "a payout by hand has no report"),
    "GET /cards/{card_id}/points": (2008, "the card collects none"),
    "GET /tokens/{token_id}/points": (2008, "the token's card collects none"),
    "POST /webhooks/{webhook_id}/verify/{code}": (1003, "only the endpoint knows the code"),
}
"""Calls that the owner of the ids is refused, too, but differently."""

ID_FIELDS: Mapping[tuple[str, str], tuple[Callable[[Shop, str], Awaitable[str]], Body]] = {
    ("POST /charges", "source_id"): (Shop.card, {"method": "card", **ORDER}),
    ("POST /charges/{charge_id}/confirm", "token_id"): (Shop.token, {}),
    ("POST /cards", "token_id"): (Shop.token, {"device_session_id": "s"}),
    ("POST /payouts", "destination_id"): (Shop.bank_account, {"method": "bank_account", **ORDER}),
    ("POST /transfers", "customer_id"): (Shop.customer, ORDER),
    ("POST /fees", "customer_id"): (Shop.customer, ORDER),
    ("POST /subscriptions", "plan_id"): (Shop.plan, {"card": fresh_card()}),
    ("POST /subscriptions", "source_id"): (Shop.card, {"plan_id": Shop.plan}),
    ("PUT /subscriptions", "source_id"): (Shop.card, {"id": Shop.subscription}),
    ("PUT /subscriptions", "id"): (Shop.subscription, {"cancel_at_period_end": True}),
    ("PUT /subscriptions/{subscription_id}", "source_id"): (Shop.card, {}),
}
"""By call and field: how another merchant gets such an id, and the rest of a body that names it."""

OWN_WORDS = {"order_id", "external_id", "device_session_id"}
"""Fields that look like ids of ours and are words of the merchant's."""

PATH_NAMES_IT = {("PUT /subscriptions/{subscription_id}", "id")}
"""Where the path says it already, the field means nothing."""

NOBODYS: Mapping[str, str] = {
    "/stores": "stores belong to nobody",
    f"{M}/bines/{{bin}}": "card schemes' digits",
    f"{M}/bines/man/{{bin}}": "card schemes' digits",
    f"{M}/bines/{{bin}}/promotions": "card schemes' digits",
    "/barcode/{reference}": "draws any text",
}
"""Addresses that name nothing of a merchant's."""


async def filled(body: Body, shop: Shop, at: str) -> dict[str, Any]:
    """The body with what `shop` makes for it at that path."""
    return {name: await value(shop, at) if callable(value) else value for name, value in body.items()}


def key_of(route: Route[Profile]) -> str:
    """The method, and the path below the customer or the merchant."""
    address = outside_groups(route)
    return f"{route.method} {address.removeprefix(C if address.startswith(f'{C}/') else M)}"
