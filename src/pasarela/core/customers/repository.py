"""Customers between their rows and their dataclasses. Used by this slice only."""

from __future__ import annotations

import json

import asyncpg

from pasarela.core.customers.model import Address, Customer
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Money

SQL = SqlFiles("pasarela.core.customers")


def customer_from(row: asyncpg.Record, balance: Money | None = None) -> Customer:
    """The customer of a `customers` record."""
    address = row["address"]
    return Customer(
        tenant_id=row["tenant_id"],
        customer_id=row["customer_id"],
        external_id=row["external_id"],
        name=row["name"],
        last_name=row["last_name"],
        email=row["email"],
        phone_number=row["phone_number"],
        address=None if address is None else json.loads(address),
        has_account=row["has_account"],
        clabe=row["clabe"],
        store_reference=row["store_reference"],
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
        balance=balance,
    )


def address_json(address: Address | None) -> str | None:
    return None if address is None else json.dumps(dict(address), ensure_ascii=False)
