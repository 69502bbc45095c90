"""Openpay's official Node.js client, unmodified but for where it calls, through every call that it has.

`LIVES` says of each test which calls it drives; together they are all of the client's, which a test of its own proves.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.conformance.node_client import NodeClient, node_client
from tests.factories.receivers import receiving
from tests.factories.shops import PLAN, fresh_card, fresh_clabe
from tests.fixtures_server import MERCHANT, SandboxServer

PERSON = {"name": "John", "last_name": "Doe", "email": "johndoe@example.com", "phone_number": "44209087654"}
CARD = {
    "card_number": "4111111111111111",
    "holder_name": "John Doe",
    "expiration_year": "30",
    "expiration_month": "12",
    "cvv2": "110",
}

_orders = itertools.count(1)


def order(**fields: object) -> dict[str, object]:
    return {"amount": 200.00, "description": "Service Charge", "order_id": f"node-{next(_orders)}"} | fields


def by_card(**fields: object) -> dict[str, object]:
    return order(**{"method": "card", "card": CARD} | fields)


def to_a_bank(**fields: object) -> dict[str, object]:
    account = {"clabe": fresh_clabe(), "holder_name": "John Doe"}
    return order(**{"method": "bank_account", "bank_account": account, "amount": 10.50} | fields)


def ids(listed: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in listed]


async def charge_life(client: NodeClient, resource: str, *owner: str) -> None:
    """Create, get, list, capture, refund: at any level."""
    made = await client.done(f"{resource}.create", *owner, by_card(capture=False))
    assert made["status"] == "in_progress"
    captured = await client.done(f"{resource}.capture", *owner, made["id"], {"amount": 150})
    assert (captured["status"], captured["amount"]) == ("completed", 150)
    refunded = await client.done(f"{resource}.refund", *owner, made["id"], {"amount": 50, "description": "x"})
    assert (refunded["status"], refunded["refund"]["amount"]) == ("completed", 50)


async def a_customer(client: NodeClient, **fields: object) -> str:
    made: str = (await client.done("customers.create", {**PERSON, **fields}))["id"]
    return made


async def a_rich_customer(client: NodeClient) -> str:
    customer = await a_customer(client, requires_account=True)
    await client.done("customers.charges.create", customer, by_card(amount=500))
    return customer


async def merchant(client: NodeClient) -> None:
    assert (await client.done("merchant.get"))["id"] == MERCHANT


async def charges(client: NodeClient) -> None:
    await charge_life(client, "charges")
    made = await client.done("charges.create", by_card(order_id="node-read"))
    assert await client.done("charges.get", made["id"]) == made
    assert await client.done("charges.list", {"order_id": "node-read"}) == [made]
    assert made in await client.done("charges.list")
    declined = await client.call("charges.create", by_card(card={**CARD, "card_number": "4444444444444448"}))
    assert (declined.status, declined.error["error_code"], declined.body) == (402, 3003, None)
    waiting = await client.done("charges.create", order(method="store"))
    assert (waiting["status"], len(waiting["payment_method"]["reference"])) == ("in_progress", 33)


async def payouts(client: NodeClient) -> None:
    await client.done("charges.create", by_card())
    made = await client.done("payouts.create", to_a_bank())
    assert (made["status"], made["transaction_type"], made["amount"]) == ("in_progress", "payout", 10.5)
    assert (await client.done("payouts.get", made["id"]))["id"] == made["id"]
    assert made["id"] in ids(await client.done("payouts.list", {"limit": 3}))


async def fees(client: NodeClient) -> None:
    customer = await a_rich_customer(client)
    made = await client.done("fees.create", order(customer_id=customer, amount=5))
    assert (made["transaction_type"], made["status"]) == ("fee", "completed")
    assert made["id"] in ids(await client.done("fees.list"))


async def plans(client: NodeClient) -> None:
    made = await client.done("plans.create", PLAN)
    assert (await client.done("plans.get", made["id"]))["name"] == PLAN["name"]
    changed = await client.done("plans.update", made["id"], {"name": "Otro curso", "trial_days": 7})
    assert (changed["name"], changed["trial_days"]) == ("Otro curso", 7)
    assert made["id"] in ids(await client.done("plans.list", {"limit": 3}))
    customer = await a_customer(client)
    one = await client.done("customers.subscriptions.create", customer, {"plan_id": made["id"], "card": CARD})
    assert ids(await client.done("plans.listSubscriptions", made["id"])) == [one["id"]]
    await client.done("plans.delete", made["id"])
    assert (await client.call("plans.get", made["id"])).status == 404


async def cards(client: NodeClient) -> None:
    await card_life(client, "cards")


async def card_life(client: NodeClient, resource: str, *owner: str) -> None:
    made = await client.done(f"{resource}.create", *owner, fresh_card())
    assert (await client.done(f"{resource}.get", *owner, made["id"]))["card_number"] == made["card_number"]
    assert made["id"] in ids(await client.done(f"{resource}.list", *owner))
    await client.done(f"{resource}.delete", *owner, made["id"])
    assert (await client.call(f"{resource}.get", *owner, made["id"])).error["error_code"] == 1005


async def webhooks(client: NodeClient) -> None:
    async with receiving() as endpoint:
        hook = {"url": endpoint.url, "event_types": ["charge.succeeded"]}
        made = await client.done("webhooks.create", hook)
        [(_, asked)] = endpoint.heard
    # The client sends the text "{}" as a JSON string.
    verified = await client.done("webhooks.verify", made["id"], asked["verification_code"])
    assert verified["status"] == made["status"] == "verified"
    assert await client.done("webhooks.get", made["id"]) == made
    assert made in await client.done("webhooks.list")
    await client.done("webhooks.delete", made["id"])
    assert made not in await client.done("webhooks.list")


async def customers(client: NodeClient) -> None:
    await customer_life(client, "customers")


async def customer_life(client: NodeClient, resource: str) -> None:
    made = await client.done(f"{resource}.create", {**PERSON, "external_id": resource})
    assert await client.done(f"{resource}.get", made["id"]) == made
    changed = await client.done(f"{resource}.update", made["id"], {**PERSON, "name": "Jane"})
    assert changed["name"] == "Jane"
    assert ids(await client.done(f"{resource}.list", {"external_id": resource})) == [made["id"]]
    await client.done(f"{resource}.delete", made["id"])
    assert (await client.call(f"{resource}.get", made["id"])).error["error_code"] == 1005


async def customers_charges(client: NodeClient) -> None:
    customer = await a_customer(client)
    await charge_life(client, "customers.charges", customer)
    made = await client.done("customers.charges.create", customer, by_card())
    assert await client.done("customers.charges.get", customer, made["id"]) == made
    assert made in await client.done("customers.charges.list", customer, {"limit": 2})


async def customers_transfers(client: NodeClient) -> None:
    payer, payee = await a_rich_customer(client), await a_customer(client, requires_account=True)
    made = await client.done("customers.transfers.create", payer, order(customer_id=payee, amount=12.5))
    assert (made["status"], made["amount"]) == ("completed", 12.5)
    assert (await client.done("customers.transfers.get", payer, made["id"]))["id"] == made["id"]
    assert ids(await client.done("customers.transfers.list", payee)) == [made["id"]]
    assert (await client.done("customers.get", payee))["balance"] == 12.5


async def customers_payouts(client: NodeClient) -> None:
    customer = await a_rich_customer(client)
    made = await client.done("customers.payouts.create", customer, to_a_bank())
    assert (made["status"], made["customer_id"]) == ("in_progress", customer)
    assert (await client.done("customers.payouts.get", customer, made["id"]))["id"] == made["id"]
    assert ids(await client.done("customers.payouts.list", customer)) == [made["id"]]
    poor = await client.call("customers.payouts.create", customer, {**to_a_bank(), "amount": 100000})
    assert (poor.status, poor.error["error_code"]) == (412, 4001)


async def customers_subscriptions(client: NodeClient) -> None:
    await subscription_life(client, "customers.subscriptions", await a_customer(client))


async def subscription_life(client: NodeClient, resource: str, *owner: str) -> None:
    plan = (await client.done("plans.create", PLAN))["id"]
    made = await client.done(f"{resource}.create", *owner, {"plan_id": plan, "card": CARD})
    assert (made["status"], made["plan_id"]) == ("trial", plan)
    assert (await client.done(f"{resource}.get", *owner, made["id"]))["id"] == made["id"]
    changed = await client.done(f"{resource}.update", *owner, made["id"], {"cancel_at_period_end": True})
    assert changed["cancel_at_period_end"] is True
    assert ids(await client.done(f"{resource}.list", *owner)) == [made["id"]]
    await client.done(f"{resource}.delete", *owner, made["id"])


async def customers_cards(client: NodeClient) -> None:
    await card_life(client, "customers.cards", await a_customer(client))


async def customers_bankaccounts(client: NodeClient) -> None:
    customer = await a_customer(client)
    account = {"clabe": fresh_clabe(), "holder_name": "John Doe"}
    made = await client.done("customers.bankaccounts.create", customer, account)
    assert (await client.done("customers.bankaccounts.get", customer, made["id"]))["bank_name"] == "BANCOMER"
    assert ids(await client.done("customers.bankaccounts.list", customer)) == [made["id"]]
    await client.done("customers.bankaccounts.delete", customer, made["id"])
    assert await client.done("customers.bankaccounts.list", customer) == []


async def groups_customers(client: NodeClient) -> None:
    await customer_life(client, "groups.customers")
    await card_life(client, "groups.customers.cards", await a_customer(client))


async def groups_charges(client: NodeClient) -> None:
    await charge_life(client, "groups.charges", MERCHANT)
    await charge_life(client, "groups.customers.charges", MERCHANT, await a_customer(client))
    stranger = await client.call("groups.charges.create", "mstranger", by_card())
    assert (stranger.status, stranger.error["error_code"]) == (404, 1005)


async def groups_subscriptions(client: NodeClient) -> None:
    await subscription_life(client, "groups.customers.subscriptions", MERCHANT, await a_customer(client))


Life = Callable[[NodeClient], Awaitable[None]]

CRUD = ("create", "list", "get", "update", "delete")
CHARGE = ("create", "capture", "refund")
CARDS = ("create", "list", "get", "delete")


def of(resource: str, *verbs: str) -> tuple[str, ...]:
    return tuple(f"{resource}.{verb}" for verb in verbs)


LIVES: dict[Life, tuple[str, ...]] = {
    merchant: ("merchant.get",),
    charges: of("charges", *CHARGE, "list", "get"),
    payouts: of("payouts", "create", "list", "get"),
    fees: of("fees", "create", "list"),
    plans: of("plans", *CRUD, "listSubscriptions"),
    cards: of("cards", *CARDS),
    webhooks: of("webhooks", "create", "verify", "get", "delete", "list"),
    customers: of("customers", *CRUD),
    customers_charges: of("customers.charges", *CHARGE, "list", "get"),
    customers_transfers: of("customers.transfers", "create", "list", "get"),
    customers_payouts: of("customers.payouts", "create", "list", "get"),
    customers_subscriptions: of("customers.subscriptions", *CRUD),
    customers_cards: of("customers.cards", *CARDS),
    customers_bankaccounts: of("customers.bankaccounts", *CARDS),
    groups_customers: (*of("groups.customers", *CRUD), *of("groups.customers.cards", *CARDS)),
    groups_charges: (*of("groups.charges", *CHARGE), *of("groups.customers.charges", *CHARGE)),
    groups_subscriptions: of("groups.customers.subscriptions", *CRUD),
}


@pytest.fixture(scope="module")
async def client(sandbox: SandboxServer) -> AsyncIterator[NodeClient]:
    async with node_client(sandbox.base_url) as started:
        yield started


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
async def test_node_client(client: NodeClient, life: Life) -> None:
    client.called.clear()

    await life(client)

    assert set(LIVES[life]) <= client.called


async def test_these_are_all_of_its_calls(client: NodeClient) -> None:
    assert sorted(await client.calls()) == sorted(call for calls in LIVES.values() for call in calls)
