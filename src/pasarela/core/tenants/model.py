"""What a tenant is. Keys are known by their digest only; a key's text exists while it is issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from pasarela.core.context import Mode
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency
from pasarela.kernel.secret import Secret

_NO_SETTINGS: Mapping[str, object] = MappingProxyType({})


class TenantStatus(Enum):
    """Only an active tenant's calls are answered."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class KeyKind(Enum):
    """A private key may do everything; a public one lies open in web pages."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a payment costs its merchant: hundredths of a percent, plus a fixed part, plus tax on both. One with
    `instalments` is what so many monthly payments cost on top of that."""

    instrument: Instrument
    currency: Currency
    basis_points: int
    fixed_minor: int
    tax_basis_points: int
    instalments: int = 1


@dataclass(frozen=True, slots=True)
class Tenant:
    """One account of one dialect. `account` is its public id there (Openpay's merchant id); `settings` are
    the dialect's own facts about it."""

    tenant_id: int
    api: str
    account: str
    name: str
    email: str | None
    phone: str | None
    status: TenantStatus
    mode: Mode
    clabe: str | None
    city: str | None
    category_code: str | None
    created_at: datetime
    tariffs: tuple[Tariff, ...]
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewTenant:
    """What must be known to register a tenant. What is `None` is made up: an account id, fresh keys, the
    default tariffs, a CLABE of ours."""

    api: str
    name: str
    account: str | None = None
    email: str | None = None
    phone: str | None = None
    mode: Mode = Mode.TEST
    private_key: Secret | None = None
    public_key: Secret | None = None
    clabe: str | None = None
    city: str | None = None
    category_code: str | None = None
    tariffs: tuple[Tariff, ...] | None = None
    settings: Mapping[str, object] = field(default_factory=lambda: _NO_SETTINGS)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key on the one occasion when its text can be shown."""

    key_id: str
    kind: KeyKind
    key: Secret


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it can be listed: `hint` is its last four characters."""

    key_id: str
    kind: KeyKind
    hint: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A new tenant with its first two keys."""

    tenant: Tenant
    private: IssuedKey
    public: IssuedKey


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who called, and by which kind of key."""

    tenant: Tenant
    kind: KeyKind
