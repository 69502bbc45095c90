"""Issuing programs, for the command line: the slice on a database and a keyring, without the rest of the platform."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pasarela.core.issuing.slice import Below, Issuing
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.clock_store import ClockStore
from pasarela.infra.database import Database
from pasarela.infra.keyring import MASTERS_VARIABLE, Keyring
from pasarela.kernel.clock import OffsetClock
from pasarela.kernel.ids import IdSource

KEYRING_VARIABLE = "PASARELA_KEYRING_FILE"
SANDBOX_KEYRING = "keyring.json"


@dataclass(frozen=True, slots=True)
class IssuingAdministration:
    """What an operator does to programs."""

    tenants: Tenants
    register: Register
    issuing: Issuing
    ids: IdSource


def keyring_at(data: Path) -> Keyring:
    """The keys of the environment, as in production; without any those of a sandbox's data folder.

    Raises `KeyringUnusable`.
    """
    if file := os.environ.get(KEYRING_VARIABLE):
        return Keyring.from_file(Path(file))
    if os.environ.get(MASTERS_VARIABLE):
        return Keyring.from_environment(os.environ)
    return Keyring.from_file(data / SANDBOX_KEYRING)


@asynccontextmanager
async def issuing_administration(url: str, keyring: Keyring) -> AsyncIterator[IssuingAdministration]:
    """Works on the database at `url`, in platform time. Raises `DatabaseUnreachable`."""
    database, clock = Database(url, app_max=1, batch_max=1, operator_max=1), OffsetClock()
    await database.open()
    try:
        await ClockStore(database, clock).load()
        ids, tenants = IdSource(clock), Tenants(database)
        sealer = Sealer(DataKeys(database, keyring, clock), keyring)
        issuing = Issuing(
            Below(
                database=database,
                tenants=tenants,
                sealer=sealer,
                sources=Sources(database, clock),
                keyring=keyring,
                clock=clock,
                ids=ids,
            )
        )
        register = Register(database, clock, ids, IssueKey(database, clock, ids))
        yield IssuingAdministration(tenants, register, issuing, ids)
    finally:
        await database.close()
