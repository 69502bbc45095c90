"""PyPI's official `openpay` client, unmodified but for where it calls, through what the server offers by now.

The client is synchronous and keeps its settings in its module, so each call runs in a thread, one after the other.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import openpay
import pytest
from openpay import error

from tests.fixtures_server import MERCHANT, PRIVATE_KEY, SandboxServer

CARD = {
    "card_number": "4242424242424242",
    "holder_name": "Juan Perez Ramirez",
    "expiration_year": "30",
    "expiration_month": "12",
    "cvv2": "110",
}
PAYER = {"name": "Juan", "last_name": "Vazquez", "email": "juan@empresa.com.mx", "phone_number": "4423456723"}
PLAN = {
    "amount": 150.00,
    "status_after_retry": "cancelled",
    "retry_times": 2,
    "name": "Curso de ingles",
    "repeat_unit": "month",
    "repeat_every": "1",
}

_orders = itertools.count(1)

Client = Callable[..., Any]


@pytest.fixture
async def client(sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Runs one of the client's calls against the sandbox."""
    monkeypatch.setattr(openpay, "api_key", PRIVATE_KEY)
    monkeypatch.setattr(openpay, "merchant_id", MERCHANT)
    monkeypatch.setattr(openpay, "get_api_base", lambda: f"{sandbox.base_url}/openpay")

    async def call(verb: Callable[..., Any], /, *args: Any, **fields: Any) -> Any:
        return await asyncio.to_thread(verb, *args, **fields)

    return call


def order(**fields: Any) -> dict[str, Any]:
    return {"amount": 100, "description": "Cargo", "order_id": f"conformance-{next(_orders)}", **fields}


def card_order(**fields: Any) -> dict[str, Any]:
    return order(method="card", device_session_id="kR1MiQhz2otdIuUlQkbEyitIqVMiI16f", customer=PAYER, **fields)


async def test_a_charge_by_token_is_captured_and_refunded(client: Client) -> None:
    token = await client(openpay.Token.create, **CARD)
    assert token.card.card_number == "424242XXXXXX4242"
    held = await client(openpay.Charge.create_as_merchant, **card_order(source_id=token.id, capture=False))
    assert held.status == "in_progress"
    captured = await client(held.capture, merchant=True, amount=80)
    assert (captured.status, captured.amount) == ("completed", 80)
    refunded = await client(captured.refund, merchant=True, amount=30, description="devolución")
    refund = refunded["refund"]  # as an attribute it is the client's method
    assert (refunded.status, refund.amount, refund.transaction_type) == ("completed", 30, "refund")
    read = await client(openpay.Charge.retrieve_as_merchant, held.id)
    assert [each.amount for each in read.refunds] == [30]


async def test_a_merchants_card_is_saved_and_charged(client: Client) -> None:
    saved = await client(openpay.Card.create, **{**CARD, "card_number": "5105105105105100"})
    assert saved.id in [each.id for each in (await client(openpay.Card.all)).data]
    charge = await client(openpay.Charge.create_as_merchant, **card_order(source_id=saved.id, cvv2="110"))
    assert (charge.status, charge.card.id) == ("completed", saved.id)


async def test_a_customers_card_is_read_and_deleted(client: Client) -> None:
    owner = await client(openpay.Customer.create, **PAYER)
    saved = await client(owner.cards.create, **CARD)
    assert (await client(owner.cards.retrieve, saved.id)).bank_name == saved.bank_name
    await client((await client(owner.cards.all)).data[0].delete)
    with pytest.raises(error.InvalidRequestError) as gone:
        await client(owner.cards.retrieve, saved.id)
    assert gone.value.http_status == 404


async def test_charges_are_listed_by_every_filter(client: Client) -> None:
    made = await client(openpay.Charge.create_as_merchant, **card_order(card=CARD, amount="321.09"))
    by_order = await client(openpay.Charge.all, order_id=made.order_id)
    assert [each.id for each in by_order.data] == [made.id]
    by_all = await client(
        openpay.Charge.all, amount="321.09", status="completed", limit=1, offset=0, creation={"gte": "2020-01-01"}
    )
    assert [each.id for each in by_all.data] == [made.id]


async def test_a_customer_lives(client: Client) -> None:
    made = await client(openpay.Customer.create, **PAYER, requires_account=True)
    made.name = "Ana"
    await client(made.save)
    read = await client(openpay.Customer.retrieve, made.id)
    assert (read.name, read.balance, len(read.clabe)) == ("Ana", 0, 18)
    assert made.id in [each.id for each in (await client(openpay.Customer.all)).data]
    card = await client(read.cards.create, **CARD)
    charge = await client(read.charges.create, **order(method="card", source_id=card.id))
    assert (charge.status, charge.customer_id) == ("completed", made.id)
    assert [each.id for each in (await client(read.charges.all)).data] == [charge.id]
    assert (await client(openpay.Customer.retrieve, made.id)).balance == 100
    with pytest.raises(error.APIError) as full:
        await client(read.delete)
    assert full.value.http_status == 422


