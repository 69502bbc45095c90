"""What a customer is, and what can be said to make or change one. His balance stands in the ledger, not here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pasarela.kernel.money import Money
from pasarela.kernel.paging import CreatedBetween

Address = Mapping[str, str | None]
"""A postal address as the tenant sent it; this slice reads none of its keys."""


_ANY_TIME = CreatedBetween()


@dataclass(frozen=True, slots=True)
class Customer:
    """A tenant's customer. What comes in by his CLABE or store reference is his when he has an account, and the
    tenant's otherwise. `balance` is filled by single reads and lists, for those with an account."""

    tenant_id: int
    customer_id: str
    external_id: str | None
    name: str
    last_name: str | None
    email: str | None
    phone_number: str | None
    address: Address | None
    has_account: bool
    clabe: str
    store_reference: str
    created_at: datetime
    deleted_at: datetime | None = None
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What must be known to create a customer. `customer_id` is made by the caller: the same id again answers the same
    customer. A CLABE and a store reference are made up where none is given (only demo data give some)."""

    customer_id: str
    name: str
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    address: Address | None = None
    external_id: str | None = None
    has_account: bool = False
    clabe: str | None = None
    store_reference: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerChanges:
    """What may change of a customer; what is `None` stays as it is."""

    name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What a list asks for; `None` means any. `created.before` is the first instant that is too late."""

    external_id: str | None = None
    created: CreatedBetween = _ANY_TIME
