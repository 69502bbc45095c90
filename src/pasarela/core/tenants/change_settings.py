"""Changes a tenant's settings, the dialect's own facts about it; calls go by them within seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.repository import SQL
from pasarela.infra.database import Database


class ChangeSettings:
    """The operator's agreement with a tenant."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(self, tenant_id: int, changes: Mapping[str, object]) -> None:
        """Settings that are not named stay. Raises `UnknownTenant`."""
        async with self._db.operator() as tx:
            if await tx.fetchval(SQL["change_settings"], tenant_id, json.dumps(dict(changes))) is None:
                raise UnknownTenant
