"""Names that only one transaction of a tenant may bear (order ids, references): a unique key decides, not a read.

Claims are taken inside the transaction that makes what bears the name, so a claim without its subject can't exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from pasarela.infra.database import SqlFiles, Tx

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class Claim:
    """`subject` wants to bear `key` among the names of `scope`."""

    tenant_id: int
    scope: str
    key: str
    subject: str
    claimed_at: datetime


async def take(tx: Tx, claims: Sequence[Claim]) -> list[str]:
    """Who bears each name now: the claim's own subject when it won, another's otherwise. In the order given.

    Of two claims on one name in a batch the first wins. Waits for another transaction that is about to take the name.
    """
    if not claims:
        return []
    ordered = sorted(claims, key=lambda claim: (claim.tenant_id, claim.scope, claim.key))
    rows = await tx.fetch(SQL["take_claims"], msgspec.json.encode(ordered).decode())
    won = {(row["tenant_id"], row["scope"], row["key"]): row["subject"] for row in rows}
    lost = [claim for claim in claims if (claim.tenant_id, claim.scope, claim.key) not in won]
    if lost:
        # Read by a statement of its own: only a new snapshot sees what the other transaction has committed.
        held = await tx.fetch(SQL["read_claims"], msgspec.json.encode(lost).decode())
        won |= {(row["tenant_id"], row["scope"], row["key"]): row["subject"] for row in held}
    return [won[(claim.tenant_id, claim.scope, claim.key)] for claim in claims]


async def give_back(tx: Tx, claims: Sequence[Claim]) -> None:
    """Frees names that these claims hold."""
    if claims:
        await tx.execute(SQL["give_back_claims"], msgspec.json.encode(list(claims)).decode())