async def test_customers_move_money(client: Client) -> None:
    payer = await client(openpay.Customer.create, **PAYER, requires_account=True)
    payee = await client(openpay.Customer.create, **PAYER, requires_account=True)
    await client(payer.charges.create, **order(method="card", card=CARD, amount=500))
    transfer = await client(payer.transfers.create, **order(customer_id=payee.id, amount=12.5))
    assert (transfer.status, transfer.amount) == ("completed", 12.5)
    fee = await client(openpay.Fee.create, **order(customer_id=payer.id, amount=12.5))
    assert (fee.transaction_type, fee.status) == ("fee", "completed")
    bank = await client(payer.bank_accounts.create, clabe="012298026516924616", holder_name="Mi empresa")
    assert bank.bank_name == "BANCOMER"
    payout = await client(payer.payouts.create, **order(method="bank_account", destination_id=bank.id, amount=10.5))
    assert (payout.status, payout.transaction_type) == ("in_progress", "payout")
    assert (await client(openpay.Customer.retrieve, payer.id)).balance == 500 - 12.5 - 12.5 - 10.5


async def test_a_plan_lives(client: Client) -> None:
    plan = await client(openpay.Plan.create, **PLAN, trial_days="30")
    assert (plan.status, plan.amount, plan.trial_days, plan.repeat_every) == ("active", 150, 30, 1)
    plan.name = "Curso de aleman"
    await client(plan.save)
    assert (await client(openpay.Plan.retrieve, plan.id)).name == "Curso de aleman"
    assert plan.id in [each.id for each in (await client(openpay.Plan.all, limit=100)).data]
    plan_id = plan.id
    await client(plan.delete)  # which leaves nothing in the object
    with pytest.raises(error.InvalidRequestError) as gone:
        await client(openpay.Plan.retrieve, plan_id)
    assert gone.value.http_status == 404


async def test_a_subscription_lives(client: Client) -> None:
    plan = await client(openpay.Plan.create, **PLAN, trial_days="30")
    customer = await client(openpay.Customer.create, **PAYER)
    card = await client(customer.cards.create, **CARD)
    made = await client(customer.subscriptions.create, plan_id=plan.id, trial_days="0", card_id=card.id)
    assert (made.status, made.current_period_number, made.card.id) == ("active", 1, card.id)
    (charge,) = (await client(customer.charges.all)).data
    assert (charge.amount, charge.status, charge.subscription_id) == (150, "completed", made.id)

    made.cancel_at_period_end = True
    await client(made.save)
    read = await client(customer.subscriptions.retrieve, made.id)
    assert (read.cancel_at_period_end, read.card.id, read.charge_date) == (True, card.id, made.charge_date)
    on_trial = await client(customer.subscriptions.create, plan_id=plan.id, card=CARD)
    assert (on_trial.status, on_trial.card.id) == ("trial", None)
    assert [each.id for each in (await client(customer.subscriptions.all)).data] == [on_trial.id, made.id]
    await client(read.delete)
    assert (await client(customer.subscriptions.retrieve, made.id)).status == "cancelled"
    with pytest.raises(error.CardError):
        await client(customer.subscriptions.create, plan_id=plan.id, card={**CARD, "card_number": "4222222222222220"})


async def test_store_and_bank_charges_wait(client: Client) -> None:
    store = await client(openpay.Charge.create_as_merchant, **order(method="store"))
    assert (store.status, len(store.payment_method.reference)) == ("in_progress", 33)
    bank = await client(openpay.Charge.create_as_merchant, **order(method="bank_account"))
    assert len(bank.payment_method.clabe) == 18


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4222222222222220", 3001),
        ("4000000000000069", 3002),
        ("4444444444444448", 3003),
        ("4000000000000119", 3004),
        ("4000000000000044", 3005),
    ],
)
async def test_a_declined_card_is_a_card_error(client: Client, number: str, code: int) -> None:
    with pytest.raises(error.CardError) as declined:
        await client(openpay.Charge.create_as_merchant, **card_order(card={**CARD, "card_number": number}))
    assert (declined.value.http_status, declined.value.code) == (402, code)
    assert declined.value.json_body["request_id"]


async def test_a_wrong_key_is_an_authentication_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openpay, "api_key", "sk_00000000000000000000000000000000")
    with pytest.raises(error.AuthenticationError):
        await client(openpay.Charge.all)


async def test_a_bad_request_is_an_invalid_request_error(client: Client) -> None:
    with pytest.raises(error.InvalidRequestError) as bad:
        await client(openpay.Charge.create_as_merchant, method="card", source_id="nobody")
    assert bad.value.http_status == 400
