"""Registers a tenant: its account, its first private and public key, its prices, its CLABE; or nothing."""

from __future__ import annotations

import json

from pasarela.core.tenants.clabes import fresh_clabe
from pasarela.core.tenants.errors import AccountTaken
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import KeyKind, NewTenant, Registered, Tariff
from pasarela.core.tenants.repository import SQL, tenant_from
from pasarela.core.tenants.rules import DEFAULT_TARIFFS
from pasarela.infra.database import Database, Tx
from pasarela.kernel import clabe
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


class Register:
    """Lets somebody use the platform. Runs as the operator: there is no tenant yet whom it could run as."""

    def __init__(self, db: Database, clock: Clock, ids: IdSource, issue_key: IssueKey) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._issue_key = issue_key

    async def __call__(self, new: NewTenant) -> Registered:
        """The tenant with its two keys. Raises `AccountTaken`, `KeyTaken` (private and public alike)."""
        assert new.clabe is None or clabe.valid(new.clabe), "a CLABE with a wrong control digit collects nothing"
        async with self._db.operator() as tx:
            tenant_id = await self._insert(tx, new)
            private = await self._issue_key.insert(tx, tenant_id, KeyKind.PRIVATE, new.private_key)
            public = await self._issue_key.insert(tx, tenant_id, KeyKind.PUBLIC, new.public_key)
            await _insert_tariffs(tx, tenant_id, DEFAULT_TARIFFS if new.tariffs is None else new.tariffs)
            row = await tx.fetchrow(SQL["tenant_by_id"], tenant_id)
            assert row is not None, "it was inserted in this transaction"
            return Registered(tenant_from(row), private, public)

    async def _insert(self, tx: Tx, new: NewTenant) -> int:
        tenant_id: int | None = await tx.fetchval(
            SQL["insert_tenant"],
            new.api,
            new.account or self._ids.fresh("m"),
            new.name,
            new.email,
            new.phone,
            new.mode.value,
            new.clabe or await fresh_clabe(tx),
            new.city,
            new.category_code,
            json.dumps(dict(new.settings)),
            self._clock.now(),
        )
        if tenant_id is None:
            raise AccountTaken
        return tenant_id


async def _insert_tariffs(tx: Tx, tenant_id: int, tariffs: tuple[Tariff, ...]) -> None:
    await tx.execute(
        SQL["insert_tariffs"],
        tenant_id,
        [tariff.instrument.value for tariff in tariffs],
        [tariff.currency.code for tariff in tariffs],
        [tariff.basis_points for tariff in tariffs],
        [tariff.fixed_minor for tariff in tariffs],
        [tariff.tax_basis_points for tariff in tariffs],
        [tariff.instalments for tariff in tariffs],
    )
