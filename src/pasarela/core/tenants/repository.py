"""Tenants and keys between their rows and their dataclasses. Used by this slice only."""

from __future__ import annotations

import json
from types import MappingProxyType

import asyncpg

from pasarela.core.context import Mode
from pasarela.core.tenants.model import ApiKey, KeyKind, Tariff, Tenant, TenantStatus
from pasarela.infra.database import SqlFiles
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency

SQL = SqlFiles("pasarela.core.tenants")


def tenant_from(row: asyncpg.Record) -> Tenant:
    """The tenant of a row of the view `tenant_profiles`."""
    return Tenant(
        tenant_id=row["tenant_id"],
        api=row["api"],
        account=row["account"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        status=TenantStatus(row["status"]),
        mode=Mode(row["mode"]),
        clabe=row["clabe"],
        city=row["city"],
        category_code=row["category_code"],
        created_at=row["created_at"],
        tariffs=tuple(
            Tariff(Instrument(instrument), Currency.of(currency), basis_points, fixed, tax, instalments)
            for instrument, currency, basis_points, fixed, tax, instalments in json.loads(row["tariffs"])
        ),
        settings=MappingProxyType(json.loads(row["settings"])),
    )


def key_from(row: asyncpg.Record) -> ApiKey:
    return ApiKey(row["key_id"], KeyKind(row["kind"]), row["hint"], row["created_at"], row["revoked_at"])
