"""What tenants have set up, remembered for a few seconds: for most of them nothing, and then a sale costs no query.

A change takes effect at once in the process that makes it, within those seconds in the others.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from pasarela.core.risk.model import ListKind, Profile
from pasarela.core.risk.repository import SQL
from pasarela.infra.cache import Recent
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database

REMEMBERED_SECONDS = 3.0
REMEMBERED_TENANTS = 20_000


class Profiles:
    """Finds a tenant's profile; concurrent misses share one statement."""

    def __init__(self, db: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._remembered: Recent[int, Profile] = Recent(REMEMBERED_TENANTS, REMEMBERED_SECONDS, monotonic=monotonic)
        self._look_up: Coalescer[int, Profile] = Coalescer(self._fetch)

    async def of(self, tenant_id: int) -> Profile:
        profile = self._remembered.get(tenant_id)
        if profile is None:
            profile = await self._look_up(tenant_id)
            self._remembered.put(tenant_id, profile)
        return profile

    def forget(self, tenant_id: int | None = None) -> None:
        """The tenant's settings have just changed, or everybody's: the database was reset or restored."""
        if tenant_id is None:
            self._remembered.clear()
        else:
            self._remembered.forget(tenant_id)

    async def _fetch(self, tenants: Sequence[int]) -> Sequence[Profile]:
        rows = await self._db.batch_fetch(SQL["read_profiles"], tenants)
        return [Profile(json.loads(row["limits"]), frozenset(ListKind(kind) for kind in row["lists"])) for row in rows]
