"""The merchants whose charges are measured: one that is busy, and a thousand. Registered by Pasarela's own verb."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import NewTenant
from pasarela.core.tenants.register import Register
from pasarela.infra.database import Database
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.ids import IdSource

API = "openpay"


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant of the Openpay API with its private key, which is worth nothing outside this machine."""

    tenant_id: int
    account: str
    key: str

    @property
    def charges(self) -> str:
        """The path of its charges."""
        return f"/openpay/v1/{self.account}/charges"

    @property
    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()


async def register(url: str, count: int) -> list[Merchant]:
    """Makes `count` merchants in a migrated database."""
    database, clock = Database(url), SystemClock()
    ids = IdSource(clock)
    verb = Register(database, clock, ids, IssueKey(database, clock, ids))
    await database.open()
    try:
        made = [await verb(NewTenant(API, f"Comercio {number}")) for number in range(count)]
    finally:
        await database.close()
    return [Merchant(one.tenant.tenant_id, one.tenant.account, one.private.key.reveal()) for one in made]


def write(merchants: Sequence[Merchant], file: Path) -> None:
    file.write_text(json.dumps([asdict(merchant) for merchant in merchants]))


def read(file: Path) -> list[Merchant]:
    return [Merchant(**row) for row in json.loads(file.read_text())]
