"""Tenants, keys, settlement plans, stores and rates, for the command line: a database and a few verbs, without the rest
of the platform.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pasarela.core.payouts.plans import SettlementPlans
from pasarela.core.places.import_stores import ImportStores
from pasarela.core.rates.import_rates import ImportRates
from pasarela.core.rates.queries import Rates
from pasarela.core.tenants.change_settings import ChangeSettings
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.revoke_key import RevokeKey
from pasarela.infra.clock_store import ClockStore
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.kernel.clock import OffsetClock
from pasarela.kernel.ids import IdSource


@dataclass(frozen=True, slots=True)
class Administration:
    """What an operator does to tenants, their settlement, stores and rates."""

    tenants: Tenants
    register: Register
    issue_key: IssueKey
    revoke_key: RevokeKey
    import_stores: ImportStores
    import_rates: ImportRates
    rates: Rates
    settlement_plans: SettlementPlans
    change_settings: ChangeSettings


@asynccontextmanager
async def administration(url: str) -> AsyncIterator[Administration]:
    """Works on the database at `url`, in platform time. Raises `DatabaseUnreachable`."""
    database, clock = Database(url, app_max=1, batch_max=1, operator_max=1), OffsetClock()
    await database.open()
    try:
        await ClockStore(database, clock).load()
        issue_key = IssueKey(database, clock, IdSource(clock))
        yield Administration(
            Tenants(database),
            Register(database, clock, IdSource(clock), issue_key),
            issue_key,
            RevokeKey(database, clock),
            ImportStores(database, clock),
            ImportRates(database, clock),
            Rates(database),
            SettlementPlans(database, DueWork(), clock),
            ChangeSettings(database),
        )
    finally:
        await database.close()
