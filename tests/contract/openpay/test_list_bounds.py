"""Every list means the same by `creation`, `creation[gte]` and `creation[lte]`: whole days of Mexico City's calendar.

The lists come from the route table, so that a new one can't be forgotten. Objects are made by calls and put at the
first and at the last instant of a day behind the platform's back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from pasarela.facades.openpay.profile import OPENPAY
from pasarela.facades.openpay.routes import routes
from pasarela.facades.openpay.wire.filters import ListFilters
from tests.fixtures_server import SandboxServer

CUSTOMER = "ag4nktpdzebjiye1tlze"
PAYEE = "dvocf97jd20es3tw5laz"
PLAN = "pbi4kb8hpb64x0uud2eb"
MERCHANTS = "/v1/{merchant}/"
LISTS = sorted(
    route.address.removeprefix(MERCHANTS)
    for route in routes(OPENPAY)
    # A group's lists are these, asked for with the group's key.
    if route.filters is not None and issubclass(route.filters, ListFilters) and route.address.startswith(MERCHANTS)
)

FIRST = datetime(2025, 3, 10, 6, tzinfo=UTC)
LAST = datetime(2025, 3, 11, 5, 59, 59, 999_999, tzinfo=UTC)
"""The tenth of March 2025 in Mexico City, whole; long before anything else here was made."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How an object of a list is made, and the table and column where its row is."""

    table: str
    column: str
    body: dict[str, Any]


_PERSON = {"name": "Ana", "last_name": "Ruiz", "email": "ana@payments.com"}
_CARD = {
    "holder_name": "Juan Perez Ramirez",
    "expiration_year": "30",
    "expiration_month": "12",
    "cvv2": "110",
}
_ACCOUNT = {"clabe": "002010077777777771", "holder_name": "Mi empresa"}
_MONEY = {"amount": 2, "description": "x"}
KINDS = {
    "charges": Kind(
        "payments", "payment_id", {**_MONEY, "method": "card", "card": {"card_number": "4111111111111111", **_CARD}}
    ),
    "customers": Kind("customers", "customer_id", _PERSON),
    "cards": Kind("vault_cards", "card_id", {"card_number": "345678000000007", **_CARD}),
    "payouts": Kind("payouts", "payout_id", {**_MONEY, "method": "bank_account", "bank_account": _ACCOUNT}),
    "bankaccounts": Kind("bank_accounts", "bank_account_id", _ACCOUNT),
    "transfers": Kind("transfers", "transfer_id", {**_MONEY, "customer_id": PAYEE}),
    "fees": Kind("fees", "fee_id", {**_MONEY, "customer_id": CUSTOMER}),
    "plans": Kind(
        "plans",
        "plan_id",
        {
            "name": "Curso",
            "amount": 2,
            "repeat_unit": "month",
            "repeat_every": 1,
            "status_after_retry": "unpaid",
            "trial_days": 1,
        },
    ),
    "subscriptions": Kind(
        "subscriptions",
        "subscription_id",
        {"plan_id": "pjl7wfryrrd1tznr0fnl", "card": {"card_number": "345678000000007", **_CARD}},
    ),
    "checkouts": Kind(
        "checkouts",
        "checkout_id",
        {**_MONEY, "currency": "MXN", "redirect_url": "https://example.com", "customer": _PERSON},
    ),
}


async def made(sandbox: SandboxServer, address: str) -> tuple[Kind, str]:
    kind = KINDS[address.rsplit("/", 1)[-1]]
    if address == f"plans/{PLAN}/subscriptions":  # made for somebody else than those of the customers' list
        address, kind = f"customers/{PAYEE}/subscriptions", replace(kind, body={**kind.body, "plan_id": PLAN})
    answer = await sandbox.openpay.post(f"/{address}", json=kind.body)
    assert answer.is_success, answer.text
    return kind, answer.json()["id"]


async def put_at(sandbox: SandboxServer, kind: Kind, made_id: str, instant: datetime) -> None:
    connection = await asyncpg.connect(sandbox.database_url)
    try:
        statement = f"UPDATE {kind.table} SET created_at = $2 WHERE {kind.column} = $1"  # noqa: S608 - names from above
        assert await connection.execute(statement, made_id, instant) == "UPDATE 1"
    finally:
        await connection.close()


@pytest.mark.parametrize("address", LISTS)
async def test_days_are_whole_and_both_bounds_count(sandbox: SandboxServer, address: str) -> None:
    path = address.replace("{customer_id}", CUSTOMER).replace("{plan_id}", PLAN)
    kind, made_id = await made(sandbox, path)

    async def listed(**days: str) -> list[str]:
        query = {"creation" if name == "on" else f"creation[{name}]": f"2025-03-{day}" for name, day in days.items()}
        answer = await sandbox.openpay.get(f"/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()]

    for instant in (FIRST, LAST):
        await put_at(sandbox, kind, made_id, instant)
        assert await listed(on="10") == [made_id]
        assert await listed(gte="10", lte="10") == [made_id]
        assert await listed(gte="01", lte="31") == [made_id]
        assert await listed(on="09") == await listed(on="11") == []
        assert await listed(lte="09") == await listed(gte="11", lte="31") == []
        assert await listed(on="10", gte="11") == await listed(gte="11", lte="09") == []
