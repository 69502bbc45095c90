"""Hands out CLABEs of ours. Each is given once, to a tenant or to one of its customers."""

from __future__ import annotations

from pasarela.core.tenants.repository import SQL
from pasarela.infra.database import Tx
from pasarela.kernel import clabe


async def fresh_clabe(tx: Tx) -> str:
    """A CLABE behind the platform's prefix that nobody has had; one lost to a rollback is never reused."""
    return clabe.own(await tx.fetchval(SQL["next_clabe_serial"]))
